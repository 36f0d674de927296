import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

import { Secret, TOTP } from 'otpauth';

import type { OneTimeCodes } from '../app/ports/accounts.ts';
import { encodeBase32 } from './base32.ts';
import { deriveKey } from './derive-key.ts';

/** RFC 6238 section 5.2, as every authenticator app assumes. */
const stepMs = 30_000;
/** RFC 4226 section 4, R6, recommends 160 bits. */
const secretBytes = 20;
/** 80 bits: none can be guessed, so a fast hash is enough. */
const recoveryBytes = 10;

const ivBytes = 12;
const tagBytes = 16;

/**
 * Makes and checks the codes of authenticator apps (TOTP, RFC 6238: HMAC-SHA-1, six digits, 30 seconds), and seals their
 * secrets with AES-256-GCM under a key of each secret, bound to the account.
 *
 * @param options.secrets newest first: the first one seals, all of them open
 */
export function createOneTimeCodes(options: { readonly secrets: readonly string[] }): OneTimeCodes {
  const keys = options.secrets.map((secret) => deriveKey(secret, 'second-factor'));
  return {
    newSecret: () => randomBytes(secretBytes),
    seal(secret, userId) {
      const [newest] = keys;
      if (newest === undefined) throw new Error('Sealing a second factor needs a secret.');
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', newest, iv).setAAD(Buffer.from(String(userId)));
      const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(text, userId) {
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length !== ivBytes + tagBytes + secretBytes) return undefined;
      const iv = bytes.subarray(0, ivBytes);
      for (const key of keys) {
        try {
          const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
            .setAAD(Buffer.from(String(userId)))
            .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
          return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
        } catch {
          // Sealed under another secret.
        }
      }
      return undefined;
    },
    stepOf(secret, code, now) {
      if (!/^\d{6}$/u.test(code)) return undefined;
      // RFC 6238 section 5.2: one step for a code that was typed late, and one for a clock that is ahead.
      const steps = totpOf(secret).validate({ token: code, timestamp: now, window: 1 });
      return steps === null ? undefined : Math.floor(now / stepMs) + steps;
    },
    textOf: (secret) => totpOf(secret).secret.base32,
    uriOf: (secret, account) => totpOf(secret, account).toString(),
    newRecoveryCode() {
      const text = encodeBase32(randomBytes(recoveryBytes));
      return text.replaceAll(/(.{4})(?!$)/gu, '$1-');
    },
    hashRecoveryCode: (code) => createHash('sha256').update(`recovery code ${code}`).digest('hex'),
  };
}

function totpOf(secret: Uint8Array, account = ''): TOTP {
  return new TOTP({
    issuer: 'Daybrief',
    label: account,
    period: stepMs / 1_000,
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
  });
}
