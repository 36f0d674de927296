import type { RefusalClass } from '../sending/refusal-classes.ts';

/**
 * What a received message is.
 *
 * - `bounce`: a message from this installation was finally not delivered
 * - `complaint`: the recipient reported a message as spam
 * - `unsubscribe`: sent to the address in `List-Unsubscribe`
 * - `delay`: the sending server has not given up
 * - `success`: delivered, relayed or expanded
 * - `auto-reply`: an absence notice or another answer by a machine on behalf of a person
 * - `challenge`: the recipient's filter wants a person to prove that they are one
 * - `receipt`: the recipient's program says that a message was displayed or deleted (RFC 8098)
 * - `other`: no report
 */
export const reportKinds = [
  'bounce',
  'complaint',
  'unsubscribe',
  'delay',
  'success',
  'auto-reply',
  'challenge',
  'receipt',
  'other',
] as const;
export type ReportKind = (typeof reportKinds)[number];

/**
 * What a bounce means for the address.
 *
 * - `hard`: it gets no mail any more
 * - `soft`: counted; suppressed only after several editions over two weeks
 * - `blocked`: the receiver refused the sender or the content; the address is not to blame and is never suppressed
 * - `unclassified`: kept for a person to look at
 */
export const bounceClasses = ['hard', 'soft', 'blocked', 'unclassified'] as const;
export type BounceClass = (typeof bounceClasses)[number];

/** What each class of refusals means when it is reported after the relay accepted the message. */
const bounceClassOf: Readonly<Record<RefusalClass, BounceClass>> = {
  'bad-address': 'hard',
  'dead-mailbox': 'hard',
  full: 'soft',
  'mailbox-busy': 'soft',
  temporary: 'soft',
  network: 'soft',
  greylist: 'soft',
  rate: 'soft',
  'too-big': 'soft',
  refused: 'soft',
  'relay-trouble': 'soft',
  connection: 'soft',
  'needs-smtputf8': 'soft',
  policy: 'blocked',
  reputation: 'blocked',
  account: 'blocked',
};

export function toBounceClass(refusal: RefusalClass): BounceClass {
  return bounceClassOf[refusal];
}

/** The delivery that a report is about, and what showed it. */
export interface ReportedDelivery {
  /** 0 for a transactional mail or a link that names no edition. */
  readonly editionId: number;
  readonly subscriberId: number;
  /** `verp`: the address that the report was sent to; `returned-message`: ids in the message that it returns. */
  readonly by: 'verp' | 'returned-message';
}

/** What a classification rests on. */
export interface ReportEvidence {
  /** Reply code, RFC 5321 section 4.2. */
  readonly code?: number;
  /** RFC 3463 */
  readonly enhanced?: string;
  /** The receiving server's words, at most 500 characters, white space collapsed. May contain addresses. */
  readonly text: string;
  readonly source: 'diagnostic' | 'status' | 'text' | 'feedback' | 'header' | 'none';
}

export interface ReceivedReport {
  readonly kind: ReportKind;
  /** Present exactly for a bounce. */
  readonly class?: BounceClass;
  /** The class of the reply by the rules for SMTP replies; absent if none was found. */
  readonly refusal?: RefusalClass;
  /** Machine-readable, kebab-case: the reason of the rule that decided. */
  readonly reason: string;
  /** As the report names it; absent if it was redacted or is not named. */
  readonly recipient?: string;
  readonly delivery?: ReportedDelivery;
  readonly evidence: ReportEvidence;
}
