import type { ActedBy } from '../../domain/audit.ts';
import type { RejectReason, Table } from '../../domain/subscribers/import-row.ts';
import type {
  AddOutcome,
  ListedSubscriber,
  MergeOutcome,
  NewSubscriber,
  Subscriber,
  Subscription,
  SubscriptionState,
} from '../../domain/subscribers/subscriber.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';

export interface PublicationIds {
  /** @throws AppError PUBLICATION_NOT_FOUND, with the closest name if one is close. */
  id(slug: string): Promise<number>;
}

/** A subscriber to merge, and the state in which a new subscription starts. */
export interface Candidate extends NewSubscriber {
  readonly state: SubscriptionState;
  /** Why the address is suppressed, in kebab-case; only with the state `suppressed`. */
  readonly suppressedBy?: string;
}

export interface MergeOptions {
  readonly publicationId: number;
  readonly source: string;
  readonly now: EpochMs;
  /** Computes the outcome of each row and writes nothing. */
  readonly dryRun: boolean;
}

export interface Subscribers {
  /**
   * One short transaction for at most 5,000 candidates with distinct canonical addresses. Existing subscribers
   * keep their id; an empty name or time zone is filled in; a pending subscription becomes active if the
   * candidate is active. The stricter state wins: an unsubscribed or suppressed subscription never becomes
   * active, an unsubscribed candidate unsubscribes, and a suppressed one is suppressed in every publication.
   *
   * @returns the outcome of each, in the order of `candidates`.
   */
  mergeMany(candidates: readonly Candidate[], options: MergeOptions): Promise<readonly MergeOutcome[]>;
  /**
   * Adds one subscriber as active, and stores the name if one is given. An unsubscribed address is
   * activated only with `resubscribe`, a suppressed one never.
   */
  addOne(
    subscriber: NewSubscriber,
    options: Omit<MergeOptions, 'dryRun'> & { readonly resubscribe: boolean },
  ): Promise<AddOutcome>;
  findByCanonical(
    canonical: string,
  ): Promise<
    { readonly subscriber: Subscriber; readonly subscriptions: readonly Subscription[] } | undefined
  >;
  /** Keyset page by id: at most `limit` subscribers after `afterId`. */
  page(options: {
    readonly publicationId: number;
    readonly state?: SubscriptionState | undefined;
    readonly afterId: number;
    readonly limit: number;
  }): Promise<readonly ListedSubscriber[]>;
  /** Counts active subscribers; `isReachable` if any has an address outside the domains reserved by RFC 2606. */
  audience(publicationId: number): Promise<{ readonly active: number; readonly isReachable: boolean }>;
  /** Counts subscriptions by state. */
  counts(publicationId: number): Promise<Readonly<Record<SubscriptionState, number>>>;
  /**
   * Compare and set. A `suppressed` subscription never changes.
   *
   * @returns the state before; undefined if there is no such subscription.
   */
  setState(
    subscription: { readonly publicationId: number; readonly subscriberId: number },
    change: { readonly state: SubscriptionState; readonly now: number; readonly audit?: AddressAudit },
  ): Promise<SubscriptionState | undefined>;
  /**
   * In one transaction: deletes the subscriber with all subscriptions, ends their open signups, clears what
   * servers replied about them, and keeps a keyed hash so that no import or signup adds them again.
   *
   * @returns true if there was such a subscriber.
   */
  erase(canonical: string, options: { readonly now: number }): Promise<boolean>;
}

/** Who changes something about an address, and why. */
export interface Audit extends ActedBy {
  readonly reason: string;
  readonly now: EpochMs;
}

export type AddressAudit = Audit & { readonly canonical: string };

export interface AuditEntry {
  readonly at: EpochMs;
  readonly actor: string;
  readonly action: string;
  readonly reason: string;
  /** Absent if it concerned every publication. */
  readonly publication: Slug | null;
}

/** Changes that operators make to addresses, each recorded in the audit log in the same transaction. */
export interface OperatorChanges {
  /**
   * Unsubscribes addresses from one publication; at most 1,000, each once. An address that is not there is
   * remembered as unsubscribed, so that no import makes it active.
   *
   * @returns `remembered` are those that were not there
   */
  unsubscribe(
    addresses: readonly { readonly address: string; readonly canonical: string }[],
    options: Audit & { readonly publicationId: number },
  ): Promise<{ readonly changed: number; readonly remembered: number; readonly unchanged: number }>;
  /** Suppresses addresses in every publication, known or not; at most 1,000, each once. */
  suppress(
    canonicals: readonly string[],
    audit: Audit,
  ): Promise<{ readonly changed: number; readonly unchanged: number }>;
  /**
   * Reverts suppressions: subscriptions return to their state before. Those of erased subscribers and of
   * complaints stay, and are returned as `refused`.
   */
  unsuppress(
    canonicals: readonly string[],
    audit: Audit,
  ): Promise<{
    readonly changed: number;
    readonly unchanged: number;
    readonly refused: readonly { readonly canonical: string; readonly reason: string }[];
  }>;
  /** Newest first. */
  log(canonical: string): Promise<readonly AuditEntry[]>;
}

export interface Suppressions {
  add(canonical: string, why: { readonly reason: string; readonly now: number }): Promise<void>;
  /** Returns those of the given addresses that are suppressed. */
  has(canonicals: readonly string[]): Promise<ReadonlySet<string>>;
  count(): Promise<number>;
  /** Fingerprints of secrets under which addresses were suppressed and that are no longer configured. */
  unknownKeyIds(): Promise<readonly string[]>;
}

/**
 * Opens a table file. The delimiter is one character, detected from the header unless it is given.
 *
 * @throws AppError IMPORT_INVALID if it is not a text table.
 */
export type OpenTable = (
  source: AsyncIterable<Uint8Array>,
  options: { readonly delimiter?: string | undefined },
) => Promise<Table>;

/** A row of an import that is not imported. */
export interface RejectedRow {
  /** In the file, from 1. */
  readonly line: number;
  readonly reason: RejectReason;
  readonly sentence: string;
  /** As in the file; a row that could not be split into fields is the first one. */
  readonly fields: readonly string[];
  /** The fields are Latin-1, one character a byte: the row is not UTF-8. */
  readonly areRaw?: true;
}

/** Rows as CSV text, each with its line end. */
export type FormatRows = (rows: readonly (readonly string[])[]) => string;
