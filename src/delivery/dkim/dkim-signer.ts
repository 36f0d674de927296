import { createHash, sign } from 'node:crypto';
import { promisify } from 'node:util';

import type { Outgoing } from '../../app/ports/relays.ts';
import type { DkimKey } from './dkim-key.ts';
import { readFields, relaxedBodyHash, relaxedField } from './relaxed.ts';
import type { Field } from './relaxed.ts';

/**
 * Header fields that a signature covers (docs/message-rules.md, D3). Each is named once more than it occurs, so that
 * a field that is added on the way breaks the signature: RFC 6376 section 8.15.
 */
const signedFields = [
  'From',
  'To',
  'Cc',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Feedback-ID',
] as const;

/** Signs a message: gives the same pieces with the signature fields in front. */
export type SignMessage = (message: readonly Buffer[], now: Date) => Promise<readonly Buffer[]>;

/** Runs in Node's thread pool, so that the event loop goes on sending meanwhile. */
const signInPool = promisify(sign);

const crlf = '\r\n';
const endOfHeader = `${crlf}${crlf}`;

/**
 * Signs with every key, each in a DKIM-Signature field of its own (RFC 6376; RFC 8463 for Ed25519): relaxed/relaxed,
 * the whole body, no expiry.
 */
export function createDkimSigner(keys: readonly DkimKey[]): SignMessage {
  return async (message, now) => {
    const { fields, body } = splitMessage(message);
    const bodyHash = relaxedBodyHash(body);
    const covered = coverFields(fields);
    const signatures = await Promise.all(keys.map((key) => signWith(key, { covered, bodyHash, now })));
    return [Buffer.from(signatures.join(''), 'latin1'), ...message];
  };
}

/** The same for a message with its envelope. */
export async function signOutgoing(outgoing: Outgoing, sign: SignMessage, now: Date): Promise<Outgoing> {
  const message = await sign(outgoing.message, now);
  return { ...outgoing, message, sizeBytes: outgoing.sizeBytes + (message[0]?.length ?? 0) };
}

interface Covered {
  /** The tag `h=`, folded. */
  readonly names: string;
  /** What is signed of the message's header, in the order of `names`. */
  readonly text: string;
}

function coverFields(fields: readonly Field[]): Covered {
  const names: string[] = [];
  const lines: string[] = [];
  for (const name of signedFields) {
    const wanted = name.toLowerCase();
    const found = fields.filter((field) => field.name.toLowerCase() === wanted);
    // RFC 6376 section 5.4.2: fields of one name are taken from the last to the first.
    for (const field of found.toReversed()) lines.push(`${relaxedField(field)}${crlf}`);
    names.push(...Array.from({ length: found.length + 1 }, () => name));
  }
  return { names: fold(names.join(':').replaceAll(':', ': ').split(' '), ''), text: lines.join('') };
}

async function signWith(
  key: DkimKey,
  { covered, bodyHash, now }: { readonly covered: Covered; readonly bodyHash: string; readonly now: Date },
): Promise<string> {
  const tags = [
    `v=1; a=${key.algorithm}; c=relaxed/relaxed;`,
    `d=${key.domain}; s=${key.selector};`,
    `t=${Math.floor(now.getTime() / 1000)}; bh=${bodyHash};`,
    `h=${covered.names};`,
    'b=',
  ].join(`${crlf} `);
  const unsigned = relaxedField({ name: 'DKIM-Signature', value: ` ${tags}` });
  const text = Buffer.from(covered.text + unsigned, 'latin1');
  const signature =
    key.algorithm === 'rsa-sha256'
      ? await signInPool('sha256', text, key.privateKey)
      : // RFC 8463 section 3: Ed25519 signs the hash of what RSA signs.
        await signInPool(null, createHash('sha256').update(text).digest(), key.privateKey);
  const lines = signature.toString('base64').match(/.{1,72}/gu) ?? [];
  return `DKIM-Signature: ${tags}${lines.join(`${crlf} `)}${crlf}`;
}

/** Lines of at most 76 characters, words joined without a space. */
function fold(words: readonly string[], joint: string): string {
  const lines: string[] = [''];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length > 72 && line !== '') lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : line + joint + word;
  }
  return lines.join(`${crlf} `);
}

/** The header's fields, and the body as pieces that are the same objects for every recipient. */
function splitMessage(message: readonly Buffer[]): {
  readonly fields: readonly Field[];
  readonly body: readonly Buffer[];
} {
  let header = '';
  for (const [index, piece] of message.entries()) {
    const from = header.length;
    header += piece.toString('latin1');
    const end = header.indexOf(endOfHeader, Math.max(0, from - 3));
    if (end === -1) continue;
    const rest = bodyBegin(piece, end + endOfHeader.length - from);
    return { fields: readFields(header.slice(0, end)), body: [rest, ...message.slice(index + 1)] };
  }
  return { fields: readFields(header), body: [] };
}

const begins = new WeakMap<Buffer, Buffer>();

/** What follows the header in a piece: for one piece always the same object, if it is at the same place. */
function bodyBegin(piece: Buffer, offset: number): Buffer {
  if (offset === 0) return piece;
  const kept = begins.get(piece);
  if (kept !== undefined && kept.length === piece.length - offset) return kept;
  const rest = piece.subarray(offset);
  begins.set(piece, rest);
  return rest;
}
