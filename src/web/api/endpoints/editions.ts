import { z } from 'zod';

import { editionStates } from '../../../domain/editions/edition.ts';
import { isBalanced } from '../../../domain/sending/delivery.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { endpoint } from '../endpoint.ts';
import { needStatus } from '../need-status.ts';
import { cursor, limit, ofEdition, ofPublication, pageOf } from '../schemas/common.ts';
import {
  countedEditionSchema,
  statusSchema,
  toAccounting,
  toEdition,
  toStatus,
} from '../schemas/editions.ts';

export const editionEndpoints = [
  endpoint({
    id: 'listEditions',
    tag: 'editions',
    method: 'GET',
    path: '/publications/{slug}/editions',
    scope: 'read',
    reach: 'this',
    summary: 'Lists editions with their accounting, the newest date first.',
    params: ofPublication,
    query: z.strictObject({ state: z.enum(editionStates).optional(), limit, cursor: cursor.optional() }),
    answer: pageOf(countedEditionSchema).meta({ id: 'Editions' }),
    handle: async ({ publication, query, web }) => {
      const before = readCursor('editions', query.cursor, /^\d{4}-\d\d-\d\d$/u);
      const which = { publicationId: publication.id, state: query.state, before, limit: query.limit + 1 };
      const found = await web.services.api.editions(which);
      const page = found.slice(0, query.limit);
      const last = page.at(-1)?.edition.date;
      return {
        items: page.map(({ edition, accounting }) => ({
          ...toEdition(publication.publication.slug, edition),
          accounting: toAccounting(accounting),
        })),
        next: found.length > page.length && last !== undefined ? writeCursor('editions', last) : null,
      };
    },
  }),
  endpoint({
    id: 'getEdition',
    tag: 'editions',
    method: 'GET',
    path: '/publications/{slug}/editions/{date}',
    scope: 'read',
    reach: 'this',
    summary: 'Reads the state of an edition: the accounting equation, why deliveries failed, what was done.',
    params: ofEdition,
    answer: statusSchema,
    refusals: ['EDITION_NOT_FOUND'],
    handle: async (call) => {
      const status = await needStatus(call);
      const { slug } = call.params;
      return toStatus(slug, status, {
        isBalanced: isBalanced(status.accounting),
        changedSinceApproval: await call.web.services.desk.hasChanged(slug, status.edition),
      });
    },
  }),
];
