import { createHmac, createSecretKey } from 'node:crypto';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createShortHmac } from '../../../src/secrets/short-hmac.ts';

const keys = fc.uint8Array({ minLength: 1, maxLength: 100 });
const texts = fc.uint8Array({ maxLength: 120 });

test('is HMAC-SHA-256 for every key and every text, short or long', () => {
  fc.assert(
    fc.property(keys, fc.array(texts, { minLength: 1 }), (secret, several) => {
      const key = createSecretKey(secret);
      const hmac = createShortHmac(key);

      for (const text of several) {
        const expected = createHmac('sha256', key).update(text).digest('hex');
        expect(hmac(Buffer.from(text)).toString('hex')).toBe(expected);
      }
    }),
  );
});

test('gives the third value of RFC 4231', () => {
  const hmac = createShortHmac(createSecretKey(Buffer.alloc(20, 0xaa)));

  expect(hmac(Buffer.alloc(50, 0xdd)).toString('hex')).toBe(
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  );
});
