import type { EventEndpoint } from '../events/outgoing-event.ts';
import type { Outcome } from '../outcome.ts';
import type { CanarySettings } from '../sending/canary.ts';
import type { WarmUp } from '../sending/warm-up.ts';
import type { Weekday } from '../time/calendar.ts';
import type { CheckLevels } from './check-rules.ts';

/**
 * What the clock does with an approved edition at its minute.
 *
 * - `send`: sends it
 * - `hold`: raises an alarm and waits for `daybrief send` until the deadline
 * - `skip`: does nothing and raises no alarm; an edition scheduled by command is still sent
 */
export type AtSendTime = 'send' | 'hold' | 'skip';

/** What happens to deliveries whose reply was lost: sent once more under the same Message-ID, or left. */
export type UncertainPolicy = 'resend' | 'hold';

export interface Mailbox {
  readonly name: string;
  /** ASCII domain; see `address.ts`. */
  readonly address: string;
}

/** A named newsletter, as `digests/<publication>/publication.yaml` describes it. */
export interface Publication {
  /** Folder name under `digests/`: lower-case letters, digits and hyphens, at most 63 octets. */
  readonly slug: string;
  readonly name: string;
  /** One sentence on what it is and when it comes. */
  readonly description: string;
  readonly from: Mailbox;
  readonly replyTo?: string;
  /** RFC 2919 list identifier without brackets: `morning.example.org`. */
  readonly listId: string;
  /** Sender in the Feedback-ID header. */
  readonly feedbackSender: string;
  /** Domain of envelope senders and Message-IDs; the From domain unless set. */
  readonly bounceDomain: string;
  /** Keys that sign every mail of the publication; absent, none is signed. */
  readonly dkim?: readonly DkimSettings[];
  /** RFC 5646 language tag of the digests: `en`, `pt-BR`. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly postalAddress: string;
  /** IANA zone name. */
  readonly timeZone: string;
  /** `HH:MM` in `timeZone`. */
  readonly sendAt: string;
  readonly days: readonly Weekday[];
  /**
   * `HH:MM`: from then on an edition that did not go out is not sent by itself. The first such time after
   * `sendAt`: a deadline that is earlier by the clock lies on the next day.
   */
  readonly deadline: string;
  readonly atSendTime: AtSendTime;
  /** Each subscriber is mailed at `sendAt` in their own time zone. */
  readonly localTime: boolean;
  /** `YYYY-MM-DD` dates without an edition. */
  readonly holidays: readonly string[];
  /** Folder under `templates/`. */
  readonly template: string;
  readonly brand: {
    /** `#rrggbb` */
    readonly color: string;
    /** A file beside publication.yaml or an https URL. */
    readonly logo?: string;
    /** The same for dark mode. */
    readonly logoDark?: string;
    readonly logoAlt?: string;
    /** Widths and heights in CSS pixels. */
    readonly logoWidth?: number;
  };
  /** Where the pages are; overrides BASE_URL for this publication. No trailing slash. */
  readonly webBaseUrl?: string;
  /** Where the publication says what it does with addresses. */
  readonly privacyUrl?: string;
  /** False leaves quotation marks, dashes and dots as they are typed. */
  readonly typography: boolean;
  readonly targetWords: number;
  /** Levels of checks that differ from Daybrief's own. */
  readonly checks: CheckLevels;
  /** `false` waives approval: `send` then freezes and sends in one step. */
  readonly approval: boolean;
  readonly uncertain: UncertainPolicy;
  /** Retries of a deferred delivery end this long after publishing. */
  readonly expiryHours: number;
  /** Absent if all recipients get an edition at once. */
  readonly canary?: CanarySettings;
  /** Daily caps for a new relay or domain. */
  readonly warmUp?: WarmUp;
  /** How many different people have to approve an edition. */
  readonly approvals: number;
  /** False if who made the latest proof, or is named as `editor`, may not approve. */
  readonly authorMayApprove: boolean;
  /** People who get proofs with a link to approve them. */
  readonly reviewAddresses: readonly string[];
  /** Who is mailed when an edition is sent back, if the author of the proof acted under a name that is no address. */
  readonly authorAddresses: readonly string[];
  /** Who gets `send --to-me`; the From address unless set. */
  readonly testAddresses: readonly string[];
  /** Where the answers to "How was this edition?" go: a mail to the reply address, an https URL, or not asked. */
  readonly feedback: 'reply' | 'none' | { readonly url: string };
  /** Footer sentence: why the recipient gets this mail. */
  readonly reason: string;
  /** Answers of the signup form. */
  readonly outcomeTexts: Readonly<Record<Outcome, string>>;
  /** Web sites that may carry the signup form: `https://www.example.org`, without a path. */
  readonly allowedOrigins: readonly string[];
  /** `false` activates a subscription at once, without a confirmation mail. */
  readonly doubleOptIn: boolean;
  /** `false` keeps editions off the web. */
  readonly archive: boolean;
  /** Feeds that the worker looks for candidates in; the most trusted first. */
  readonly feeds?: readonly FeedSource[];
  /** Where events go. */
  readonly events?: readonly EventEndpoint[];
}

/** A DKIM signature that mail carries. RFC 6376. */
export interface DkimSettings {
  readonly selector: string;
  /** The signing domain: that of the From address, or one above it. */
  readonly domain: string;
  /** File with the private key, in PEM; relative to the folder `dkim` in DAYBRIEF_HOME. */
  readonly key: string;
}

export interface FeedSource {
  /** http or https. */
  readonly url: string;
  /** Instead of the name that the feed gives itself. */
  readonly name?: string;
}
