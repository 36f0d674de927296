import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createFormStamps } from '../../../src/secrets/form-stamps.ts';
import { createLinks } from '../../../src/secrets/links.ts';
import { createTokens } from '../../../src/secrets/tokens.ts';

const dated = ['confirm', 'undo', 'manage'] as const;
const lasting = ['unsubscribe', 'preferences'] as const;
const links = linksUnder('first secret');
const subject = { publicationId: 3, subscriberId: 42, issuedAt: 1_795_000_000_000 };

function linksUnder(...secrets: readonly string[]) {
  return createLinks({ secrets, tokens: createTokens({ secrets }) });
}

const anySubject = fc.record({
  publicationId: fc.nat({ max: 2 ** 32 - 1 }),
  subscriberId: fc.maxSafeNat().map((id) => id % 2 ** 48),
  issuedAt: fc.nat({ max: 2 ** 31 - 1 }).map((seconds) => seconds * 1_000),
});

describe('a link with a date', () => {
  test('a dated link contains its subscription and time, for its own purpose only', () => {
    fc.assert(
      fc.property(anySubject, fc.constantFrom(...dated), fc.constantFrom(...dated), (who, one, other) => {
        const token = links.issue(one, who);

        expect(links.read(other, token)).toEqual(one === other ? who : undefined);
        expect(lasting.map((purpose) => links.readLasting(purpose, token))).toEqual([undefined, undefined]);
      }),
    );
  });

  test('a dated link is not read from a lasting link or from arbitrary text', () => {
    const made = lasting.map((purpose) => links.issueLasting(purpose, subject));
    const typed = ['', 'x', 'A'.repeat(43), 'A'.repeat(44), '../../etc', `${'A'.repeat(42)}\0`];

    for (const token of [...made, ...typed]) {
      expect(dated.map((purpose) => links.read(purpose, token))).toEqual([undefined, undefined, undefined]);
    }
  });

  test('is refused when any one bit of it is changed', () => {
    const token = Buffer.from(links.issue('manage', subject), 'base64url');

    for (let bit = 0; bit < token.length * 8; bit += 1) {
      const forged = Buffer.from(token);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(links.read('manage', forged.toString('base64url'))).toBeUndefined();
    }
  });

  test('has one spelling, although its last character has bits to spare', () => {
    const token = links.issue('confirm', subject);
    const last = token.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

    const opened = [...alphabet].filter(
      (letter) => links.read('confirm', token.slice(0, -1) + letter) !== undefined,
    );

    expect(opened).toEqual([last]);
  });

  test.each(dated)('for %s opens while its secret is kept, and not after', (purpose) => {
    const token = links.issue(purpose, subject);

    expect(linksUnder('second secret', 'first secret').read(purpose, token)).toEqual(subject);
    expect(linksUnder('second secret').read(purpose, token)).toBeUndefined();
  });
});

describe('a form’s stamp', () => {
  const stamps = createFormStamps({ secrets: ['first secret'] });

  test('holds when it was made, to the millisecond, and nothing can be made of it for another time', () => {
    const stamp = Buffer.from(stamps.issue(subject.issuedAt + 7), 'base64url');

    expect(stamps.read(stamp.toString('base64url'))).toBe(subject.issuedAt + 7);
    for (let bit = 0; bit < stamp.length * 8; bit += 1) {
      const forged = Buffer.from(stamp);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(stamps.read(forged.toString('base64url'))).toBeUndefined();
    }
  });

  test('is none for whatever else is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(stamps.read(text)).toBeUndefined();
      }),
    );
  });
});
