import type { EpochMs, IsoDate, Slug } from './units.ts';

/** From where a person or program acts: the desk, the command line, the link in a proof, or the API. */
export const origins = ['desk', 'command-line', 'proof-link', 'api'] as const;
export type Origin = (typeof origins)[number];

/** Who does something. */
export interface ActedBy {
  readonly actor: string;
  /** Absent or empty for what the schedule, a worker or the intake of reports does. */
  readonly origin?: Origin | '' | undefined;
}

/** One entry of the audit log. */
export interface AuditRecord {
  readonly at: EpochMs;
  readonly actor: string;
  /** Empty if the schedule or a worker did it, and for entries from before origins were recorded. */
  readonly origin: Origin | '';
  /** What it was about. */
  readonly about: 'edition' | 'publication' | 'subscriber' | 'account' | 'alarm';
  /** In kebab-case: `approved`, `suppressed`, `account-added`. */
  readonly action: string;
  /** Empty if it concerned every publication, or none. */
  readonly publication: Slug;
  /** Of the edition; empty if it was about none. */
  readonly date: IsoDate;
  /**
   * An edition by name, an account by its address, a subscriber by the keyed hash of the address:
   * `daybrief audit --address` finds the entry, and an erasure leaves nothing that names the subscriber.
   */
  readonly subject: string;
  readonly detail: string;
}

/** A position in the audit log, newest first. */
export interface AuditPosition {
  readonly at: EpochMs;
  readonly source: 'edition' | 'other';
  readonly id: number;
}

export interface AuditQuery {
  readonly since?: EpochMs | undefined;
  readonly publication?: Slug | undefined;
  readonly date?: IsoDate | undefined;
  readonly actor?: string | undefined;
  /** Canonical address of a subscriber. */
  readonly canonical?: string | undefined;
  /** Only entries older than this one. */
  readonly before?: AuditPosition | undefined;
  readonly limit: number;
}
