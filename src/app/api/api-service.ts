import type { ApiToken } from '../../domain/accounts/api-token.ts';
import type { ActedBy } from '../../domain/audit.ts';
import type { Edition, EditionState } from '../../domain/editions/edition.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { EventCounts } from '../../domain/events/outgoing-event.ts';
import type { FeedbackReason } from '../../domain/inbound/feedback.ts';
import type { HeartbeatSummary } from '../../domain/metrics-snapshot.ts';
import type { EditionRange, SignupRange } from '../../domain/outcome-ranges.ts';
import type { Accounting, OutcomeCount } from '../../domain/sending/delivery.ts';
import type { ProviderPace } from '../../domain/sending/provider-pace.ts';
import type { SignupOutcomeCount } from '../../domain/signup/transactional-mail.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { IsoDate, Slug } from '../../domain/units.ts';
import type { Composition } from '../editions/compose-edition.ts';
import type { LintedEdition } from '../editions/lint-edition.ts';
import type { ApiLimits } from '../ports/accounts.ts';
import type { SampleMessage } from '../ports/digests.ts';
import type { PublicationSchedule } from '../schedule/list-schedule.ts';
import type { SendOptions } from '../sending/send-edition.ts';
import type { UpcomingWave } from '../sending/waves.ts';
import type { SignUpAnswer } from '../signup/sign-up.ts';
import type { Once } from './once.ts';

/** What the API reads and does besides what it shares with the desk. Its callers have checked the token. */
export interface ApiService {
  /** Undefined for a text that is no token, or one that was revoked, has expired, or has a disabled owner. */
  findToken(secret: string): Promise<ApiToken | undefined>;
  readonly limits: ApiLimits;
  readonly once: Once;
  readonly digests: ApiDigests;
  /** Keyed hash of a request, hexadecimal: what is stored of a body reveals no address. */
  fingerprint(text: string): string;
  /** One keyset page, newest date first. */
  editions(query: EditionsQuery): Promise<readonly CountedEdition[]>;
  /** Undefined if the date has no edition. */
  counted(publicationId: number, date: IsoDate): Promise<CountedEdition | undefined>;
  /** What is shown of an edition besides its ledger. */
  details(edition: Edition): Promise<EditionDetails>;
  /** The next seven days of a publication. Throws AppError PUBLICATION_NOT_FOUND. */
  schedule(publication: Slug): Promise<PublicationSchedule>;
  /** Slugs of every publication, also of one whose file is invalid. */
  publicationNames(): Promise<readonly Slug[]>;
  /** Which workers run, and how many relays they can use. */
  workers(): Promise<HeartbeatSummary>;
  /** How far the events of each endpoint of a publication are. */
  eventCounts(publication: Slug): Promise<readonly EventCounts[]>;
  /** Today by the publication's time zone, and the date of its digest, else of the next, else of the newest one. */
  nextDigest(publication: Publication): Promise<{ readonly today: IsoDate; readonly nextDigest: IsoDate }>;
  /** Publishes an approved edition; a worker sends it. Throws as `sendEdition` does. */
  send(
    reference: string,
    options: Omit<SendOptions, keyof ActedBy>,
    by: ActedBy,
  ): Promise<{ readonly edition: Edition }>;
  /** Counts subscriptions by state; some 0.1 s for a million. */
  countSubscribers(publicationId: number): Promise<Readonly<Record<SubscriptionState, number>>>;
  outcomes(range: OutcomesQuery): Promise<OutcomeReport>;
  countSuppressions(): Promise<number>;
  /** The gate of every signup, for a program that shows a form of its own. */
  signUp(request: {
    readonly publication: Slug;
    readonly email: string;
    /** IP address of the visitor. */
    readonly network: string;
  }): Promise<SignUpAnswer>;
}

/** Digest files, read and written as the editor does. References name a date. */
export interface ApiDigests {
  /** @throws AppError DIGEST_NOT_FOUND */
  read(reference: string): Promise<DigestText>;
  /**
   * Writes a digest: a new one, or one in place of the version that was read. Recorded in the audit log.
   *
   * @param options.version undefined for a new one
   * @throws AppError DIGEST_EXISTS, DIGEST_NOT_FOUND, DIGEST_CHANGED if another version is there
   */
  write(
    reference: string,
    options: { readonly text: string; readonly version: string | undefined },
    by: ActedBy,
  ): Promise<DigestText>;
  /** Checks a text, or the file if it is undefined, as `lint` does. */
  check(reference: string, text: string | undefined): Promise<LintedEdition>;
  /** Composes a text, or the file if it is undefined. Throws as `composeEdition` does. */
  compose(reference: string, text: string | undefined): Promise<ComposedDigest>;
}

export interface DigestText {
  /** Name of the file: `2026-11-23.md`. */
  readonly file: string;
  readonly text: string;
  /** SHA-256 of the file. */
  readonly version: string;
}

export interface ComposedDigest {
  readonly composition: Composition;
  /** As a sample recipient gets it. */
  readonly sample: SampleMessage;
}

export interface EditionsQuery {
  readonly publicationId: number;
  readonly state?: EditionState | undefined;
  /** Only editions of earlier dates. */
  readonly before?: IsoDate | undefined;
  readonly limit: number;
}

export interface CountedEdition {
  readonly edition: Edition;
  readonly accounting: Accounting;
}

export interface EditionDetails {
  /** IANA name, as it was approved. */
  readonly timeZone: string;
  readonly waves: readonly UpcomingWave[];
  readonly workers: HeartbeatSummary;
  readonly slowedProviders: readonly ProviderPace[];
}

export interface OutcomesQuery extends EditionRange, SignupRange {
  readonly publicationId: number;
}

/** How deliveries and signups ended, and what receivers reported later. */
export interface OutcomeReport {
  readonly outcomes: readonly OutcomeCount[];
  readonly feedback: readonly FeedbackReason[];
  readonly signups: readonly SignupOutcomeCount[];
}
