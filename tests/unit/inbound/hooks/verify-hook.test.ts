import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import type { HookProvider } from '../../../../src/domain/inbound/hook.ts';
import { isSignedBySns } from '../../../../src/inbound/hooks/verify/sns.ts';
import { verifyHook } from '../../../../src/inbound/hooks/verify/verify-hook.ts';
import {
  sendgridKeys,
  signMailgun,
  signSendgrid,
  signSns,
  signStandard,
} from '../../../support/store/hook-signers.ts';
import type { Signed, SnsFields } from '../../../support/store/hook-signers.ts';

const minute = 60_000;
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const other = 'whsec_bm90IHRoZSBzYW1lIHNlY3JldCBhcyB0aGF0';
const mailgunKey = 'key-of-mailgun-3ax6xnjp29jd6fds4gc373sgvjxteol0';
const { publicKey, privateKey } = sendgridKeys();
const strange = sendgridKeys();
const topic = 'arn:aws:sns:eu-west-1:123456789012:bounces';
const event = '{"type":"email.bounced","data":{}}';

/** How each provider signs the same event at a time, with the right key or another one. */
const signers: Readonly<Record<string, (at: number, isRight: boolean) => Signed>> = {
  resend: (at, isRight) =>
    signStandard(event, { secret: isRight ? secret : other, id: 'msg_1', at, prefix: 'svix-' }),
  generic: (at, isRight) => signStandard(event, { secret: isRight ? secret : other, id: 'msg_1', at }),
  mailgun: (at, isRight) =>
    signMailgun(
      { event: 'failed' },
      { key: isRight ? mailgunKey : 'another key', token: 'a'.repeat(50), at },
    ),
  sendgrid: (at, isRight) =>
    signSendgrid('[{"event":"bounce"}]', { privateKey: isRight ? privateKey : strange.privateKey, at }),
};

const keys: Readonly<Record<string, string>> = {
  resend: secret,
  generic: secret,
  mailgun: mailgunKey,
  sendgrid: publicKey,
};

function check(provider: string, { headers, body }: Signed, options: { keys?: readonly string[] } = {}) {
  const request = { provider: provider as HookProvider, headers, body: Buffer.from(body) };
  return verifyHook(request, { keys: options.keys ?? [keys[provider] ?? ''], now: Date.now() });
}

describe.each(Object.keys(signers))('a signed webhook of %s', (provider) => {
  const signed = (at: number, isRight = true) => {
    const signer = signers[provider];
    if (signer === undefined) throw new Error(provider);
    return signer(at, isRight);
  };

  test('is accepted, and the same again has the same id', () => {
    const at = Date.now();

    const first = check(provider, signed(at));
    const second = check(provider, signed(at));

    expect(first).toMatchObject({ kind: 'accepted', id: expect.stringMatching(/./u) });
    expect(second).toEqual(first);
  });

  test('is accepted under an older key while a new one is rolled out', () => {
    const all = [provider === 'sendgrid' ? strange.publicKey : other, keys[provider] ?? ''];

    expect(check(provider, signed(Date.now()), { keys: all }).kind).toBe('accepted');
  });

  test('is refused under another key, or none', () => {
    expect(check(provider, signed(Date.now(), false))).toEqual({ kind: 'refused', why: 'wrong-signature' });
    expect(check(provider, signed(Date.now()), { keys: [] })).toEqual({
      kind: 'refused',
      why: 'wrong-signature',
    });
  });

  test.each([-6 * minute, 6 * minute])('is refused if it was signed %i ms from now', (distance) => {
    expect(check(provider, signed(Date.now() + distance))).toEqual({ kind: 'refused', why: 'old' });
  });

  test.each([-4 * minute, 4 * minute])('is accepted if it was signed %i ms from now', (distance) => {
    expect(check(provider, signed(Date.now() + distance)).kind).toBe('accepted');
  });

  test('is refused without its signature', () => {
    const body = provider === 'mailgun' ? '{"event-data":{"event":"failed"}}' : signed(Date.now()).body;

    expect(check(provider, { headers: {}, body })).toEqual({ kind: 'refused', why: 'unsigned' });
  });
});

test.each(['resend', 'generic', 'sendgrid'])(
  'a webhook of %s is refused if a character changed',
  (provider) => {
    const signed = signers[provider]?.(Date.now(), true);
    const body = `${signed?.body ?? ''} `;

    expect(check(provider, { headers: signed?.headers ?? {}, body })).toEqual({
      kind: 'refused',
      why: 'wrong-signature',
    });
  },
);

test.each(['', 'v1', 'v1,', 'v2,abc', 'v1a,abc', ' '.repeat(3), 'v1,'.repeat(3_000)])(
  'the signature %j of Standard Webhooks is refused',
  (signature) => {
    const { headers, body } = signStandard(event, { secret, id: 'msg_1', at: Date.now() });

    expect(check('generic', { headers: { ...headers, 'webhook-signature': signature }, body }).kind).toBe(
      'refused',
    );
  },
);

test('one of several signatures of Standard Webhooks is enough', () => {
  const { headers, body } = signStandard(event, { secret, id: 'msg_1', at: Date.now() });
  const several = `v1,bm9uZQ== ${headers['webhook-signature'] ?? ''} v1a,bm9uZQ==`;

  expect(check('generic', { headers: { ...headers, 'webhook-signature': several }, body }).kind).toBe(
    'accepted',
  );
});

test('a Svix signature is not taken where only Standard Webhooks is expected', () => {
  const signed = signStandard(event, { secret, id: 'msg_1', at: Date.now(), prefix: 'svix-' });

  expect(check('generic', signed)).toEqual({ kind: 'refused', why: 'unsigned' });
});

test.each(['NaN', '1e9', '-1', '0x10', '17 ', '9'.repeat(40)])('the time %j is malformed', (time) => {
  const { headers, body } = signStandard(event, { secret, id: 'msg_1', at: Date.now() });

  expect(check('generic', { headers: { ...headers, 'webhook-timestamp': time }, body })).toEqual({
    kind: 'refused',
    why: 'malformed',
  });
});

describe('a webhook that is not signed', () => {
  test.each(['postmark', 'brevo', 'mailjet', 'sparkpost'])('of %s is known again by its body', (provider) => {
    const first = check(provider, { headers: {}, body: '{"event":"a"}' });
    const again = check(provider, { headers: { 'x-other': '1' }, body: '{"event":"a"}' });
    const another = check(provider, { headers: {}, body: '{"event":"b"}' });

    expect(first.kind).toBe('accepted');
    expect(again).toEqual(first);
    expect(another).not.toEqual(first);
  });

  test.each(['', 'null', 'hello', '"text"', '<html>', 'event=bounce&email=a%40example.org'])(
    'is refused if it is %j',
    (body) => {
      expect(check('postmark', { headers: {}, body })).toEqual({ kind: 'refused', why: 'malformed' });
    },
  );
});

describe('a message of Amazon SNS', () => {
  const folder = new URL('../../../fixtures/tls/', import.meta.url);
  const cert = readFileSync(new URL('sns-cert.pem', folder), 'utf8');
  const key = createPrivateKey(readFileSync(new URL('sns-key.pem', folder)));
  const certUrl = `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${'0a'.repeat(16)}.pem`;
  const subscribeUrl = `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topic}&Token=abc`;
  const fields: SnsFields = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: topic,
    Message: '{"notificationType":"Bounce"}',
    Timestamp: new Date().toISOString(),
    SignatureVersion: '1',
    SigningCertURL: certUrl,
  };
  const take = (changes: Partial<SnsFields>) =>
    check('ses', signSns({ ...fields, ...changes }, key), { keys: [topic] });

  test.each(['1', '2'] as const)(
    'with signature version %s is accepted, and signed by its certificate',
    (version) => {
      const verdict = take({ SignatureVersion: version, Subject: 'Amazon SES' });

      expect(verdict).toMatchObject({
        kind: 'accepted',
        sns: { type: 'Notification', certificateUrl: certUrl },
      });
      const sns = verdict.kind === 'accepted' ? verdict.sns : undefined;
      if (sns === undefined) throw new Error('no message');
      expect(isSignedBySns(sns, cert, Date.now())).toBe(true);
      expect(isSignedBySns({ ...sns, signed: `${sns.signed} ` }, cert, Date.now())).toBe(false);
      expect(isSignedBySns({ ...sns, signature: 'AAAA' }, cert, Date.now())).toBe(false);
    },
  );

  test('is not signed by a certificate that has expired, or by something else than one', () => {
    const verdict = take({});
    const sns = verdict.kind === 'accepted' ? verdict.sns : undefined;
    if (sns === undefined) throw new Error('no message');

    expect(isSignedBySns(sns, cert, Date.parse('2300-01-01'))).toBe(false);
    expect(isSignedBySns(sns, 'no certificate', Date.now())).toBe(false);
  });

  test('with text between its fields that looks like a field is read as what was signed', () => {
    const evil = `x\nMessageId\n1\nTopicArn\n${topic}\nType\nNotification\n`;

    expect(take({ TopicArn: 'arn:aws:sns:eu-west-1:999999999999:evil', Message: evil })).toEqual({
      kind: 'refused',
      why: 'wrong-signature',
    });
  });

  test('from a topic that is not configured is refused', () => {
    expect(take({ TopicArn: 'arn:aws:sns:eu-west-1:999999999999:bounces' })).toEqual({
      kind: 'refused',
      why: 'wrong-signature',
    });
  });

  test.each([
    'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.pem',
    'https://evil.s3.amazonaws.com/SimpleNotificationService-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.pem',
    'https://sns.eu-west-1.amazonaws.com/a/../mine.pem',
    'file:///etc/passwd',
    'https://169.254.169.254/latest/meta-data',
    '',
  ])('with a certificate at %j is refused', (SigningCertURL) => {
    expect(take({ SigningCertURL })).toEqual({ kind: 'refused', why: 'wrong-signature' });
  });

  test('that asks to confirm a subscription names an address of Amazon for it', () => {
    const confirmation = { Type: 'SubscriptionConfirmation', Token: 'abc' } as const;

    expect(take({ ...confirmation, SubscribeURL: subscribeUrl })).toMatchObject({ sns: { subscribeUrl } });
    for (const SubscribeURL of [
      'https://evil.example/?Action=ConfirmSubscription',
      'https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic',
      subscribeUrl.replace('bounces', 'others'),
    ]) {
      expect(take({ ...confirmation, SubscribeURL })).toEqual({ kind: 'refused', why: 'wrong-signature' });
    }
  });

  test('is taken for an hour, because Amazon tries again with the time of the first try', () => {
    const at = (ms: number) => new Date(Date.now() - ms).toISOString();

    expect(take({ Timestamp: at(50 * minute) }).kind).toBe('accepted');
    expect(take({ Timestamp: at(70 * minute) })).toEqual({ kind: 'refused', why: 'old' });
    expect(take({ Timestamp: at(-70 * minute) })).toEqual({ kind: 'refused', why: 'old' });
  });

  test('without a signature, as with raw message delivery, is refused', () => {
    expect(check('ses', { headers: {}, body: '{"notificationType":"Bounce"}' }, { keys: [topic] })).toEqual({
      kind: 'refused',
      why: 'unsigned',
    });
  });

  test('of another key has another id, so that it cannot take the place of the true one', () => {
    const { privateKey: forger } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const forged = check('ses', signSns(fields, forger), { keys: [topic] });
    const genuine = take({});

    expect(forged.kind === 'accepted' && genuine.kind === 'accepted' && forged.id !== genuine.id).toBe(true);
  });
});
