import { createHmac } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * HMAC-SHA-256 (RFC 2104) with one key, fast for short texts: the states of the two hashes after their key blocks are
 * kept, so that a text of at most 55 octets costs two blocks. `createHmac` sets up a context for each text, which takes
 * 2.9 µs instead of 0.8 µs; a message needs four. Longer texts go to `createHmac`, and all of them if the two differ.
 */
export function createShortHmac(key: KeyObject): (text: Buffer) => Buffer {
  const slow = (text: Buffer) => createHmac('sha256', key).update(text).digest();
  const secret = key.export();
  if (secret.length > blockOctets) return slow;
  const inner = keyState(secret, 0x36);
  const outer = keyState(secret, 0x5c);
  const fast = (text: Buffer) => {
    if (text.length > maxOctets) return slow(text);
    return finish(outer, finish(inner, text, innerHash), Buffer.allocUnsafe(hashOctets));
  };
  const samples = [Buffer.alloc(0), Buffer.from('daybrief'), Buffer.alloc(maxOctets, 0xa5)];
  return samples.every((sample) => fast(sample).equals(slow(sample))) ? fast : slow;
}

const blockOctets = 64;
/** FIPS 180-4 section 5.1.1: one block holds the text, a bit, and its length in eight octets. */
const maxOctets = 55;

const isPrime = (number: number) => {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) return false;
  return true;
};
const primes = Array.from({ length: 312 }, (_, index) => index).filter(
  (number) => number > 1 && isPrime(number),
);
const fraction = (root: number) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
/** FIPS 180-4 sections 4.2.2 and 5.3.3: the first bits of the fractions of roots of primes. */
const roundConstants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const initialState = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

const schedule = new Int32Array(64);
const block = new Uint8Array(blockOctets);

function keyState(secret: Buffer, pad: number): Int32Array {
  block.fill(pad);
  for (const [index, octet] of secret.entries()) block[index] = octet ^ pad;
  const state = initialState.slice();
  compress(state);
  return state;
}

/** Writes the hash of a text that follows a key block into `hash`, and returns it. */
function finish(keyed: Int32Array, text: Uint8Array, hash: Buffer): Buffer {
  block.fill(0);
  block.set(text, 0);
  block[text.length] = 0x80;
  const bits = (blockOctets + text.length) * 8;
  block[blockOctets - 2] = bits >>> 8;
  block[blockOctets - 1] = bits;
  scratch.set(keyed);
  compress(scratch);
  for (let index = 0; index < 8; index += 1) {
    const word = scratch[index] as number;
    hash[index * 4] = word >>> 24;
    hash[index * 4 + 1] = word >>> 16;
    hash[index * 4 + 2] = word >>> 8;
    hash[index * 4 + 3] = word;
  }
  return hash;
}

const scratch = new Int32Array(8);
const hashOctets = 32;
/** Used again for each text: it is read before the next one is hashed. */
const innerHash = Buffer.alloc(hashOctets);

/** FIPS 180-4 section 6.2.2: adds `block` to the state. */
function compress(state: Int32Array): void {
  fillSchedule(schedule);
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let t = 0; t < 64; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const constant = ((roundConstants[t] as number) + (schedule[t] as number)) | 0;
    const first = (((h + s1) | 0) + ((((e & f) ^ (~e & g)) + constant) | 0)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

function fillSchedule(w: Int32Array): void {
  for (let t = 0; t < 16; t += 1) {
    const at = t * 4;
    w[t] =
      ((block[at] as number) << 24) |
      ((block[at + 1] as number) << 16) |
      ((block[at + 2] as number) << 8) |
      (block[at + 3] as number);
  }
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15] as number;
    const y = w[t - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = ((((w[t - 16] as number) + s0) | 0) + (((w[t - 7] as number) + s1) | 0)) | 0;
  }
}
