import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { parseHookList } from '../../../src/config/hook-list.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const topic = 'arn:aws:sns:eu-west-1:123456789012:bounces';
const publicKey = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve })
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64');

describe('INBOUND_HOOKS', () => {
  test('names providers, with a key for those that sign', () => {
    const key = publicKey('P-256');

    expect(parseHookList(` postmark,ses=${topic} , sendgrid=${key},resend=${secret},`)).toEqual({
      problems: [],
      hooks: [
        { provider: 'postmark', keys: [] },
        { provider: 'ses', keys: [topic] },
        { provider: 'sendgrid', keys: [key] },
        { provider: 'resend', keys: [secret] },
      ],
    });
  });

  test('may name a provider twice, while one key replaces another', () => {
    const { hooks } = parseHookList('mailgun=the-older-signing-key,mailgun=the-newer-signing-key');

    expect(hooks).toEqual([
      { provider: 'mailgun', keys: ['the-older-signing-key', 'the-newer-signing-key'] },
    ]);
  });

  test('may be empty', () => {
    expect(parseHookList('')).toEqual({ hooks: [], problems: [] });
  });

  test.each([
    ['mandrill', 'one of ses, postmark'],
    ['Postmark', 'one of ses, postmark'],
    ['__proto__=x', 'one of ses, postmark'],
    ['ses', 'ses= and the ARN'],
    ['ses=arn:aws:sns:eu-west-1:123456789012', 'ses= and the ARN'],
    ['ses=arn:aws:sqs:eu-west-1:123456789012:bounces', 'ses= and the ARN'],
    ['sendgrid=abc', 'sendgrid= and the verification key'],
    ['mailgun=short', 'mailgun= and the HTTP webhook signing key'],
    ['resend=whsec_', 'resend= and the signing secret'],
    ['resend=MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'resend= and the signing secret'],
    ['generic=whsec_c2hvcnQ=', 'generic= and a secret'],
    ['postmark=user:password', 'postmark alone'],
  ])('%s is refused, with what is expected and without the key', (text, expected) => {
    const { problems } = parseHookList(text);

    expect(problems).toEqual([expect.stringContaining(expected)]);
    expect(problems.join('')).not.toMatch(/abc|short|MfKQ|c2hvcnQ|user:password/u);
  });

  test('refuses a key of another curve than SendGrid uses', () => {
    expect(parseHookList(`sendgrid=${publicKey('P-384')}`).problems).toHaveLength(1);
  });
});
