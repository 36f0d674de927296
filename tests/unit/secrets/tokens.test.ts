import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createTokens, tokenPurposes } from '../../../src/secrets/tokens.ts';

const tokens = createTokens({ secrets: ['first secret'] });
const ids = { publicationId: 3, subscriberId: 42, editionId: 7 };

const anyIds = fc.record({
  publicationId: fc.nat({ max: 2 ** 32 - 1 }),
  subscriberId: fc.maxSafeNat().map((id) => id % 2 ** 48),
  editionId: fc.maxSafeNat().map((id) => id % 2 ** 48),
});

describe('a token', () => {
  test('a token contains the ids it was issued for, for its own purpose only', () => {
    fc.assert(
      fc.property(
        anyIds,
        fc.constantFrom(...tokenPurposes),
        fc.constantFrom(...tokenPurposes),
        (ids, one, other) => {
          const token = tokens.issue(one, ids);

          expect(tokens.verify(other, token)).toEqual(one === other ? ids : undefined);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is the same each time, 43 characters that need no escaping in a URL', () => {
    const token = tokens.issue('unsubscribe', ids);

    expect(tokens.issue('unsubscribe', ids)).toBe(token);
    expect(token).toMatch(/^[\w-]{43}$/);
  });

  test('shares nothing with the token of a neighbour or of another purpose', () => {
    const mine = Buffer.from(tokens.issue('unsubscribe', ids), 'base64url');
    const neighbour = Buffer.from(tokens.issue('unsubscribe', { ...ids, subscriberId: 43 }), 'base64url');
    const preferences = Buffer.from(tokens.issue('preferences', ids), 'base64url');

    for (const other of [neighbour, preferences]) {
      expect(mine.filter((byte, index) => byte === other[index]).length).toBeLessThan(8);
    }
  });

  test('is refused when any one bit of it is changed', () => {
    const token = Buffer.from(tokens.issue('unsubscribe', ids), 'base64url');

    for (let bit = 0; bit < token.length * 8; bit += 1) {
      const forged = Buffer.from(token);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(tokens.verify('unsubscribe', forged.toString('base64url'))).toBeUndefined();
    }
  });

  test('has one spelling: the spare bits of its last character are not ignored', () => {
    const token = tokens.issue('unsubscribe', ids);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

    const accepted = Array.from(alphabet, (last) => token.slice(0, -1) + last).filter(
      (spelling) => tokens.verify('unsubscribe', spelling) !== undefined,
    );

    expect(accepted).toEqual([token]);
  });

  test.each([
    ['nothing', ''],
    ['too little', 'AAAA'],
    ['too much', 'A'.repeat(44)],
    ['a token with a line end', `${tokens.issue('unsubscribe', ids)}\n`],
    ['characters of another alphabet', '+'.repeat(43)],
    ['ten megabytes', 'A'.repeat(10_000_000)],
    ['NULs', '\0'.repeat(43)],
  ])('is not %s', (_, token) => {
    expect(tokens.verify('unsubscribe', token)).toBeUndefined();
  });

  test('issued before a rotation is still good, and the newest secret issues', () => {
    const rotated = createTokens({ secrets: ['second secret', 'first secret'] });
    const old = tokens.issue('unsubscribe', ids);

    const fresh = rotated.issue('unsubscribe', ids);

    expect(rotated.verify('unsubscribe', old)).toEqual(ids);
    expect(tokens.verify('unsubscribe', fresh)).toBeUndefined();
    expect(createTokens({ secrets: ['second secret'] }).verify('unsubscribe', old)).toBeUndefined();
  });
});

test('without a secret no token is issued', () => {
  expect(() => createTokens({ secrets: [] })).toThrow(
    expect.objectContaining({ code: 'CONFIG_SECRET_UNUSABLE' }),
  );
});
