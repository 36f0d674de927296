import type { ActedBy } from '../audit.ts';
import type { OpenDay, WarmUp, WarmUpPlan } from '../sending/warm-up.ts';
import type { IsoDate } from '../units.ts';
import type { LocalTime } from './local-time.ts';
import type { AtSendTime, Publication } from './publication.ts';

export const editionStates = [
  'draft',
  'approved',
  'scheduled',
  'sending',
  'paused',
  'sent',
  'cancelled',
  'missed',
] as const;

export type EditionState = (typeof editionStates)[number];

/** Which states each state may become. */
const transitions: Readonly<Record<EditionState, readonly EditionState[]>> = {
  draft: ['approved', 'cancelled', 'missed'],
  approved: ['approved', 'scheduled', 'sending', 'cancelled', 'missed'],
  scheduled: ['approved', 'sending', 'cancelled', 'missed'],
  sending: ['paused', 'sent', 'cancelled'],
  paused: ['sending', 'cancelled', 'sent'],
  sent: [],
  cancelled: ['approved'],
  missed: ['approved'],
};

/** What has become of an edition, as a predicate: `has already been sent`. */
export const stateSentences: Readonly<Record<EditionState, string>> = {
  draft: 'is a draft',
  approved: 'has already been approved',
  scheduled: 'has already been scheduled',
  sending: 'is already being sent',
  paused: 'is already paused',
  sent: 'has already been sent',
  cancelled: 'has been cancelled',
  missed: 'was missed',
};

export function canBecome(from: EditionState, to: EditionState): boolean {
  return transitions[from].includes(to);
}

/** One digest frozen for sending. Times are UTC epoch milliseconds. */
export interface Edition {
  readonly id: number;
  readonly publicationId: number;
  readonly date: IsoDate;
  readonly state: EditionState;
  /** The revision that is sent; 0 before the first approval. */
  readonly revision: number;
  /** The number of recipients it was published to; fixed from then on. */
  readonly intended: number;
  readonly publishedAt: number | null;
  readonly expiresAt: number | null;
  readonly finishedAt: number | null;
  /** Null if only a user sends it. */
  readonly sendWindow: SendWindow | null;
  /** A user, or a restore, put it on hold. */
  readonly onHold: boolean;
  /** It is on hold because a backup was restored: only `release` lets it go on. */
  readonly isRestored: boolean;
  /** Null if all recipients get it at the same moment. */
  readonly localTime: LocalTime | null;
  /** Null if all recipients get it on the day on which it is published. */
  readonly warmUp: WarmUpPlan | null;
  /** Until when only the first recipients get it; null if there is no canary, or it has been judged. */
  readonly canaryUntil: number | null;
  /** No recipient gets it before its seed mailboxes have been checked. */
  readonly awaitsSeeds: boolean;
  /** It was cancelled after a recipient may have got it. */
  readonly wasServed: boolean;
  /** When its page was replaced by a notice. */
  readonly withdrawnAt: number | null;
}

/** What an approval froze. */
export interface Revision {
  readonly revision: number;
  /** SHA-256 of `message`, lower-case hex. */
  readonly contentHash: string;
  readonly subject: string;
  /** JSON of the CompiledMessage: exactly what goes out. */
  readonly message: string;
  readonly html: string;
  readonly text: string;
  /** JSON of the Digest. */
  readonly digest: string;
  /** JSON of `RevisionSettings`. */
  readonly settings: string;
  readonly approvedBy: string;
  readonly approvedAt: number;
  /** JSON of the EditionPage, or empty. */
  readonly page: string;
}

export interface NewRevision extends Omit<Revision, 'revision'> {
  /** From where it was approved. */
  readonly origin?: ActedBy['origin'];
  /** When the schedule sends the edition; absent if only a user sends it. */
  readonly sendWindow?: SendWindow | undefined;
  /** Undefined if all recipients get it at the same moment. */
  readonly localTime?: LocalTime | undefined;
}

/** What else a worker needs to send a revision, frozen with it. */
export interface RevisionSettings {
  readonly publication: Publication;
  /** Where links in the mail lead; no trailing slash. */
  readonly baseUrl: string;
  /** Approved for real subscribers although the links lead to the machine that sends. */
  readonly acceptsLocalLinks?: boolean;
}

/** An action on an edition, or an alarm about it. */
export interface EditionEvent extends ActedBy {
  readonly at: number;
  /** Kebab-case: `approved`, `published`, `paused`. */
  readonly event: string;
  readonly detail: string;
}

export interface PublishOptions extends ActedBy {
  readonly editionId: number;
  readonly now: number;
  readonly expiresAt: number;
  /** Recipients in a batch. */
  readonly batchSize: number;
  /** The days that a warm-up leaves for it; absent without one. */
  readonly warmUp?: {
    readonly overflow: WarmUp['overflow'];
    readonly expiryMs: number;
    readonly days: readonly OpenDay[];
  };
  /** Publish only if the schedule may send it now: not on hold, and its send time unchanged. */
  readonly byClock?: boolean;
  /** A share of the recipients comes first, from 0 to 1; the others wait until `until` at least. */
  readonly canary?: { readonly share: number; readonly until: number } | undefined;
  /** Mailboxes that get it before all recipients, who wait until about `until`. */
  readonly seeds?: { readonly addresses: readonly string[]; readonly until: number } | undefined;
}

/** When an edition goes out by the clock, laid down at its approval, and what happens then. */
export interface SendWindow {
  readonly sendAt: number;
  readonly deadlineAt: number;
  readonly policy: AtSendTime;
}
