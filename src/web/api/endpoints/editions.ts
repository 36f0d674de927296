import { z } from 'zod';

import { editionStates } from '../../../domain/editions/edition.ts';
import { isBalanced } from '../../../domain/sending/delivery.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { endpoint } from '../endpoint.ts';
import { needStatus, noEdition } from '../need-status.ts';
import { cursor, limit, ofEdition, ofPublication, pageOf } from '../schemas/common.ts';
import { statusSchema, toStatus } from '../schemas/edition-status.ts';
import { countedEditionSchema, toCounted } from '../schemas/editions.ts';

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
        items: page.map((counted) => toCounted(publication.publication.slug, counted)),
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
      const { desk, api } = call.web.services;
      return toStatus(slug, status, {
        ...(await api.details(status.edition)),
        isBalanced: isBalanced(status.accounting),
        changedSinceApproval: await desk.hasChanged(slug, status.edition),
        showsAddresses: call.token.scopes.includes('subscribers'),
      });
    },
  }),
  endpoint({
    id: 'getAccounting',
    tag: 'editions',
    method: 'GET',
    path: '/publications/{slug}/editions/{date}/accounting',
    scope: 'read',
    reach: 'this',
    summary: 'Reads state and accounting of an edition alone: cheap enough to be asked for each second.',
    params: ofEdition,
    answer: countedEditionSchema,
    refusals: ['EDITION_NOT_FOUND'],
    handle: async ({ publication, params, web }) => {
      const { slug } = publication.publication;
      const counted = await web.services.api.counted(publication.id, params.date);
      if (counted === undefined) throw noEdition(slug, params.date);
      return toCounted(slug, counted);
    },
  }),
];
