import type { ActedBy } from '../../domain/audit.ts';
import type {
  Edition,
  EditionEvent,
  EditionState,
  NewRevision,
  PublishOptions,
  Revision,
} from '../../domain/editions/edition.ts';
import type { AlarmKind } from '../../domain/schedule/alarm.ts';
import type { Accounting } from '../../domain/sending/delivery.ts';
import type { EpochMs, IsoDate } from '../../domain/units.ts';

/** Alarms that stop an edition. */
export type StopAlarm = Extract<AlarmKind, 'edition-stopped' | 'refused' | 'uncertain' | 'halted'>;

export type RevisionHead = Pick<Revision, 'subject' | 'contentHash' | 'settings'>;

/** A revision in a list. */
export type ListedRevision = Pick<Revision, 'revision' | 'subject' | 'approvedBy' | 'approvedAt'>;

export interface ResumeOptions {
  readonly revision: number;
  readonly event: EditionEvent;
  /** Of a revision that has not been to its seeds; they get it first if no recipient has got the edition. */
  readonly seeds?: PublishOptions['seeds'];
}

export interface Editions {
  find(publicationId: number, date: string): Promise<Edition | undefined>;
  get(editionId: number): Promise<Edition>;
  /** Newest date first; with `before` only editions of earlier dates. */
  latest(
    publicationId: number,
    limit: number,
    which?: { readonly before?: IsoDate | undefined; readonly state?: EditionState | undefined },
  ): Promise<readonly Edition[]>;
  /**
   * Freezes a revision and approves it. Approving the same bytes again changes nothing. While an
   * edition is being sent, a new revision waits for `resume`.
   *
   * @throws AppError EDITION_STATE if the edition has been sent.
   */
  approve(
    publicationId: number,
    date: string,
    revision: NewRevision,
  ): Promise<{ readonly edition: Edition; readonly revision: number }>;
  revision(editionId: number, revision: number): Promise<Revision | undefined>;
  /** What is shown of a revision, without its message and pages of some 100 KB. */
  revisionHead(editionId: number, revision: number): Promise<RevisionHead | undefined>;
  /** Newest first. */
  revisions(editionId: number, limit: number): Promise<readonly ListedRevision[]>;
  latestRevision(editionId: number): Promise<Revision | undefined>;
  /**
   * Resumes a paused edition; remaining recipients get this revision. If its seeds or its canary halted it, all of
   * them are due, unless a new revision has seeds of its own.
   *
   * @throws AppError EDITION_STATE if it is not paused, EDITION_ON_HOLD.
   */
  resume(editionId: number, how: ResumeOptions): Promise<Edition>;
  /**
   * Compare and set: moves the edition to `to` if its state allows that, and records the event.
   *
   * @throws AppError EDITION_STATE if it does not.
   */
  changeState(editionId: number, to: EditionState, event: EditionEvent): Promise<Edition>;
  /**
   * Pauses an edition that must stop because of a fault on the sender's side or by its canary, and raises the alarm in
   * the same transaction. Does nothing if it is no longer being sent.
   */
  stop(editionId: number, event: EditionEvent, alarm: StopAlarm): Promise<void>;
  /**
   * Ends the hold of an edition. If complaints keep the publication's next edition from being sent, those that have come
   * in so far no longer count.
   *
   * @throws AppError EDITION_STATE if nothing holds it.
   */
  release(editionId: number, event: EditionEvent): Promise<Edition>;
  record(editionId: number, event: EditionEvent): Promise<void>;
  /** Oldest first. */
  events(editionId: number): Promise<readonly EditionEvent[]>;
  /**
   * In one transaction: writes all active subscribers without a pause into batches and makes the
   * edition `sending`.
   *
   * @throws AppError EDITION_STATE when it is not approved, EDITION_ON_HOLD, COMPLAINTS_HIGH, AUDIENCE_EMPTY if no
   * subscriber is active.
   */
  publish(options: PublishOptions): Promise<Edition>;
  accounting(editionId: number): Promise<Accounting>;
  /** Of each of these editions, in their order. */
  accountings(editionIds: readonly number[]): Promise<readonly Accounting[]>;
}

/** A change of a page: the note that the page shows, and who made the change. */
export interface PageChange extends ActedBy {
  readonly at: EpochMs;
  readonly note: string;
}

export interface EditionPages {
  /**
   * Shows the revision as the page of an edition that was sent, with a dated note. Also ends a withdrawal.
   * What was mailed stays as it is.
   *
   * @returns the number of the revision
   * @throws AppError EDITION_STATE unless the edition was sent, or cancelled after part of it was;
   *   EDITION_UNCHANGED if the page shows these bytes already.
   */
  correct(editionId: number, change: PageChange & { readonly revision: NewRevision }): Promise<number>;
  /**
   * Replaces the page by a notice.
   *
   * @throws AppError EDITION_STATE as above.
   */
  withdraw(editionId: number, change: PageChange): Promise<void>;
}
