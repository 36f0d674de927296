import { z } from 'zod';

import type { ComplaintRate } from '../../../domain/inbound/complaint-rate.ts';
import type { HeartbeatSummary } from '../../../domain/metrics-snapshot.ts';
import { count, time, toTimeOrNull } from './common.ts';

export const workersSchema = z
  .strictObject({
    workers: count.describe('Alive within the last minute.'),
    lastAt: time.nullable().describe('The newest sign of life.'),
    relays: count,
    relaysUp: count.describe('Relays that every worker can use.'),
    relayStates: z
      .array(
        z.strictObject({
          relay: z.string(),
          state: z.enum(['unknown', 'up', 'partly', 'down']).describe('`partly`: down for some workers.'),
          sessions: count.describe('Open connections.'),
          perSecond: z.number().min(0).describe('Messages answered a second, over the last ten seconds.'),
          downSince: time.nullable(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Workers' });

export function toWorkers({ workers, lastAt, relays, relaysUp, relayStates }: HeartbeatSummary) {
  const states = relayStates.map(({ downSince, ...use }) =>
    Object.assign({}, use, { downSince: toTimeOrNull(downSince) }),
  );
  return { workers, lastAt: toTimeOrNull(lastAt), relays, relaysUp, relayStates: states };
}

export const complaintSchema = z
  .strictObject({
    level: z.enum(['ok', 'warn', 'halt']).describe('`halt`: the next edition waits for `release`.'),
    editions: count,
    accepted: count,
    complained: count,
  })
  .describe("Complaints about the publication's last editions.")
  .meta({ id: 'Complaints' });

export function toComplaints({ level, editions, accepted, complained }: ComplaintRate) {
  return { level, editions, accepted, complained };
}
