import { describe, expect, test } from 'vitest';

import { createOneTimeCodes } from '../../../src/secrets/one-time-codes.ts';

const codes = createOneTimeCodes({ secrets: ['newest secret of tests', 'older secret of tests'] });

describe('a code', () => {
  // RFC 6238 appendix B, the last six of its eight digits.
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('of second %i is %s', (seconds, code) => {
    const secret = Buffer.from('12345678901234567890');

    expect(codes.stepOf(secret, code, seconds * 1_000)).toBe(Math.floor(seconds / 30));
  });

  test('counts in its own step, the one before and the one after', () => {
    const secret = Buffer.from('12345678901234567890');
    const step = 1_234_567_890_000;

    const found = [-60_000, -30_000, 0, 30_000, 60_000].map((ms) =>
      codes.stepOf(secret, '005924', step + ms),
    );

    expect(found).toEqual([undefined, 41_152_263, 41_152_263, 41_152_263, undefined]);
  });

  test.each(['', '28708', '2870822', 'abcdef', '٢٨٧٠٨٢'])('is not "%s"', (text) => {
    expect(codes.stepOf(Buffer.from('12345678901234567890'), text, 59_000)).toBeUndefined();
  });
});

describe('a sealed secret', () => {
  test('opens for its account under every secret of the installation, and for no other', () => {
    const secret = codes.newSecret();
    const older = createOneTimeCodes({ secrets: ['older secret of tests'] });
    const sealed = older.seal(secret, 7);

    expect(codes.open(sealed, 7)).toEqual(secret);
    expect(codes.open(sealed, 8)).toBeUndefined();
    expect(createOneTimeCodes({ secrets: ['another'] }).open(sealed, 7)).toBeUndefined();
    expect(codes.open(`${sealed.slice(0, -2)}AA`, 7)).toBeUndefined();
    expect(codes.open('', 7)).toBeUndefined();
    expect(sealed).not.toBe(older.seal(secret, 7));
  });
});

test('an app is told the account and the secret in base32', () => {
  const secret = Buffer.from('12345678901234567890');

  expect(codes.uriOf(secret, 'lena@example.org')).toBe(
    'otpauth://totp/Daybrief:lena%40example.org?issuer=Daybrief&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6&period=30',
  );
});

test('recovery codes have 80 random bits in four groups', () => {
  const made = new Set(Array.from({ length: 200 }, () => codes.newRecoveryCode()));

  expect(made.size).toBe(200);
  for (const code of made) expect(code).toMatch(/^(?:[a-z2-7]{4}-){3}[a-z2-7]{4}$/u);
});
