import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { confirmHard } from '../../../src/inbound/confirm-hard.ts';

describe('the words beside a code that blames the address', () => {
  test.each([
    '5.1.1',
    '5.1.1 <ana@example.org>: Recipient address rejected',
    '5.1.1 <ana@example.org>... User unknown',
    '5.1.1 ana@example.org mx1.example.org (in reply to RCPT TO command)',
    'The email account that you tried to reach does not exist',
    '5.1.1 Not our customer',
    '5.1.6 recipient no longer on server: ana@example.org',
    '5.1.1 Mailbox does not exist / schranka neexistuje',
    '5.1.1 Este endereco nao existe',
  ])('agree with it: %s', (text) => {
    expect(confirmHard(text)).toBe('yes');
  });

  test.each([
    ['5.1.1 Free mailers need an invitation', 'no'],
    ['5.1.1 We take mail between eight and six', 'no'],
    ['5.1.1 You are not on the list of permitted senders of this group', 'policy'],
    ['5.1.1 Verification failed: unrouteable sender', 'policy'],
  ] as const)('do not: %s', (text, expected) => {
    expect(confirmHard(text)).toBe(expected);
  });

  test('never agree if they are words of nothing', () => {
    const word = fc.stringMatching(/^(?:bla|foo|lorem|ipsum|dolor){2}$/u);
    fc.assert(
      fc.property(fc.array(word, { minLength: 3, maxLength: 12 }), (words) => {
        expect(confirmHard(`5.1.1 ${words.join(' ')}`)).toBe('no');
      }),
    );
  });
});
