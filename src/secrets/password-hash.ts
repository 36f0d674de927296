// A namespace: a named import of `argon2` would fail on a Node that has none.
import * as crypto from 'node:crypto';
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

import type { Passwords, SessionTokens } from '../app/ports/accounts.ts';

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane (RFC 9106). */
const argon = { memory: 19_456, passes: 2, parallelism: 1 } as const;
/** The same sheet, for a Node without Argon2 (before 24.7): scrypt with N = 2^17, r = 8, p = 1 (RFC 7914). */
const scryptCost = { logN: 17, blockSize: 8, parallelization: 1 } as const;
const saltBytes = 16;
const tagBytes = 32;

/** Hashes computed at a time; the others wait, so that many sign-ins at once take no more memory than this. */
const maxAtOnce = 2;

/**
 * Hashes passwords as PHC strings: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`. Hashes of either kind are verified,
 * whichever this Node makes.
 */
export function createPasswords(
  options: { readonly hasArgon2?: boolean } = { hasArgon2: typeof crypto.argon2 === 'function' },
): Passwords {
  const limited = createLimit(maxAtOnce);
  const make = options.hasArgon2 === true ? newArgon : newScrypt;
  return {
    hash: (password) => limited(async () => format(await make(password))),
    verify: (password, hash) =>
      limited(async () => {
        const known = parse(hash);
        if (known === undefined) return { isRight: false, isOutdated: false };
        const tag = await computeTag(password, known);
        const isRight = timingSafeEqual(tag, known.tag);
        return { isRight, isOutdated: known.head !== head(options.hasArgon2 === true) };
      }),
    waste: async (password) => {
      await limited(() => make(password));
    },
  };
}

/** Tokens of 256 random bits, hashed with SHA-256: they need no slow hash, because none can be guessed. */
export const sessionTokens: SessionTokens = {
  issue: () => randomBytes(32).toString('base64url'),
  hash: (token) => createHash('sha256').update(token).digest('hex'),
};

interface PasswordHash {
  /** Kind and parameters, as in the PHC string. */
  readonly head: string;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

function head(isArgon: boolean): string {
  return isArgon
    ? `argon2id$v=19$m=${argon.memory},t=${argon.passes},p=${argon.parallelism}`
    : `scrypt$ln=${scryptCost.logN},r=${scryptCost.blockSize},p=${scryptCost.parallelization}`;
}

async function newArgon(password: string): Promise<PasswordHash> {
  return fresh(password, head(true));
}

async function newScrypt(password: string): Promise<PasswordHash> {
  return fresh(password, head(false));
}

async function fresh(password: string, kind: string): Promise<PasswordHash> {
  const salt = randomBytes(saltBytes);
  return { head: kind, salt, tag: await computeTag(password, { head: kind, salt }) };
}

const scryptAsync = promisify<
  string,
  Buffer,
  number,
  { readonly N: number; readonly r: number; readonly p: number; readonly maxmem: number },
  Buffer
>(scrypt);

async function computeTag(
  password: string,
  { head: kind, salt }: Omit<PasswordHash, 'tag'>,
): Promise<Buffer> {
  const value = (name: string) => Number(new RegExp(`[$,]${name}=(\\d+)`, 'u').exec(kind)?.[1]);
  if (kind.startsWith('argon2id$')) {
    return promisify(crypto.argon2)('argon2id', {
      message: password,
      nonce: salt,
      memory: value('m'),
      passes: value('t'),
      parallelism: value('p'),
      tagLength: tagBytes,
    });
  }
  const [N, r, p] = [2 ** value('ln'), value('r'), value('p')];
  return scryptAsync(password, salt, tagBytes, { N, r, p, maxmem: 256 * N * r });
}

function format({ head: kind, salt, tag }: PasswordHash): string {
  return `$${kind}$${unpadded(salt)}$${unpadded(tag)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}

function parse(hash: string): PasswordHash | undefined {
  const [, kind, salt, tag] =
    /^\$((?:argon2id\$v=19\$m=\d{1,7},t=\d{1,2},p=\d{1,2})|(?:scrypt\$ln=\d{1,2},r=\d{1,2},p=\d{1,2}))\$([\w+/]{22})\$([\w+/]{43})$/u.exec(
      hash,
    ) ?? [];
  if (kind === undefined || salt === undefined || tag === undefined) return undefined;
  return { head: kind, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

/** Lets so many works run at a time; the others wait in order. */
function createLimit(max: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
