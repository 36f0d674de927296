import { z } from 'zod';

/** One part of a request that its schema refuses. */
const mistakeSchema = z
  .strictObject({
    in: z.enum(['path', 'query', 'header', 'body']),
    /** A JSON Pointer within the body, else the name of the parameter. */
    at: z.string().describe('JSON Pointer (RFC 6901) within the body, or the name of the parameter.'),
    message: z.string(),
  })
  .meta({ id: 'Mistake' });
export type Mistake = z.output<typeof mistakeSchema>;

/** Problem details, RFC 9457. */
export const problemSchema = z
  .strictObject({
    type: z
      .string()
      .describe('`about:blank` where HTTP itself says all, else `urn:daybrief:problem:<code>`.'),
    title: z.string(),
    status: z.number().int().min(400).max(599),
    detail: z.string().describe('What happened and why: the sentence that the command line prints.'),
    code: z.string().optional().describe('Permanent: the code that the command line prints with `--json`.'),
    hint: z.string().optional().describe('What to do about it.'),
    details: z.array(z.string()).readonly().optional().describe('One line for each single problem.'),
    mistakes: z
      .array(mistakeSchema)
      .readonly()
      .optional()
      .describe('What the schema of the request refuses.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problemSchema>;
