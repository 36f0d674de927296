import type { FastifyInstance } from 'fastify';

import { doctorView } from '../../pages/doctor-view.ts';
import type { Web } from '../../web-context.ts';

const rules = {
  access: 'desk',
  desk: { permission: 'operate', in: 'all' },
  csrf: 'none',
  cache: 'no-store',
} as const;

const shapes = { error: 'stop', warning: 'warn', 'not-checked': 'note', ok: 'good' } as const;

/** `/desk/doctor`: what could stop the next edition. It is examined while the page loads. */
export function deskDoctorRoutes(app: FastifyInstance, web: Web): void {
  app.get('/desk/doctor', { config: { rules } }, async (request, reply) => {
    const { groups, ...view } = doctorView(await web.services.desk.doctor());
    const shown = groups.map(({ title, quietTitle, items, quiet }) => ({
      title,
      quietTitle,
      items: items.map(withShape),
      quiet: quiet.map(withShape),
    }));
    const page = {
      template: 'doctor',
      title: 'Doctor',
      current: 'doctor',
      view: { ...view, groups: shown },
    } as const;
    return web.deskPages.send(page, request, reply);
  });
}

type Item = ReturnType<typeof doctorView>['groups'][number]['items'][number];

function withShape(item: Item): Item & { readonly shape: string } {
  return Object.assign({ shape: shapes[item.state] }, item);
}
