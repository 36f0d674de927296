import { createPrivateKey, generateKeyPairSync } from 'node:crypto';

import fc from 'fast-check';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { describe, expect, test } from 'vitest';

import { dkimRecord, dkimRecordName, publicKeyOf } from '../../../src/delivery/dkim/dkim-key.ts';
import type { DkimKey } from '../../../src/delivery/dkim/dkim-key.ts';
import { createDkimSigner } from '../../../src/delivery/dkim/dkim-signer.ts';
import { readFields, relaxedBodyHash, relaxedField } from '../../../src/delivery/dkim/relaxed.ts';
import { compose } from '../../support/smtp/message-fixture.ts';

const now = new Date('2026-11-23T12:00:00Z');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const domain = 'news.example.org';
const keys: readonly DkimKey[] = [
  { domain, selector: 'a', algorithm: 'rsa-sha256', privateKey: rsa, publicKey: publicKeyOf(rsa) },
  {
    domain,
    selector: 'b',
    algorithm: 'ed25519-sha256',
    privateKey: ed25519,
    publicKey: publicKeyOf(ed25519),
  },
];
const sign = createDkimSigner(keys);

async function signed(message: Buffer, pieces: readonly Buffer[] = [message]): Promise<Buffer> {
  return Buffer.concat(await sign(pieces, now));
}

/** What mailauth, a verifier by other people, says of each signature, in their order. */
async function verdicts(message: Buffer): Promise<readonly string[]> {
  const records = new Map(keys.map((key) => [dkimRecordName(key), dkimRecord(key)]));
  const { results } = await dkimVerify(message, {
    resolver: async (name: string) => [[records.get(name) ?? '']],
  });
  return results.map(({ status }) => status.result);
}

/** The message cut into pieces at these places. */
function cut(message: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...new Set(places.map((place) => place % message.length))].toSorted((a, b) => a - b);
  return [...ends, message.length].map((end, index) => message.subarray(ends[index - 1] ?? 0, end));
}

test('D1: a signed edition passes with both keys, and its bytes follow the signatures unchanged', async () => {
  const message = compose();

  const whole = await signed(message);

  expect(await verdicts(whole)).toEqual(['pass', 'pass']);
  expect(whole.subarray(whole.length - message.length).equals(message)).toBe(true);
});

test('D2, D3, D5: the signature has the tags and fields that receivers ask for', async () => {
  const [header = Buffer.alloc(0)] = await sign([compose()], now);

  const fields = readFields(header.toString());

  expect(fields.map(({ name }) => name)).toEqual(['DKIM-Signature', 'DKIM-Signature']);
  for (const line of header.toString().split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
  const tags = fields.map(({ value }) => readTags(value));
  expect(tags.map((each) => each.get('a'))).toEqual(['rsa-sha256', 'ed25519-sha256']);
  for (const each of tags) {
    expect([...each.keys()]).toEqual(['v', 'a', 'c', 'd', 's', 't', 'bh', 'h', 'b']);
    expect(each.get('c')).toBe('relaxed/relaxed');
    expect(each.get('d')).toBe(domain);
    expect(each.get('t')).toBe('1795435200');
    const names = (each.get('h') ?? '').split(':');
    const count = (name: string) => names.filter((listed) => listed === name).length;
    // Once more than it is there.
    for (const name of present) expect([name, count(name)]).toEqual([name, 2]);
    for (const name of ['Content-Transfer-Encoding', 'Cc']) expect([name, count(name)]).toEqual([name, 1]);
  }
});

const present = [
  'From',
  'To',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Feedback-ID',
];

describe('on its way a message', () => {
  test.each([
    ...present.map((name): [string, (text: string) => string] => [
      `gets a second ${name}`,
      (text) =>
        `${text.slice(0, text.indexOf('From:'))}${name}: stranger@example.net\r\n${text.slice(text.indexOf('From:'))}`,
    ]),
    ['gets a Cc', (text) => text.replace('\r\nSubject:', '\r\nCc: stranger@example.net\r\nSubject:')],
    ['gets another subject', (text) => text.replace('\r\nSubject: ', '\r\nSubject: Urgent: ')],
    ['loses its Reply-To', (text) => text.replace(/\r\nReply-To:[^\r]*/u, '')],
    [
      'gets another unsubscribe link',
      (text) => text.replace('List-Unsubscribe: <https://', 'List-Unsubscribe: <https://x'),
    ],
    ['gets a line at its end', (text) => `${text}Buy now.\r\n`],
    ['gets another word', (text) => text.replace('Good morning', 'Good evening')],
  ])('D4: %s: both signatures break', async (_what, change) => {
    const text = (await signed(compose())).toString('latin1');
    const changed = change(text);
    expect(changed).not.toBe(text);

    expect(await verdicts(Buffer.from(changed, 'latin1'))).not.toContain('pass');
  });

  test.each<[string, (text: string) => string]>([
    ['gets a Received line', (text) => `Received: from a by b; Mon, 23 Nov 2026 12:00:01 +0000\r\n${text}`],
    ['gets empty lines at its end', (text) => `${text}\r\n\r\n`],
    [
      'gets a header folded anew',
      (text) => text.replace('Subject: Grid operators', 'subject:  Grid\r\n\t operators'),
    ],
    ['gets white space at the ends of lines', (text) => text.replaceAll(/(--\S+)\r\n/gu, '$1 \r\n')],
  ])('%s: both signatures hold', async (_what, change) => {
    const text = (await signed(compose())).toString('latin1');
    const changed = change(text);
    expect(changed).not.toBe(text);

    expect(await verdicts(Buffer.from(changed, 'latin1'))).toEqual(['pass', 'pass']);
  });
});

test('however a message is cut into pieces, whatever white space it has, both signatures hold', async () => {
  const body = fc
    .array(fc.constantFrom(' ', '\t', '\r\n', '\r\n', 'word', '.', '=20', 'ü', 'x'.repeat(600)), {
      maxLength: 40,
    })
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(body, fc.array(fc.nat(2_000), { maxLength: 12 }), async (text, places) => {
      const header = 'From: desk@news.example.org\r\nSubject:  two   words\t\r\n\r\n';
      const message = Buffer.from(`${header}${text}${text === '' ? '' : '\r\n'}`);

      const whole = await signed(message, cut(message, places));

      expect(await verdicts(whole)).toEqual(['pass', 'pass']);
    }),
    { numRuns: 200 },
  );
});

test('pieces that recipients share give each message its own hash', async () => {
  const shared = Buffer.from(`shared \r\n${'text '.repeat(200)}\r\n`);
  const bodyOf = (name: string) => [Buffer.from(`Dear ${name} `), shared, Buffer.from(' \r\n\r\n'), shared];

  const hashes = ['Ada', 'Ben', 'Ada'].map((name) => relaxedBodyHash(bodyOf(name)));

  expect(hashes[0]).toBe(hashes[2]);
  expect(hashes[0]).not.toBe(hashes[1]);
  // The same bytes in one piece.
  expect(relaxedBodyHash([Buffer.concat(bodyOf('Ada'))])).toBe(hashes[0]);
});

test('the examples of the standards come out', () => {
  // RFC 6376 section 3.4.5.
  const fields = readFields('A: X\r\nB : Y\t\r\n\tZ  \r\n').map(relaxedField);
  expect(fields).toEqual(['a:X', 'b:Y Z']);
  // RFC 8463 appendix A: the body hash and the key.
  const body = 'Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n';
  expect(relaxedBodyHash([Buffer.from(body)])).toBe('2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=');
  const key = createPrivateKey({
    key: {
      kty: 'OKP',
      crv: 'Ed25519',
      d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    },
    format: 'jwk',
  });
  expect(publicKeyOf(key)).toBe('11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
});

test('an empty body hashes as nothing at all', () => {
  expect(relaxedBodyHash([Buffer.from('\r\n \r\n')])).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
});

function readTags(value: string): ReadonlyMap<string, string> {
  return new Map(
    value.split(';').map((tag): [string, string] => {
      const [name = '', ...rest] = tag.split('=');
      return [name.trim(), rest.join('=').replaceAll(/\s+/gu, '')];
    }),
  );
}
