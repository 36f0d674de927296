import type { RejectReason, Table } from '../../domain/subscribers/import-row.ts';
import type {
  ListedSubscriber,
  MergeOutcome,
  NewSubscriber,
  Subscriber,
  Subscription,
  SubscriptionState,
} from '../../domain/subscribers/subscriber.ts';

export interface PublicationIds {
  /** @throws AppError PUBLICATION_NOT_FOUND, with a near miss where there is one. */
  id(slug: string): Promise<number>;
}

/** A person to merge, and the state a new subscription starts in. */
export interface Candidate extends NewSubscriber {
  readonly state: SubscriptionState;
}

export interface MergeOptions {
  readonly publicationId: number;
  readonly source: string;
  /** Epoch ms. */
  readonly now: number;
  /** Computes the outcome of each row and writes nothing. */
  readonly dryRun: boolean;
}

export interface Subscribers {
  /**
   * One short transaction for a group of at most 5,000 people with distinct canonical addresses.
   * Existing subscribers keep their id; what they lack (name, time zone) is filled in; who is pending
   * becomes active where the candidate is; who unsubscribed or is suppressed is left alone.
   *
   * @returns what became of each, in the order of `people`.
   */
  mergeMany(people: readonly Candidate[], options: MergeOptions): Promise<readonly MergeOutcome[]>;
  /**
   * Adds one person as active, and takes their name over where one is given. Who unsubscribed comes
   * back only with `resubscribe`, who is suppressed never.
   */
  addOne(
    person: NewSubscriber,
    options: Omit<MergeOptions, 'dryRun'> & { readonly resubscribe: boolean },
  ): Promise<MergeOutcome>;
  findByCanonical(
    canonical: string,
  ): Promise<
    { readonly subscriber: Subscriber; readonly subscriptions: readonly Subscription[] } | undefined
  >;
  /** Keyset page by id: members after `afterId`, at most `limit` of them. */
  page(options: {
    readonly publicationId: number;
    readonly state?: SubscriptionState | undefined;
    readonly afterId: number;
    readonly limit: number;
  }): Promise<readonly ListedSubscriber[]>;
  /** How many stand in each state. */
  counts(publicationId: number): Promise<Readonly<Record<SubscriptionState, number>>>;
  /**
   * Compare and set. `suppressed` is never left.
   *
   * @returns the state before, or undefined where there is no such subscription.
   */
  setState(
    subscription: { readonly publicationId: number; readonly subscriberId: number },
    change: { readonly state: SubscriptionState; readonly now: number },
  ): Promise<SubscriptionState | undefined>;
  /**
   * In one transaction: removes the person with all subscriptions, ends what they have just asked for,
   * blanks what servers said about them, and keeps a keyed hash so that nothing brings them back.
   *
   * @returns whether they were known.
   */
  erase(canonical: string, options: { readonly now: number }): Promise<boolean>;
}

export interface Suppressions {
  add(canonical: string, why: { readonly reason: string; readonly now: number }): Promise<void>;
  /** Those of the given addresses that are suppressed. */
  has(canonicals: readonly string[]): Promise<ReadonlySet<string>>;
  count(): Promise<number>;
  /** Fingerprints of secrets under which addresses were suppressed and that are not configured any more. */
  unknownKeyIds(): Promise<readonly string[]>;
}

/**
 * Opens a table file.
 *
 * @throws AppError IMPORT_INVALID when it is no text table at all.
 */
export type OpenTable = (
  source: AsyncIterable<Uint8Array>,
  options: { readonly delimiter?: string | undefined },
) => Promise<Table>;

/** A row of an import that makes no subscriber. */
export interface RejectedRow {
  /** In the file, from 1. */
  readonly line: number;
  readonly reason: RejectReason;
  readonly sentence: string;
  /** As in the file; a row that could not be split into fields is in the first one. */
  readonly fields: readonly string[];
}

/** Rows as CSV text, each with its line end. */
export type FormatRows = (rows: readonly (readonly string[])[]) => string;
