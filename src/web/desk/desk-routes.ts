import type { FastifyInstance } from 'fastify';

import type { Web } from '../web-context.ts';
import { answerDeskError } from './desk-error.ts';
import { accountRoutes } from './routes/account.ts';
import { auditRoutes } from './routes/audit.ts';
import { changeRoutes } from './routes/changes.ts';
import { deskDoctorRoutes } from './routes/doctor.ts';
import { draftRoutes } from './routes/drafts.ts';
import { editionRoutes } from './routes/editions.ts';
import { importRoutes } from './routes/imports.ts';
import { liveRoutes } from './routes/live.ts';
import { outcomeRoutes } from './routes/outcomes.ts';
import { overviewRoutes } from './routes/overview.ts';
import { publicationRoutes } from './routes/publications.ts';
import { recipientRoutes } from './routes/recipients.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { stepRoutes } from './routes/steps.ts';
import { subscriberRoutes } from './routes/subscribers.ts';
import { suppressionRoutes } from './routes/suppressions.ts';
import { writingRoutes } from './routes/writing.ts';

/** `/desk`: what ops and curators see and do, each by the role of their account. */
export async function deskRoutes(app: FastifyInstance, web: Web): Promise<void> {
  app.setErrorHandler((error, request, reply) => answerDeskError(web, { error, request, reply }));
  signInRoutes(app, web);
  accountRoutes(app, web);
  overviewRoutes(app, web);
  liveRoutes(app, web);
  publicationRoutes(app, web);
  editionRoutes(app, web);
  draftRoutes(app, web);
  stepRoutes(app, web);
  recipientRoutes(app, web);
  subscriberRoutes(app, web);
  suppressionRoutes(app, web);
  outcomeRoutes(app, web);
  changeRoutes(app, web);
  deskDoctorRoutes(app, web);
  auditRoutes(app, web);
  await importRoutes(app, web);
  await writingRoutes(app, web);
}
