import type { HeaderSlotName, RecipientValues } from '../../domain/message/compiled-message.ts';
import { bodyValue, escapeSlotValue } from '../../domain/message/fill-slots.ts';
import { foldField, mailboxWords } from '../../domain/message/header-text.ts';
import { encodeBase64Lines } from './base64-lines.ts';
import type { Base64Piece, PreparedMessage, PreparedSlot, Texts } from './prepare-message.ts';
import { encodeQuotedPrintable } from './quoted-printable.ts';

/**
 * One recipient's message: the prepared Buffers, shared between all recipients, and between them this
 * recipient's values as small Buffers of their own. Never changes a shared Buffer. The first
 * `prepared.headerSteps` Buffers are the header block, the rest the body.
 */
export function spliceMessage(prepared: PreparedMessage, values: RecipientValues): readonly Buffer[] {
  const encoded = prepared.slots.map((slot) => encodeSlot(slot, values));
  const message: Buffer[] = [];
  for (const step of prepared.steps) {
    if (Buffer.isBuffer(step)) message.push(step);
    else if ('base64' in step) spliceBase64(step.base64, encoded, message);
    else message.push(Buffer.from(joinTexts(step, encoded)));
  }
  return message;
}

function joinTexts(texts: Texts, encoded: readonly string[]): string {
  let joined = '';
  for (const text of texts) joined += typeof text === 'string' ? text : (encoded[text] ?? '');
  return joined;
}

/** Octets on the wire, for `SIZE=` (RFC 1870): no line begins with a dot, so DATA adds none. */
export function messageSize(message: readonly Buffer[]): number {
  return message.reduce((sum, { length }) => sum + length, 0);
}

/** For base64 the value itself: it is encoded together with its neighbours. */
function encodeSlot(slot: PreparedSlot, values: RecipientValues): string {
  if (slot.encoding === 'verbatim') return headerBody(slot.slot, values);
  const value = escapeSlotValue(bodyValue(slot.slot, values), slot.as);
  return slot.encoding === 'base64' ? value : encodeQuotedPrintable(value);
}

/** RFC 5322 sections 3.3, 3.4 and 3.6.4; RFC 8058 section 3.1. */
function headerBody(slot: HeaderSlotName, values: RecipientValues): string {
  switch (slot) {
    case 'to':
      return foldField('To', mailboxWords(values));
    case 'date':
      return dateText(values.date);
    case 'messageId':
      return `<${withoutBreaks(values.messageId)}>`;
    case 'listUnsubscribe':
      return listUnsubscribe(values);
  }
}

let lastDate = { second: Number.NaN, text: '' };

/** The text of a second is kept, because most recipients of a worker share it. */
function dateText(date: Date): string {
  const second = Math.floor(date.getTime() / 1_000);
  if (second !== lastDate.second) lastDate = { second, text: date.toUTCString().replace('GMT', '+0000') };
  return lastDate.text;
}

/**
 * The page first: RFC 8058 asks for it, and some receivers read only the first line. RFC 2369 section 3.2 allows a
 * mailto URI (RFC 6068) beside it.
 */
function listUnsubscribe({ unsubscribeUrl, unsubscribeAddress }: RecipientValues): string {
  const page = `<${withoutBreaks(unsubscribeUrl)}>`;
  if (unsubscribeAddress === undefined) return page;
  return `${page},\r\n <mailto:${withoutBreaks(unsubscribeAddress)}?subject=unsubscribe>`;
}

/** A message identifier or URL with what would end it, or its header line, taken out. */
function withoutBreaks(value: string): string {
  return escapeSlotValue(value, 'text').replaceAll(/[\s<>]/gu, '');
}

/**
 * Encodes values and the few octets of static text that share a base64 group with them, in lines of
 * their own; everything else was encoded beforehand.
 */
function spliceBase64(pieces: readonly Base64Piece[], encoded: readonly string[], message: Buffer[]): void {
  let open: Buffer[] = [];
  let openLength = 0;
  for (const piece of pieces) {
    if (typeof piece === 'number' || Buffer.isBuffer(piece)) {
      const bytes = typeof piece === 'number' ? Buffer.from(encoded[piece] ?? '') : piece;
      open.push(bytes);
      openLength += bytes.length;
      continue;
    }
    const phase = piece.phases[phaseIndexes[openLength % 3] ?? 0];
    message.push(encodeBase64Lines(Buffer.concat([...open, phase.head])), phase.lines);
    open = [phase.tail];
    openLength = phase.tail.length;
  }
  message.push(encodeBase64Lines(Buffer.concat(open)));
}

/** How many octets complete a group that has 0, 1 or 2 of 3. */
const phaseIndexes = [0, 2, 1] as const;
