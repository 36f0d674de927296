import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { RecipientQuery } from '../../../app/ports/desk.ts';
import { isAllowed } from '../../../domain/accounts/role.ts';
import { deliveryKinds } from '../../../domain/sending/delivery.ts';
import type { DeliveryKind, ListedDelivery } from '../../../domain/sending/delivery.ts';
import { toSpreadsheetCell } from '../../../domain/subscribers/spreadsheet-cell.ts';
import { notFound } from '../../http/page-error.ts';
import type { Web } from '../../web-context.ts';
import { actedBy } from '../acted-by.ts';
import { needUser } from '../desk-session.ts';
import { findEdition } from '../edition-of.ts';
import type { OfEdition } from '../edition-of.ts';
import { recipientsView } from '../views/recipients-view.ts';

interface OfRecipients extends OfEdition {
  Querystring: { kind?: string; reason?: string; find?: string; after?: string };
}

const reading = {
  access: 'desk',
  desk: { permission: 'subscribers', in: 'this' },
  csrf: 'none',
  cache: 'no-store',
} as const;

const pageSize = 50;
const exportSize = 500;

/** `/desk/p/<publication>/<date>/recipients`: who did not get an edition, and why; the address bar holds all filters. */
export function recipientRoutes(app: FastifyInstance, web: Web): void {
  const { desk } = web.services;
  app.get<OfRecipients>(
    '/desk/p/:slug/:date/recipients',
    { config: { rules: reading } },
    async (request, reply) => {
      const found = await findEdition(web, request);
      if (found.status === undefined) throw notFound();
      const query = queryOf(request, found.status.edition.id);
      const page = await desk.recipients({ ...query, limit: pageSize });
      const view = recipientsView(found, {
        status: found.status,
        query,
        page,
        subscribers: web.site.path('/desk/subscribers'),
        mayRetry: isAllowed(needUser(request).user.grants, 'operate', found.publication.slug),
        now: web.services.now(),
      });
      const title = `Who did not get ${found.reference}`;
      return web.deskPages.send(
        { template: 'recipients', title, current: 'publications', view },
        request,
        reply,
      );
    },
  );
  app.get<OfRecipients>(
    '/desk/p/:slug/:date/recipients.csv',
    { config: { rules: reading } },
    async (request, reply) => {
      const { status, reference } = await findEdition(web, request);
      if (status === undefined) throw notFound();
      const query = queryOf(request, status.edition.id);
      const { formatRows } = await desk.subscribers(actedBy(request));
      const name = `${reference.replace('/', '-')}-${query.kind}.csv`;
      reply.header('content-disposition', `attachment; filename="${name}"`);
      return reply.type('text/csv; charset=utf-8').send(Readable.from(csvOf(query, desk, formatRows)));
    },
  );
}

function queryOf({ query }: FastifyRequest<OfRecipients>, editionId: number): RecipientQuery {
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 300) : '');
  const kind = text(query.kind);
  const after = text(query.after);
  return {
    editionId,
    kind: isKind(kind) ? kind : 'failed',
    reason: text(query.reason),
    text: text(query.find).trim(),
    afterId: /^\d{1,15}$/u.test(after) ? Number(after) : 0,
    limit: exportSize,
  };
}

function isKind(text: string): text is DeliveryKind {
  return (deliveryKinds as readonly string[]).includes(text);
}

const columns = [
  'address',
  'state',
  'reason',
  'reply_code',
  'enhanced',
  'reply',
  'tries',
  'relay',
  'last',
] as const;

/** Page by page, so that a million recipients take no memory, and other requests are answered in between. */
async function* csvOf(
  query: RecipientQuery,
  desk: Web['services']['desk'],
  formatRows: (rows: readonly (readonly string[])[]) => string,
): AsyncGenerator<string> {
  yield formatRows([columns]);
  let afterId: number | undefined = query.afterId;
  while (afterId !== undefined) {
    const page = await desk.recipients({ ...query, afterId });
    if (page.recipients.length > 0) yield formatRows(page.recipients.map(cellsOf));
    afterId = page.nextAfterId;
    await new Promise(setImmediate);
  }
}

function cellsOf(row: ListedDelivery): readonly string[] {
  return [
    row.address,
    row.state,
    row.reason,
    row.replyCode === null ? '' : String(row.replyCode),
    row.enhanced ?? '',
    row.replyText ?? '',
    String(row.attempts),
    row.relay ?? '',
    new Date(row.changedAt).toISOString(),
  ].map(toSpreadsheetCell);
}
