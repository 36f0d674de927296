import { z } from 'zod';

/**
 * Every queue and the payload of its jobs: ids only, never addresses or content. A job is a hint; the
 * database decides.
 */
export const queues = {
  'deliver-batch': z.strictObject({ batchId: z.int().positive() }),
  'sign-up': z.strictObject({ signupId: z.int().positive() }),
  'send-mail': z.strictObject({ mailId: z.int().positive() }),
} as const;

export type QueueName = keyof typeof queues;
export type Payload<Name extends QueueName> = z.infer<(typeof queues)[Name]>;

/** Returns the key by which jobs are deduplicated, such as `deliver-batch/17`. */
export function jobKey<Name extends QueueName>(name: Name, payload: Payload<Name>): string {
  return `${name}/${Object.values(payload).join('/')}`;
}
