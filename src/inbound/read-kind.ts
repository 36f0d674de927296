import type { ReportKind } from '../domain/inbound/received-report.ts';
import type { DeliveryStatus, RecipientStatus } from './parts/delivery-status.ts';
import { findAddress, findAddresses } from './parts/find-addresses.ts';
import { collapse } from './parts/find-replies.ts';
import type { OpenMessage } from './parts/open-message.ts';
import { autoReplySubject, autoReplyText, challenge, complaintText } from './rules/answer-words.ts';
import {
  delayText,
  failureSubject,
  failureText,
  givenUp,
  quotingSubject,
  reporterLabel,
  reporterName,
  successText,
} from './rules/kind-words.ts';

export interface FoundKind {
  readonly kind: ReportKind;
  /** In kebab-case, for what is no bounce. */
  readonly reason: string;
}

/**
 * Chooses the recipient that a delivery status is about. Each message that Daybrief sends has one recipient: that of
 * the returned message, else the first that failed.
 */
export function chooseRecipient(
  status: DeliveryStatus,
  { returned }: OpenMessage,
): RecipientStatus | undefined {
  const { recipients } = status;
  if (recipients.length <= 1) return recipients[0];
  const to = new Set(findAddresses(returned.text('to')).map((address) => address.toLowerCase()));
  const isTo = ({ final, original }: RecipientStatus) =>
    [final, original].some((address) => address !== undefined && to.has(address.toLowerCase()));
  return recipients.find(isTo) ?? recipients.find(({ action }) => action === 'failed') ?? recipients[0];
}

/** Says what a message is, by its fields for machines first, then by what its sender and its words say. */
export function readKind(
  message: OpenMessage,
  options: { readonly status: RecipientStatus | undefined; readonly envelopeFrom: string | undefined },
): FoundKind {
  const { headers, feedback, disposition } = message;
  if (feedback !== undefined) return readFeedback(feedback);
  if (options.status !== undefined) return readAction(options.status, message);
  if (disposition) return { kind: 'receipt', reason: 'displayed-or-deleted' };
  if (headers.has('x-hmxmroriginalrecipient') || message.returned.has('x-hmxmroriginalrecipient')) {
    return { kind: 'complaint', reason: 'abuse' };
  }
  return readWords(message, options.envelopeFrom);
}

/** RFC 5965 section 7.3 and RFC 6591; a type that is not known is taken for a complaint, as it arrives as one. */
function readFeedback(feedback: string): FoundKind {
  const type = /^feedback-type:[ \t]*([\w-]{1,40})/imu.exec(feedback)?.[1]?.toLowerCase() ?? 'abuse';
  switch (type) {
    case 'not-spam':
    case 'auth-failure':
    case 'dmarc':
    case 'dkim':
      return { kind: 'other', reason: type };
    default:
      return { kind: 'complaint', reason: type };
  }
}

function readAction({ action, status, diagnostic }: RecipientStatus, { subject }: OpenMessage): FoundKind {
  switch (action) {
    case 'failed':
      return { kind: 'bounce', reason: 'failed' };
    case 'delayed':
      return { kind: 'delay', reason: 'delayed' };
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return { kind: 'success', reason: action };
    case 'unknown': {
      const [first] = status ?? /\b[245](?=\d\d\b|\.\d)/u.exec(diagnostic)?.[0] ?? '';
      if (first === '2') return { kind: 'success', reason: 'delivered' };
      if (first === '4' && !failureSubject.test(subject)) return { kind: 'delay', reason: 'delayed' };
      return { kind: 'bounce', reason: 'failed' };
    }
    default:
      return action satisfies never;
  }
}

function readWords(message: OpenMessage, envelopeFrom: string | undefined): FoundKind {
  const { subject, headers } = message;
  const text = collapse(message.text).slice(0, 4_000);
  const failed = headers.has('x-failed-recipients');
  const isReporter = failed || isFromReporter(message);
  const isNull =
    envelopeFrom === '' || (envelopeFrom === undefined && /^<\s*>$/u.test(headers.get('return-path')));
  const hasFailure = failureSubject.test(subject) || failed;
  if (challenge.test(`${subject} ${text}`) && !failed && !(isReporter && hasFailure)) {
    return { kind: 'challenge', reason: 'challenge' };
  }
  // An absence notice may mention a failure, or that an address is no longer used: a person's mailbox sent it.
  if (!isReporter && isAutoReply(message, text)) return { kind: 'auto-reply', reason: 'auto-reply' };
  if (isReporter || isNull) {
    const found = readReportWords(`${subject} ${text}`, { hasFailure, text });
    if (found !== undefined) return found;
    if (isAutoReply(message, text)) return { kind: 'auto-reply', reason: 'auto-reply' };
  }
  if (complaintText.test(`${subject} ${text}`) && message.returned.size > 0) {
    return { kind: 'complaint', reason: 'abuse' };
  }
  // A person who quotes a report, and a mailing list, do not report on a message that was sent from here.
  const isQuoted = quotingSubject.test(subject) || headers.has('in-reply-to') || headers.has('list-id');
  if (hasFailure && !isQuoted && failureText.test(text)) return { kind: 'bounce', reason: 'failed' };
  return { kind: 'other', reason: isNull || isReporter ? 'unclassified' : 'no-report' };
}

function readReportWords(
  all: string,
  { hasFailure, text }: { readonly hasFailure: boolean; readonly text: string },
): FoundKind | undefined {
  const hasFailed = hasFailure || failureText.test(text);
  if (delayText.test(all) && !givenUp.test(text)) return { kind: 'delay', reason: 'delayed' };
  if (!hasFailed && successText.test(all)) return { kind: 'success', reason: 'delivered' };
  return hasFailed ? { kind: 'bounce', reason: 'failed' } : undefined;
}

function isFromReporter({ headers }: OpenMessage): boolean {
  const from = headers.text('from');
  const local = findAddress(from)?.split('@')[0] ?? /^\s*<?([\w.-]+)>?\s*$/u.exec(from)?.[1] ?? '';
  return reporterName.test(local) || reporterLabel.test(from);
}

function isAutoReply({ headers, subject }: OpenMessage, text: string): boolean {
  const submitted = headers.get('auto-submitted').toLowerCase();
  return (
    /^auto-(?:replied|generated|notified)/u.test(submitted) ||
    ['x-autoreply', 'x-autorespond', 'x-autoresponse', 'x-auto-reply', 'x-vacation'].some((name) =>
      headers.has(name),
    ) ||
    /auto.?reply/iu.test(headers.get('precedence')) ||
    autoReplySubject.test(subject) ||
    autoReplyText.test(text)
  );
}
