import { domainToASCII } from 'node:url';

import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';

/** Reads messages as plainly as can be, for checks on bytes that a full parser would smooth over. */

export interface RawField {
  readonly name: string;
  /** With its folds. */
  readonly raw: string;
  /** Unfolded, without the blank after the colon. */
  readonly body: string;
}

export interface RawPart {
  readonly fields: readonly RawField[];
  /** As encoded. */
  readonly body: string;
}

/** The message's header fields and its body, as latin1. */
export function readRaw(message: Buffer): RawPart {
  const text = message.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const fields = text
    .slice(0, end)
    .split(/\r\n(?![ \t])/)
    .map((raw) => {
      const colon = raw.indexOf(':');
      const body = raw.slice(colon + 1).replaceAll(/\r\n(?=[ \t])/g, '');
      return { name: raw.slice(0, colon), raw, body: body.trimStart() };
    });
  return { fields, body: text.slice(end + 4) };
}

/** Bodies of the fields of this name, whatever its case. */
export function fieldsNamed(part: RawPart, name: string): readonly string[] {
  return part.fields
    .filter((field) => field.name.toLowerCase() === name.toLowerCase())
    .map(({ body }) => body);
}

/** The parts of a multipart message, in order. */
export function readParts(message: Buffer): readonly RawPart[] {
  const root = readRaw(message);
  const boundary = boundaryOf(root);
  const [, ...rest] = `\r\n${root.body}`.split(`\r\n--${boundary}`);
  return rest.slice(0, -1).map((part) => readRaw(Buffer.from(part.slice(2), 'latin1')));
}

export function boundaryOf(root: RawPart): string {
  return /boundary="([^"]+)"/.exec(fieldsNamed(root, 'Content-Type')[0] ?? '')?.[1] ?? '';
}

/** RFC 2045 section 6.7 and 6.8, strictly: nothing is repaired. */
export function decodeBody(part: RawPart): string {
  const encoding = fieldsNamed(part, 'Content-Transfer-Encoding')[0];
  if (encoding === 'base64') return Buffer.from(part.body.replaceAll('\r\n', ''), 'base64').toString();
  const bytes = part.body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** What two independent parsers make of a message, in one shape. */
export interface Reading {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly { readonly name: string; readonly address: string }[];
  readonly subject: string;
  /** LF line ends, without those at the end. */
  readonly text: string;
  readonly html: string;
}

export async function readWithMailparser(message: Buffer): Promise<Reading> {
  const mail = await simpleParser(message, { skipTextToHtml: true, skipTextLinks: true });
  const to = Array.isArray(mail.to) ? mail.to : mail.to === undefined ? [] : [mail.to];
  return {
    from: plainMailbox(mail.from?.value[0]),
    to: to.flatMap(({ value }) => value).map(plainMailbox),
    subject: mail.subject ?? '',
    text: plainLines(mail.text ?? ''),
    html: plainLines(typeof mail.html === 'string' ? mail.html : ''),
  };
}

export async function readWithPostalMime(message: Buffer): Promise<Reading> {
  const mail = await PostalMime.parse(message);
  return {
    from: plainMailbox(mail.from),
    to: (mail.to ?? []).map(plainMailbox),
    subject: mail.subject ?? '',
    text: plainLines(mail.text ?? ''),
    html: plainLines(mail.html ?? ''),
  };
}

function plainMailbox(mailbox: { name?: string; address?: string } | undefined): {
  readonly name: string;
  readonly address: string;
} {
  const [local, domain] = (mailbox?.address ?? '').split(/@(?=[^@]*$)/);
  // mailparser shows A-labels as U-labels.
  const address = domain === undefined ? (local ?? '') : `${local}@${domainToASCII(domain)}`;
  return { name: mailbox?.name ?? '', address };
}

export function plainLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n+$/, '');
}
