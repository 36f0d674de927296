import { z } from 'zod';

import type { Problem } from '../../../domain/editions/problem.ts';

export const digestProblemSchema = z
  .strictObject({
    rule: z.string().describe('Permanent name of the rule.'),
    severity: z.enum(['error', 'warning', 'note']).describe('An `error` stops an approval.'),
    message: z.string(),
    hint: z.string().nullable(),
    file: z.string().nullable().describe('Path in the folder of digests.'),
    line: z.number().int().min(1).nullable(),
    column: z.number().int().min(1).nullable(),
  })
  .meta({ id: 'DigestProblem' });

export function toDigestProblem(problem: Problem): z.input<typeof digestProblemSchema> {
  const { rule, severity, message, hint, file, line, column } = problem;
  return {
    rule,
    severity,
    message,
    hint: hint ?? null,
    file: file ?? null,
    line: line ?? null,
    column: column ?? null,
  };
}
