import type { FastifyInstance } from 'fastify';

import { html } from '../http/answer-error.ts';
import { doctorView } from '../pages/doctor-view.ts';
import type { Web } from '../web-context.ts';

/** `/admin/doctor`: what could stop the next edition, for ops. It is examined while the page loads. */
export function doctorRoutes(app: FastifyInstance, web: Web): void {
  const rules = { access: 'admin', csrf: 'none', cache: 'no-store' } as const;
  app.get('/admin/doctor', { config: { rules } }, async (_request, reply) => {
    const view = doctorView(await web.services.doctor());
    reply.type(html);
    return web.pages.html({ template: 'doctor', title: view.heading, style: 'doctor.css', view });
  });
}
