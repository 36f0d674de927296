import { z } from 'zod';

import type { OutcomesQuery } from '../../../app/api/api-service.ts';
import { endpoint } from '../endpoint.ts';
import { date, ofPublication, queryNumber } from '../schemas/common.ts';
import { outcomesSchema } from '../schemas/outcomes.ts';

/** A filter of `outcomes` without a parameter is a type error. */
const parameters = {
  editions: queryNumber({ min: 1, max: 1_000, default: 7 }),
  days: queryNumber({ min: 1, max: 1_000, default: 7 }),
  day: date.optional().describe('Only the edition of this date, and signups on it.'),
  from: date.optional().describe('Only editions of this date and later ones, and signups since then.'),
  to: date.optional().describe('Only editions of this date and earlier ones, and signups until then.'),
  reason: z.string().max(100).optional().describe('Only what ended for this reason.'),
} satisfies { readonly [Key in Exclude<keyof OutcomesQuery, 'publicationId'>]-?: z.ZodType };

export const outcomeEndpoints = [
  endpoint({
    id: 'getOutcomes',
    tag: 'outcomes',
    method: 'GET',
    path: '/publications/{slug}/outcomes',
    scope: 'read',
    reach: 'this',
    summary: 'Counts how deliveries and signups ended, by day, outcome and reason.',
    params: ofPublication,
    query: z.strictObject(parameters),
    answer: outcomesSchema,
    handle: async ({ publication, query, web }) => {
      const found = await web.services.api.outcomes({ publicationId: publication.id, ...query });
      return {
        deliveries: found.outcomes.map((row) => ({
          date: row.date,
          outcome: row.outcome,
          reason: row.reason,
          count: row.count,
        })),
        feedback: found.feedback.map((row) => ({
          date: row.date,
          kind: row.kind,
          class: row.class,
          reason: row.reason,
          count: row.count,
        })),
        signups: found.signups.map(({ day, outcome: ended, reason, attempts }) => ({
          day,
          outcome: ended,
          reason,
          attempts,
        })),
      };
    },
  }),
];
