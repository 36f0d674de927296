import { decodeText, decodeTransfer } from '../mime/decode-body.ts';
import { Headers } from '../mime/headers.ts';
import { readEntity, splitHeader } from '../mime/read-entity.ts';
import type { Entity } from '../mime/read-entity.ts';
import { cutReturned } from './cut-returned.ts';

/** A received message, taken apart. */
export interface OpenMessage {
  readonly headers: Headers;
  readonly subject: string;
  /** What the report says to a person: its plain text, or its HTML where there is no plain text. */
  readonly text: string;
  /** Fields for machines, as text: RFC 3464. */
  readonly deliveryStatus: string | undefined;
  /** RFC 5965 */
  readonly feedback: string | undefined;
  /** RFC 8098 */
  readonly disposition: boolean;
  /** Header of the message that is returned; empty if none is. */
  readonly returned: Headers;
}

/** Octets that are read: the text of a report comes before the message that it returns. */
const maxOctets = 256 * 1024;
const maxText = 16 * 1024;

export function openMessage(raw: Uint8Array): OpenMessage {
  const octets = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, maxOctets));
  const latin1 = octets.toString('latin1');
  const root = readEntity(latin1.includes('\r') ? latin1.replaceAll(/\r\n?/gu, '\n') : latin1);
  const leaves = leavesOf(root);
  const body = humanText(leaves);
  const { text, tail } = cutReturned(body);
  const attached = leaves.find(({ type }) => returnedTypes.has(type));
  const embedded = /^(?:final|original)-recipient:/imu.test(body) ? body : undefined;
  return {
    headers: root.headers,
    subject: root.headers.text('subject'),
    text,
    deliveryStatus: decoded(leaves, /^message\/(?:global-)?delivery-status$/u) ?? embedded,
    feedback: decoded(leaves, /^message\/feedback-report$/u),
    disposition: leaves.some(({ type }) => /^message\/(?:global-)?disposition-notification$/u.test(type)),
    returned: attached === undefined ? findHeader(tail) : returnedHeader(attached),
  };
}

const returnedTypes = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'text/rfc822-header',
  'message/rfc822-headers',
  'message/global-headers',
  'message/partial',
]);

function leavesOf(entity: Entity): readonly Entity[] {
  return entity.parts.length === 0 ? [entity] : entity.parts.flatMap(leavesOf);
}

function decoded(leaves: readonly Entity[], type: RegExp): string | undefined {
  const part = leaves.find((leaf) => type.test(leaf.type));
  return part === undefined ? undefined : decodeTransfer(part);
}

/** Plain texts first; HTML only if no plain text says anything. */
function humanText(leaves: readonly Entity[]): string {
  for (const type of ['text/plain', 'text/html']) {
    const texts = leaves.filter((leaf) => leaf.type === type && !isAttached(leaf));
    const text = texts.map(decodeText).join('\n').slice(0, maxText);
    if (/\S/u.test(text)) return text;
  }
  // An unknown type may still be text: qmail-like programs send none, broken ones a wrong one.
  const [first] = leaves;
  return first === undefined || /^(?:image|audio|video|application|message)\//u.test(first.type)
    ? ''
    : decodeText(first).slice(0, maxText);
}

/** Some servers attach the returned message as a text file. */
function isAttached({ headers }: Entity): boolean {
  return /^\s*attachment/iu.test(headers.get('content-disposition'));
}

function returnedHeader(entity: Entity): Headers {
  const { headers } = splitHeader(decodeTransfer(entity).replace(/^\n+/u, ''));
  return headers;
}

/** Finds a header block in what follows the report's own words. */
function findHeader(tail: string): Headers {
  const start = /^[ >|]{0,4}[A-Za-z][A-Za-z-]{1,40}:[ \t]/mu.exec(tail)?.index;
  if (start === undefined) return new Headers('');
  const [first = ''] = tail.slice(start).split('\n');
  const quote = /^[ >|]*/u.exec(first)?.[0] ?? '';
  const lines = tail.slice(start).split('\n');
  const unquoted = quote === '' ? lines : lines.map((line) => line.replace(/^[ >|]{0,4}/u, ''));
  const end = unquoted.indexOf('');
  return new Headers(unquoted.slice(0, end === -1 ? 200 : end).join('\n'));
}
