import type { BadAddressCounts } from '../../domain/sending/bad-address-counts.ts';
import type { RefusalSeries } from '../../domain/sending/refusal-series.ts';
import type { Log } from '../../log/log.ts';
import type { Editions } from '../ports/editions.ts';
import type { Batches, Ledger } from '../ports/ledger.ts';
import type { Messages } from '../ports/messages.ts';
import type { ProviderPacing } from '../ports/pacing.ts';
import type { RelaySessions, Pacer } from '../ports/relays.ts';
import type { Clock } from '../ports/time.ts';
import type { ProgressLog } from './log-progress.ts';

export interface DeliverBatchPorts {
  readonly batches: Batches;
  readonly ledger: Ledger;
  readonly editions: Editions;
  readonly messages: Messages;
  readonly sessions: RelaySessions;
  readonly pacer: Pacer;
  /** Absent if only pauses limit what receivers get. */
  readonly pacing?: ProviderPacing | undefined;
  /** Shared by all batches of this worker. */
  readonly series: RefusalSeries;
  /** Shared by all batches of this worker. */
  readonly badAddresses: BadAddressCounts;
  readonly clock: Clock;
  readonly progress: Pick<ProgressLog, 'count'>;
  /** Uniform in [0, 1): jitter for retries. */
  readonly random: () => number;
  readonly log: Log;
}

export interface DeliverBatchOptions {
  readonly workerId: string;
  readonly leaseMs: number;
  /** Pause before the first retry of a deferred delivery. */
  readonly retryBaseMs: number;
  readonly resendLimit: number;
  /** Aborted when the worker must stop: no delivery is begun any more, those in flight are settled. */
  readonly signal: AbortSignal;
  /** Called when every recipient of the batch has been begun: another batch may use the sessions that become free. */
  readonly onAllBegun?: () => void;
}
