import { createCipheriv, timingSafeEqual } from 'node:crypto';
import type { Cipheriv } from 'node:crypto';

import { AppError } from '../errors/app-error.ts';
import { deriveKey } from './derive-key.ts';
import { createShortHmac } from './short-hmac.ts';

/** Seals a few octets, opaque and unforgeable. Deterministic: the same octets give the same seal. */
export interface Sealer {
  /** Takes 1 to 16 octets; returns 16 octets more. */
  seal(plain: Buffer): Buffer;
  /** Returns the octets that were sealed; undefined if no secret made this seal. */
  open(sealed: Buffer): Buffer | undefined;
}

/**
 * Creates a sealer: a synthetic-IV construction in the manner of RFC 5297, on HMAC and AES:
 *
 *     macKey, encryptionKey = HKDF-SHA-256(secret, info = purpose, one for each)   RFC 5869
 *     iv     = the first 16 octets of HMAC-SHA-256(macKey, plain)
 *     sealed = iv || AES-256-CTR(encryptionKey, iv, plain)
 *
 * The IV is also the authenticator, 128 bits of it. Two purposes share no key, so a seal made for one
 * opens under no other. The first secret seals; every secret opens, all of them tried each time and
 * compared in constant time. `plain` must have one length for each purpose.
 */
export function createSealer(options: {
  readonly secrets: readonly string[];
  readonly purpose: string;
}): Sealer {
  const keys = options.secrets.map((secret) => deriveKeys(secret, options.purpose));
  const [newest] = keys;
  if (newest === undefined) {
    throw new AppError('CONFIG_SECRET_UNUSABLE', 'There is no secret to sign links with.', {
      hint: 'Set DAYBRIEF_SECRET.',
    });
  }
  return {
    seal(plain) {
      const iv = authenticate(newest, plain);
      const sealed = Buffer.allocUnsafe(blockOctets + plain.length);
      iv.copy(sealed);
      crypt(newest.cipher, { iv, input: plain, output: sealed.subarray(blockOctets) });
      return sealed;
    },
    open(sealed) {
      if (sealed.length <= blockOctets || sealed.length > 2 * blockOctets) return undefined;
      const iv = sealed.subarray(0, blockOctets);
      const opened = keys.map((key) => {
        const input = sealed.subarray(blockOctets);
        const plain = crypt(key.cipher, { iv, input, output: Buffer.allocUnsafe(input.length) });
        return timingSafeEqual(authenticate(key, plain), iv) ? plain : undefined;
      });
      return opened.find((plain) => plain !== undefined);
    },
  };
}

const blockOctets = 16;

interface Keys {
  readonly mac: (text: Buffer) => Buffer;
  readonly cipher: Cipheriv;
}

function deriveKeys(secret: string, purpose: string): Keys {
  const cipher = createCipheriv('aes-256-ecb', deriveKey(secret, `${purpose}/encryption`), null);
  const mac = createShortHmac(deriveKey(secret, `${purpose}/mac`));
  return { mac, cipher: cipher.setAutoPadding(false) };
}

function authenticate({ mac }: Keys, plain: Buffer): Buffer {
  return mac(plain).subarray(0, blockOctets);
}

/**
 * Counter mode over at most one block needs one block of key stream, the encrypted IV. Asking a kept
 * block cipher for it takes 0.6 µs; setting up a counter-mode cipher takes 2.9 µs, three times a message.
 */
function crypt(
  cipher: Cipheriv,
  { iv, input, output }: { readonly iv: Buffer; readonly input: Buffer; readonly output: Buffer },
): Buffer {
  const keyStream = cipher.update(iv);
  for (let index = 0; index < input.length; index += 1) {
    output[index] = (input[index] ?? 0) ^ (keyStream[index] ?? 0);
  }
  return output;
}
