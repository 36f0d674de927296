import type { EditionEvent } from '../../domain/editions/edition.ts';
import type { CanaryCounts } from '../../domain/sending/canary.ts';
import type { DkimVerdict } from '../../domain/sending/seeds/authentication.ts';
import type { FoundIn, ReadMessage } from '../../domain/sending/seeds/judge-arrival.ts';
import type { EditionSeed, SeedFinding, SeedMailbox } from '../../domain/sending/seeds/seed.ts';
import type { EpochMs } from '../../domain/units.ts';

/** An edition that only its seeds, or its first recipients, get for now. */
export interface RunningCanary {
  readonly editionId: number;
  /** Slug. */
  readonly publication: string;
  readonly until: EpochMs;
  /** No recipient gets it before its seeds have been checked. */
  readonly awaitsSeeds: boolean;
}

export interface Canaries {
  /** Those of editions that are being sent. */
  running(): Promise<readonly RunningCanary[]>;
  counts(editionId: number): Promise<CanaryCounts>;
  /** Makes all other recipients due, unless the edition was paused, cancelled or judged meanwhile. */
  pass(editionId: number, event: EditionEvent): Promise<void>;
  seeds(editionId: number): Promise<readonly EditionSeed[]>;
  /**
   * Makes the first recipients due, or all if none wait for these; unless the edition was paused, cancelled or judged
   * meanwhile.
   *
   * @param until when the others get it at the earliest
   */
  passSeeds(editionId: number, event: EditionEvent, until: EpochMs): Promise<void>;
}

/** A seed that a worker has claimed, under a lease. */
export interface SeedClaim {
  readonly id: number;
  readonly epoch: number;
  readonly editionId: number;
  readonly revision: number;
  readonly address: string;
  /** The message's time: every attempt makes the same bytes. */
  readonly createdAt: EpochMs;
  /** When a relay took the message. */
  readonly sentAt: EpochMs | null;
}

/** Seeds of editions, until each was checked. */
export interface Seeds {
  due(options: { readonly now: EpochMs; readonly limit: number }): Promise<readonly number[]>;
  /** Undefined if another worker has it. */
  claim(
    id: number,
    lease: { readonly now: EpochMs; readonly leaseMs: number },
  ): Promise<SeedClaim | undefined>;
  /** Ends the claim: the seed is due again at `nextAt`. */
  release(
    claim: SeedClaim,
    how: { readonly nextAt: EpochMs; readonly sentAt?: EpochMs; readonly findings?: readonly SeedFinding[] },
  ): Promise<void>;
  /** Ends the seed. */
  settle(
    claim: SeedClaim,
    how: {
      readonly state: 'passed' | 'failed' | 'dropped';
      readonly findings: readonly SeedFinding[];
      readonly at: EpochMs;
    },
  ): Promise<void>;
}

/** By what a message is found in a mailbox. */
export interface SoughtMessage {
  /** Without angle brackets. */
  readonly messageId: string;
  /** The same for every edition at a seed: only with a date does it name a message. */
  readonly unsubscribeUrl: string;
  /** The Date field, as it was sent. A relay may have replaced it by a later one. */
  readonly date: string;
}

export interface ArrivedMessage extends FoundIn {
  readonly raw: Uint8Array;
}

/** Access to seed mailboxes. */
export interface SeedMailboxes {
  /**
   * Looks for a message in every folder; changes nothing there.
   *
   * @throws Error whose message says why the mailbox cannot be opened; AppError SEED_PASSWORD_MISSING
   */
  find(mailbox: SeedMailbox, sought: SoughtMessage, signal: AbortSignal): Promise<ArrivedMessage | undefined>;
  /** Logs in and lists the folders. Throws as `find`. */
  folders(mailbox: SeedMailbox, signal: AbortSignal): Promise<readonly string[]>;
}

export type ReadMail = (raw: Uint8Array) => Promise<ReadMessage>;

export type VerifyDkim = (raw: Uint8Array) => Promise<readonly DkimVerdict[]>;
