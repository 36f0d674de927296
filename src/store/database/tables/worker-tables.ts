import type { Generated } from 'kysely';

import type { SeedState } from '../../../domain/sending/seeds/seed.ts';
import type { EpochMs } from '../../../domain/units.ts';

/** What workers leave for each other and for `status`. */

/** When each worker was last alive. */
export interface WorkerHeartbeats {
  worker: string;
  at: EpochMs;
  relays: number;
  relays_up: number;
  /** JSON of `RelayUse[]`; empty from a version that did not store it. */
  relay_states: Generated<string>;
}

/** How fast a group of receiving domains wants to be sent to. */
export interface ProviderPaces {
  /** A provider, or a receiving domain. */
  provider: string;
  /** JSON of `ProviderPace`. */
  state: string;
  changed_at: EpochMs;
}

/** Mailboxes that get an edition before its subscribers do. */
export interface CanarySeeds {
  id: Generated<number>;
  edition_id: number;
  revision: number;
  address: string;
  /** Also the Date of the message, so that every attempt makes the same bytes. */
  created_at: EpochMs;
  sent_at: EpochMs | null;
  checked_at: EpochMs | null;
  state: SeedState;
  /** JSON of `SeedFinding[]`. */
  findings: string;
  done: number;
  /** Also the end of a lease. */
  due_at: EpochMs;
  epoch: number;
}
