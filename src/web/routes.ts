import type { FastifyInstance } from 'fastify';

import { apiRoutes } from './api/api-routes.ts';
import { deskRoutes } from './desk/desk-routes.ts';
import { takeForms } from './http/read-form.ts';
import { archiveRoutes } from './routes/archive.ts';
import { assetRoutes } from './routes/assets.ts';
import { confirmRoutes } from './routes/confirm.ts';
import { discoveryRoutes } from './routes/discovery.ts';
import { doctorRoutes } from './routes/doctor.ts';
import { feedRoutes } from './routes/feeds.ts';
import { healthRoutes } from './routes/health.ts';
import { homeRoutes } from './routes/home.ts';
import { hookRoutes } from './routes/hooks.ts';
import { identityRoutes } from './routes/identity.ts';
import { imageRoutes } from './routes/images.ts';
import { logoRoutes } from './routes/logo.ts';
import { manageRoutes } from './routes/manage.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { preferencesRoutes } from './routes/preferences.ts';
import { proofRoutes } from './routes/proofs.ts';
import { queueRoutes } from './routes/queues.ts';
import { signupRoutes } from './routes/signup.ts';
import { subscribeApiRoutes } from './routes/subscribe-api.ts';
import { unsubscribeRoutes } from './routes/unsubscribe.ts';
import type { Web } from './web-context.ts';

/** Adds a group of routes; each in a scope of its own, so that what one of them takes no other does. */
type RouteGroup = (app: FastifyInstance, web: Web) => void | Promise<void>;

const groups: readonly RouteGroup[] = [
  homeRoutes,
  signupRoutes,
  subscribeApiRoutes,
  confirmRoutes,
  unsubscribeRoutes,
  preferencesRoutes,
  manageRoutes,
  proofRoutes,
  archiveRoutes,
  feedRoutes,
  imageRoutes,
  hookRoutes,
  logoRoutes,
  discoveryRoutes,
  assetRoutes,
  healthRoutes,
  identityRoutes,
  metricsRoutes,
  doctorRoutes,
  queueRoutes,
  deskRoutes,
  apiRoutes,
];

/** Every route there is. */
export async function registerRoutes(app: FastifyInstance, web: Web): Promise<void> {
  takeForms(app);
  for (const group of groups) {
    await app.register(async (scope) => group(scope, web));
  }
}
