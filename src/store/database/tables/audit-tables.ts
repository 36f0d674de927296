import type { Generated } from 'kysely';

import type { Origin } from '../../../domain/audit.ts';
import type { EpochMs } from '../../../domain/units.ts';

/** What was done to single addresses, accounts and alarms. Append only. */
export interface AuditLog {
  id: Generated<number>;
  at: EpochMs;
  actor: string;
  /** In kebab-case: `suppressed`, `unsubscribed`. */
  action: string;
  /** Keyed, as in `suppressions`; empty if it was about no subscriber. */
  address_hash: string;
  publication_id: number | null;
  reason: string;
  /** Empty for what a worker did. */
  origin: Generated<Origin | ''>;
  /** An account or an alarm; empty if it was about a subscriber. */
  subject: Generated<string>;
}

/** What users did to an edition, and what stopped it. Append only. */
export interface EditionEvents {
  id: Generated<number>;
  edition_id: number;
  at: number;
  event: string;
  actor: string;
  detail: string;
  /** Empty for what the schedule or a worker did. */
  origin: Generated<Origin | ''>;
}
