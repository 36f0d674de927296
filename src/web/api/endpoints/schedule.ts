import { z } from 'zod';

import { coversPublication } from '../../../domain/accounts/api-token.ts';
import { AppError } from '../../../errors/app-error.ts';
import { endpoint } from '../endpoint.ts';
import { slug } from '../schemas/common.ts';
import { scheduleSchema, toSchedule } from '../schemas/schedule.ts';
import { toWorkers } from '../schemas/sending.ts';

export const scheduleEndpoints = [
  endpoint({
    id: 'listSchedule',
    tag: 'editions',
    method: 'GET',
    path: '/schedule',
    scope: 'read',
    reach: 'any',
    summary: 'Lists the next seven days of the publications of the token, and which workers run.',
    query: z.strictObject({ publication: slug.optional() }),
    answer: scheduleSchema,
    refusals: ['PUBLICATION_NOT_FOUND'],
    handle: async ({ token, query, web }) => {
      const { api } = web.services;
      const own = (await api.publicationNames()).filter((name) => coversPublication(token, name));
      if (query.publication !== undefined && !own.includes(query.publication))
        throw new AppError('PUBLICATION_NOT_FOUND', `There is no publication "${query.publication}".`);
      const wanted = own.filter((name) => query.publication === undefined || name === query.publication);
      const items = [];
      for (const name of wanted) items.push(toSchedule(await api.schedule(name)));
      return { items, workers: toWorkers(await api.workers()) };
    },
  }),
];
