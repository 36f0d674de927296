import type { DeliveryState } from '../../domain/sending/delivery.ts';
import type { Log } from '../../log/log.ts';
import type { Batches } from '../ports/ledger.ts';
import type { Clock } from '../ports/time.ts';

export interface ProgressPorts {
  readonly batches: Pick<Batches, 'openRecipients'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ProgressLog {
  /** Counts one settled delivery of the edition. Takes well below a microsecond. */
  count(editionId: number, state: DeliveryState): void;
  /** When the last message of the edition was accepted here, in epoch milliseconds; undefined if none was. */
  lastAcceptedAt(editionId: number): number | undefined;
  /** Logs one line for each edition with deliveries since the last call. */
  report(): Promise<void>;
}

type Counts = Partial<Record<DeliveryState, number>>;

/**
 * Makes the log lines that show an edition being sent: this worker's deliveries by state and per minute since
 * the last line, and the number of recipients in batches that no worker has finished.
 */
export function createProgressLog({ batches, clock, log }: ProgressPorts): ProgressLog {
  const acceptedAt = new Map<number, number>();
  let counted = new Map<number, Counts>();
  let since = clock();
  return {
    count(editionId, state) {
      const counts = counted.get(editionId) ?? {};
      counts[state] = (counts[state] ?? 0) + 1;
      counted.set(editionId, counts);
      if (state === 'accepted') acceptedAt.set(editionId, clock());
    },
    lastAcceptedAt: (editionId) => acceptedAt.get(editionId),
    async report() {
      const editions = counted;
      const now = clock();
      const minutes = Math.max(now - since, 1) / 60_000;
      counted = new Map();
      since = now;
      for (const [editionId, counts] of editions) {
        const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
        const perMinute = Math.round(total / minutes);
        const openRecipients = await batches.openRecipients(editionId);
        log.info({ editionId, ...counts, perMinute, openRecipients }, 'sending');
      }
    },
  };
}
