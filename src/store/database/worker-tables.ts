import type { EpochMs } from '../../domain/units.ts';

/** What workers leave for each other and for `status`. */

/** When each worker was last alive. */
export interface WorkerHeartbeats {
  worker: string;
  at: EpochMs;
  relays: number;
  relays_up: number;
}

/** How fast a group of receiving domains wants to be sent to. */
export interface ProviderPaces {
  /** A provider, or a receiving domain. */
  provider: string;
  /** JSON of `ProviderPace`. */
  state: string;
  changed_at: EpochMs;
}
