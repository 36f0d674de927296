import { z } from 'zod';

import { outcomes } from '../../../domain/outcome.ts';
import { count, date } from './common.ts';

const outcome = z.enum(outcomes);

export const outcomesSchema = z
  .strictObject({
    deliveries: z.array(z.strictObject({ date, outcome, reason: z.string(), count })).readonly(),
    feedback: z
      .array(
        z.strictObject({
          date,
          kind: z.string(),
          class: z.string().nullable().describe('Null for complaints.'),
          reason: z.string(),
          count,
        }),
      )
      .readonly(),
    signups: z.array(z.strictObject({ day: date, outcome, reason: z.string(), attempts: count })).readonly(),
  })
  .meta({ id: 'Outcomes' });
