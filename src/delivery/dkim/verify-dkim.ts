import { createHash, createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import type { Dns } from '../../domain/doctor/dns.ts';
import type { DkimVerdict } from '../../domain/sending/seeds/authentication.ts';
import { readFields, relaxedBodyHash, relaxedField } from './relaxed.ts';
import type { Field } from './relaxed.ts';

const crlf = '\r\n';

/** Signatures of one message that are verified. */
const maxSignatures = 8;

/**
 * Verifies each DKIM signature of a message. RFC 6376 section 6, RFC 8463. `rsa-sha1` fails (RFC 8301 section 3.1), and
 * so does a signature over a part of the body (`l=`).
 *
 * @param raw the whole message as it arrived
 */
export async function verifyDkim(raw: Uint8Array, dns: Pick<Dns, 'txt'>): Promise<readonly DkimVerdict[]> {
  const message = splitMessage(raw);
  const signatures = message.fields
    .filter(({ name }) => name.trim().toLowerCase() === 'dkim-signature')
    .slice(0, maxSignatures);
  return Promise.all(signatures.map((field) => verifyOne(field, { message, dns })));
}

interface Message {
  readonly fields: readonly Field[];
  /** With CRLF at the end of each line. */
  readonly body: Buffer;
}

/** Mailboxes may keep messages with bare line feeds. */
function splitMessage(raw: Uint8Array): Message {
  const text = Buffer.from(raw).toString('latin1').replaceAll(/\r?\n/gu, crlf);
  const end = text.indexOf(crlf + crlf);
  const head = end === -1 ? text : text.slice(0, end);
  return { fields: readFields(head), body: Buffer.from(end === -1 ? '' : text.slice(end + 4), 'latin1') };
}

async function verifyOne(
  field: Field,
  { message, dns }: { readonly message: Message; readonly dns: Pick<Dns, 'txt'> },
): Promise<DkimVerdict> {
  const tags = readTags(field.value);
  const domain = tags.get('d') ?? '';
  const selector = tags.get('s') ?? '';
  const end = (result: DkimVerdict['result'], why: string): DkimVerdict => ({
    domain,
    selector,
    result,
    why,
  });
  const fault = faultOf(tags);
  if (fault !== undefined) return end('fail', fault);
  const [header = 'simple', body = 'simple'] = (tags.get('c') ?? 'simple').split('/');
  if (bodyHash(message.body, body) !== compact(tags.get('bh')))
    return end('fail', 'the body was changed on the way');
  const answer = await dns.txt(`${selector}._domainkey.${domain}`);
  if (answer.kind === 'failed') return end('unknown', `its key could not be looked up: ${answer.why}`);
  if (answer.kind === 'none') return end('fail', 'its key is not in the DNS');
  const key = readKey(answer.records[0] ?? '', tags.get('a') ?? '');
  if (key === undefined) return end('fail', 'the DNS has no usable key for it');
  const signed = Buffer.from(signedText(field, { tags, fields: message.fields, header }), 'latin1');
  const signature = Buffer.from(compact(tags.get('b')), 'base64');
  const isValid =
    key.asymmetricKeyType === 'ed25519'
      ? verify(null, createHash('sha256').update(signed).digest(), key, signature)
      : verify('sha256', signed, key, signature);
  return isValid
    ? end('pass', '')
    : end('fail', 'a header field was changed on the way, or the key is another');
}

/** RFC 6376 section 6.1.1. */
function faultOf(tags: ReadonlyMap<string, string>): string | undefined {
  if (tags.get('v') !== '1') return 'its version is not 1';
  const missing = ['a', 'b', 'bh', 'd', 'h', 's'].find((name) => (tags.get(name) ?? '') === '');
  if (missing !== undefined) return `it has no tag ${missing}=`;
  if (!['rsa-sha256', 'ed25519-sha256'].includes(tags.get('a') ?? ''))
    return `its algorithm is ${tags.get('a')}`;
  if (tags.has('l')) return 'it covers only a part of the body';
  return namesOf(tags).includes('from') ? undefined : 'it does not cover the From field';
}

function namesOf(tags: ReadonlyMap<string, string>): readonly string[] {
  return compact(tags.get('h')).toLowerCase().split(':');
}

/** RFC 6376 section 3.7: the named fields, each from the last of its name to the first, and the signature itself. */
function signedText(
  signature: Field,
  {
    tags,
    fields,
    header,
  }: {
    readonly tags: ReadonlyMap<string, string>;
    readonly fields: readonly Field[];
    readonly header: string;
  },
): string {
  const left = Map.groupBy(fields, ({ name }) => name.trim().toLowerCase());
  const lines = namesOf(tags).flatMap((name) => {
    const field = left.get(name)?.pop();
    return field === undefined ? [] : [`${canonical(field, header)}${crlf}`];
  });
  const unsigned = { ...signature, value: signature.value.replace(/(^|;)(\s*b\s*=)[^;]*/u, '$1$2') };
  return lines.join('') + canonical(unsigned, header);
}

function canonical(field: Field, how: string): string {
  return how === 'relaxed' ? relaxedField(field) : `${field.name}:${field.value}`;
}

function bodyHash(body: Buffer, how: string): string {
  if (how === 'relaxed') return relaxedBodyHash([body]);
  // RFC 6376 section 3.4.3: empty lines at the end count as one line end.
  const simple = `${body.toString('latin1').replace(/(?:\r\n)*$/u, '')}${crlf}`;
  return createHash('sha256').update(simple, 'latin1').digest('base64');
}

/** RFC 6376 section 3.6.1, RFC 8463 section 4. Undefined if it is revoked, of another type, or no key. */
function readKey(record: string, algorithm: string): KeyObject | undefined {
  const tags = readTags(record);
  const published = compact(tags.get('p'));
  const type = algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519';
  if (published === '' || (tags.get('k') ?? 'rsa') !== type) return undefined;
  if (tags.has('h') && !compact(tags.get('h')).split(':').includes('sha256')) return undefined;
  const bytes = Buffer.from(published, 'base64');
  try {
    const der = type === 'rsa' ? bytes : Buffer.concat([ed25519Prefix, bytes]);
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** What comes before the 32 octets of a key in SubjectPublicKeyInfo. RFC 8410 section 4. */
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex');

/** RFC 6376 section 3.2. */
function readTags(value: string): ReadonlyMap<string, string> {
  const pairs = value.split(';').map((tag): [string, string] => {
    const equals = tag.indexOf('=');
    return [tag.slice(0, equals).trim(), tag.slice(equals + 1).trim()];
  });
  return new Map(pairs.filter(([name]) => name !== ''));
}

function compact(value: string | undefined): string {
  return (value ?? '').replaceAll(/\s+/gu, '');
}
