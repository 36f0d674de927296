import { expect, test } from 'vitest';

import { readAnswer } from '../../../../src/domain/sending/read-answer.ts';
import type { SmtpAnswer } from '../../../../src/domain/sending/smtp-answer.ts';
import { maskAddresses } from '../../../../src/domain/subscribers/mask-addresses.ts';

test.each([
  ['5.7.1 <ana@example.org>: Relay access denied', '5.7.1 <(address)>: Relay access denied'],
  ['to=ana+x@example.org, jörg@bücher.example!', '(address), (address)'],
  [
    '550 5.7.26 Unauthenticated mail from news.example.org',
    '550 5.7.26 Unauthenticated mail from news.example.org',
  ],
  ['"ana of \\"the\\" hill"@example.org is unknown', '(address) is unknown'],
  ['the quote "soft" and <"ana"@example.org>', 'the quote "soft" and <(address)>'],
  ['https://news.example.org/u?to=ana%40example.org&n=1', 'https:(address)'],
  ['<ana@[192.0.2.1]> refused', '<(address)> refused'],
  ['see me @ home', 'see me @ home'],
  ['100 % of 40', '100 % of 40'],
  ['', ''],
])('in %j every address is masked and nothing else', (text, masked) => {
  expect(maskAddresses(text)).toBe(masked);
});

test('the address that a text is shown for stays in it', () => {
  const text = '5.1.1 <Ana@example.org>, <bob@example.org>: unknown';

  expect(maskAddresses(text, { except: 'ana@example.org' })).toBe(
    '5.1.1 <Ana@example.org>, <(address)>: unknown',
  );
});

test('a long text without an address takes no time worth mentioning', () => {
  const text = 'x'.repeat(500);

  expect(maskAddresses(text)).toBe(text);
});

test('the text of an alarm contains no address, and the ledger row keeps the whole reply', () => {
  const text = '5.7.1 <ana@example.org>: refused by policy';
  const answer: SmtpAnswer = {
    kind: 'refused',
    relay: 'mx:25',
    stage: 'rcpt',
    code: 550,
    enhanced: '5.7.1',
    text,
  };

  const verdict = readAnswer(answer, {
    attempts: 0,
    uncertainTimes: 0,
    policy: 'resend',
    now: 0,
    expiresAt: 1_000,
    random: 0,
  });

  expect(verdict).toMatchObject({ alarm: true, alarmText: '5.7.1 <(address)>: refused by policy' });
  expect(verdict.row.replyText).toBe(text);
});
