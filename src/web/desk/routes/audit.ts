import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import { auditCsv } from '../../../app/accounts/audit-csv.ts';
import { listAudit } from '../../../app/accounts/list-audit.ts';
import type { AuditPosition, AuditQuery } from '../../../domain/audit.ts';
import { parseReference } from '../../../domain/editions/edition-reference.ts';
import { requireAddress } from '../../../domain/subscribers/address.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { Web } from '../../web-context.ts';
import { actedBy } from '../acted-by.ts';
import { auditView } from '../views/audit-view.ts';
import type { AuditFilter } from '../views/audit-view.ts';

const rules = {
  access: 'desk',
  desk: { permission: 'audit', in: 'all' },
  csrf: 'none',
  cache: 'no-store',
} as const;

const shownAtOnce = 50;
const dayMs = 86_400_000;

interface OfAudit {
  Querystring: Readonly<Record<string, string | undefined>>;
}

/** `/desk/audit`: who did what, filtered by user, edition, subscriber and time; `/desk/audit.csv`: all of it. */
export function auditRoutes(app: FastifyInstance, web: Web): void {
  const { desk } = web.services;
  app.get<OfAudit>('/desk/audit', { config: { rules } }, async (request, reply) => {
    const filter = filterOf(request);
    const page = { template: 'audit', title: 'Audit log', current: 'audit' } as const;
    const context = { base: web.site.path('/desk'), filter, limit: shownAtOnce };
    try {
      const which = queryOf(filter, web.services.now());
      const before = positionOf(request.query['before']);
      const records = await desk.auditLog.page({ ...which, before, limit: shownAtOnce });
      const view = auditView(records, { ...context, isFirst: before === undefined, mistake: '' });
      return web.deskPages.send({ ...page, view }, request, reply);
    } catch (error) {
      if (!(error instanceof AppError) || !['usage', 'content'].includes(error.kind)) throw error;
      const view = auditView([], { ...context, isFirst: true, mistake: error.message });
      return web.deskPages.send({ ...page, view }, request, reply.code(422));
    }
  });
  app.get<OfAudit>('/desk/audit.csv', { config: { rules } }, async (request, reply) => {
    const pages = listAudit(queryOf(filterOf(request), web.services.now()), desk.auditLog);
    const { formatRows } = await desk.subscribers(actedBy(request));
    reply.header('content-disposition', 'attachment; filename="audit.csv"');
    return reply.type('text/csv; charset=utf-8').send(Readable.from(auditCsv(pages, formatRows)));
  });
}

function filterOf({ query }: FastifyRequest<OfAudit>): AuditFilter {
  const of = (name: string) => (typeof query[name] === 'string' ? query[name].trim().slice(0, 254) : '');
  return { actor: of('actor'), edition: of('edition'), address: of('address'), days: of('days') };
}

/** @throws AppError USAGE_INVALID, ADDRESS_INVALID in the words of `daybrief audit` */
function queryOf(
  { actor, edition, address, days }: AuditFilter,
  now: number,
): Omit<AuditQuery, 'before' | 'limit'> {
  const { slug: publication, date } = edition === '' ? {} : parseReference(edition);
  const count = /^[1-9]\d{0,4}$/u.test(days) ? Number(days) : undefined;
  return {
    publication,
    date,
    actor: actor === '' ? undefined : actor,
    canonical: address === '' ? undefined : requireAddress(address).canonical,
    since: count === undefined ? undefined : now - count * dayMs,
  };
}

function positionOf(text: unknown): AuditPosition | undefined {
  const [, at, source, id] =
    /^(\d{1,15})-(edition|other)-(\d{1,15})$/u.exec(typeof text === 'string' ? text : '') ?? [];
  if (at === undefined || (source !== 'edition' && source !== 'other')) return undefined;
  return { at: Number(at), source, id: Number(id) };
}
