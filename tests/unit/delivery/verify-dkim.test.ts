import { generateKeyPairSync } from 'node:crypto';

import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { describe, expect, test } from 'vitest';

import { dkimRecord, publicKeyOf } from '../../../src/delivery/dkim/dkim-key.ts';
import type { DkimKey } from '../../../src/delivery/dkim/dkim-key.ts';
import { createDkimSigner } from '../../../src/delivery/dkim/dkim-signer.ts';
import { verifyDkim } from '../../../src/delivery/dkim/verify-dkim.ts';
import type { Dns } from '../../../src/domain/doctor/dns.ts';

const rsa = keyOf('rsa');
const ed25519 = keyOf('ed25519');

function keyOf(type: 'rsa' | 'ed25519'): DkimKey {
  const { privateKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  return {
    domain: 'letter.example.org',
    selector: type,
    algorithm: `${type}-sha256`,
    privateKey,
    publicKey: publicKeyOf(privateKey),
  };
}

const records = new Map(
  [rsa, ed25519].map((key) => [`${key.selector}._domainkey.letter.example.org`, dkimRecord(key)]),
);

const dns: Pick<Dns, 'txt'> = {
  txt: async (name) => {
    const record = records.get(name);
    return record === undefined
      ? { kind: 'none', nameExists: false }
      : { kind: 'records', records: [record] };
  },
};

const message = [
  'From: The Letter <desk@letter.example.org>',
  'To: in@seed.example',
  'Subject:  Storms   arrive\r\n early',
  'Date: Mon, 23 Nov 2026 06:00:00 +0000',
  'Message-ID: <1@letter.example.org>',
  '',
  'Good  morning. \t',
  '',
  'It is Monday.',
  '',
  '',
  '',
].join('\r\n');

async function signed(keys: readonly DkimKey[], text = message): Promise<string> {
  const pieces = await createDkimSigner(keys)([Buffer.from(text)], new Date('2026-11-23T06:00:00Z'));
  return Buffer.concat(pieces).toString('latin1');
}

async function verdicts(raw: string) {
  const ours = (await verifyDkim(Buffer.from(raw, 'latin1'), dns)).map(({ selector, result }) => ({
    selector,
    result,
  }));
  const theirs = await dkimVerify(Buffer.from(raw, 'latin1'), {
    resolver: async (name) => {
      const record = records.get(name);
      if (record === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      return [[record]];
    },
  });
  return { ours, theirs: theirs.results.map(({ status }) => status.result === 'pass') };
}

describe('a DKIM signature is judged as mailauth judges it', () => {
  const changes: Readonly<Record<string, (raw: string) => string>> = {
    unchanged: (raw) => raw,
    'with white space folded differently': (raw) => raw.replace('Storms   arrive', 'Storms\r\n\tarrive'),
    'with white space at the end of a line': (raw) => raw.replace('Monday.', 'Monday.   '),
    'with more empty lines at its end': (raw) => `${raw}\r\n\r\n`,
    'with another word': (raw) => raw.replace('Monday', 'Sunday'),
    'with another subject': (raw) => raw.replace('early', 'late'),
    'with a second From': (raw) => `From: someone@else.example\r\n${raw}`,
    'with a part of the body alone': (raw) => raw.replace('c=relaxed', 'l=4; c=relaxed'),
    'with a field that is not covered': (raw) => `Received: from here\r\n${raw}`,
    'with another signature in front': (raw) =>
      `DKIM-Signature: v=1; a=rsa-sha256; d=relay.example; s=x; h=from; bh=AAAA; b=AAAA\r\n${raw}`,
  };

  test.each(Object.keys(changes))('%s', async (name) => {
    const raw = (changes[name] ?? String)(await signed([rsa, ed25519]));

    const { ours, theirs } = await verdicts(raw);

    expect(ours.map(({ result }) => result === 'pass')).toEqual(theirs);
  });
});

test('the simple forms of header and body are verified', async () => {
  const relaxed = await signed([rsa]);
  expect((await verdicts(relaxed.replace('c=relaxed/relaxed', 'c=simple/simple'))).ours).toEqual([
    { selector: 'rsa', result: 'fail' },
  ]);
});

test('a key that is revoked, missing or of another type fails, and a silent name server decides nothing', async () => {
  const raw = Buffer.from(await signed([rsa]), 'latin1');
  const saying = (record: string): Pick<Dns, 'txt'> => ({
    txt: async () => ({ kind: 'records', records: [record] }),
  });
  const why = async (on: Pick<Dns, 'txt'>) => (await verifyDkim(raw, on))[0];

  expect(await why(saying('v=DKIM1; k=rsa; p='))).toMatchObject({ result: 'fail' });
  expect(await why(saying(dkimRecord(ed25519)))).toMatchObject({ result: 'fail' });
  expect(await why({ txt: async () => ({ kind: 'none', nameExists: false }) })).toMatchObject({
    result: 'fail',
    why: 'its key is not in the DNS',
  });
  expect(
    await why({ txt: async () => ({ kind: 'failed', why: 'the name server is silent' }) }),
  ).toMatchObject({
    result: 'unknown',
  });
});

test('a mailbox that keeps bare line feeds changes nothing', async () => {
  const raw = (await signed([rsa])).replaceAll('\r\n', '\n');

  expect(await verifyDkim(Buffer.from(raw, 'latin1'), dns)).toMatchObject([{ result: 'pass' }]);
});

test('a message without a signature has no verdict', async () => {
  expect(await verifyDkim(Buffer.from(message), dns)).toEqual([]);
});
