import { Headers } from '../mime/headers.ts';
import { findAddress } from './find-addresses.ts';

/** RFC 3464 section 2.3.3; `unknown` where the field is missing or says something else. */
export type ReportedAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'unknown';

/** The fields of one recipient, RFC 3464 section 2.3. */
export interface RecipientStatus {
  readonly final: string | undefined;
  /** As the sender wrote it: RFC 3464 section 2.3.1, or what forwarding servers add behind the final one. */
  readonly original: string | undefined;
  readonly action: ReportedAction;
  /** RFC 3463; absent if the field has none. */
  readonly status: string | undefined;
  /** `smtp`, `x-unix`, `x-postfix`; empty if there is no diagnostic. */
  readonly diagnosticType: string;
  readonly diagnostic: string;
}

export interface DeliveryStatus {
  /** Fields of the message: RFC 3464 section 2.2. */
  readonly message: Headers;
  readonly recipients: readonly RecipientStatus[];
}

const maxRecipients = 200;

/** Reads a `message/delivery-status`, also one without the blank lines between its groups. */
export function readDeliveryStatus(text: string): DeliveryStatus {
  const groups = text.split(/\n[ \t]*\n/u).flatMap(splitGroup);
  const isRecipient = (group: Headers) =>
    group.has('final-recipient') || (group.has('original-recipient') && group.has('action'));
  const fallback = groups.find((group) => group.has('action') || group.has('diagnostic-code'));
  const found = groups.filter(isRecipient).slice(0, maxRecipients);
  const recipients = found.length === 0 && fallback !== undefined ? [fallback] : found;
  return {
    message: groups.find((group) => !isRecipient(group) && group.size > 0) ?? new Headers(''),
    recipients: recipients.map(readRecipient),
  };
}

function splitGroup(block: string): readonly Headers[] {
  const starts = [...block.matchAll(/^final-recipient:/gimu)].map(({ index }) => index);
  if (starts.length <= 1) return [new Headers(block.replace(/^\n+/u, ''))];
  return starts.map(
    (start, position) =>
      // An `Original-Recipient` before the field belongs to the same recipient in most reports; the pieces between are lost.
      new Headers(block.slice(position === 0 ? 0 : start, starts[position + 1] ?? block.length)),
  );
}

function readRecipient(fields: Headers): RecipientStatus {
  const final = fields.text('final-recipient');
  const diagnostic = fields.text('diagnostic-code');
  const typed = /^([a-z][\w-]{0,30})\s*;\s*/iu.exec(diagnostic);
  const originalText = fields.text('original-recipient');
  return {
    final: findAddress(typedAddress(final)),
    original:
      findAddress(/\(?\borig(?:inal)?\.? (?:to|recipient):?\s*([^)]+)/iu.exec(final)?.[1] ?? '') ??
      findAddress(decodeXtext(typedAddress(originalText))),
    action: readAction(fields.get('action')),
    status: /\b([245]\.\d{1,3}\.\d{1,3})\b/u.exec(fields.get('status'))?.[1],
    diagnosticType: typed?.[1]?.toLowerCase() ?? '',
    diagnostic: typed === null ? diagnostic : diagnostic.slice(typed[0].length),
  };
}

function typedAddress(value: string): string {
  return value.slice(value.indexOf(';') + 1);
}

/** RFC 3461 section 4: `+` and two hexadecimal digits stand for a character. */
function decodeXtext(value: string): string {
  if (value.includes('@')) return value;
  return value.replaceAll(/\+([\dA-F]{2})/gu, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function readAction(value: string): ReportedAction {
  const word = /^[a-z]+/u.exec(value.trim().toLowerCase())?.[0] ?? '';
  switch (word) {
    case 'failed':
    case 'failure':
    case 'undeliverable':
      return 'failed';
    case 'delayed':
    case 'delay':
      return 'delayed';
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return word;
    default:
      return 'unknown';
  }
}
