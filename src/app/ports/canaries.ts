import type { EditionEvent } from '../../domain/editions/edition.ts';
import type { CanaryCounts } from '../../domain/sending/canary.ts';
import type { EpochMs } from '../../domain/units.ts';

/** An edition that only its first recipients get for now. */
export interface RunningCanary {
  readonly editionId: number;
  /** Slug. */
  readonly publication: string;
  readonly until: EpochMs;
}

export interface Canaries {
  /** Those of editions that are being sent. */
  running(): Promise<readonly RunningCanary[]>;
  counts(editionId: number): Promise<CanaryCounts>;
  /** Makes all other recipients due, unless the edition was paused, cancelled or judged meanwhile. */
  pass(editionId: number, event: EditionEvent): Promise<void>;
}
