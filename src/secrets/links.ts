import { createSealer } from './seal.ts';
import type { Sealer } from './seal.ts';
import type { Tokens } from './tokens.ts';

/** Links that stand in editions, see `tokens.ts`. */
type LastingPurpose = 'unsubscribe' | 'preferences';

const datedPurposes = ['confirm', 'undo', 'manage'] as const;
type DatedPurpose = (typeof datedPurposes)[number];

interface Subject {
  /** Below 2^32. */
  readonly publicationId: number;
  /** Below 2^48. */
  readonly subscriberId: number;
}

/** `issuedAt` is epoch milliseconds, kept in whole seconds. */
type Dated = Subject & { readonly issuedAt: number };

/**
 * The tokens of readers' links. Satisfies the port `Links` of `src/app/ports/signup.ts`. Dated ones are
 * made as those of `tokens.ts` are, with a time in them in place of an edition; each purpose has keys of
 * its own, so a token opens for nothing but what it was made for.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when there is no secret.
 */
export function createLinks(options: { readonly secrets: readonly string[]; readonly tokens: Tokens }) {
  const { secrets, tokens } = options;
  const sealers: Readonly<Record<DatedPurpose, Sealer>> = {
    confirm: createSealer({ secrets, purpose: 'link/confirm' }),
    undo: createSealer({ secrets, purpose: 'link/undo' }),
    manage: createSealer({ secrets, purpose: 'link/manage' }),
  };
  return {
    /** No edition stands in it: it is of a mail that belongs to none. */
    issueLasting: (purpose: LastingPurpose, subject: Subject): string =>
      tokens.issue(purpose, { ...subject, editionId: 0 }),
    readLasting(purpose: LastingPurpose, token: string): Subject | undefined {
      const ids = tokens.verify(purpose, token);
      return ids && { publicationId: ids.publicationId, subscriberId: ids.subscriberId };
    },
    /** 43 characters of `A-Za-z0-9_-`. */
    issue: (purpose: DatedPurpose, dated: Dated): string =>
      sealers[purpose].seal(pack(dated)).toString('base64url'),
    /** Nothing where the token was not issued for this purpose. Never throws. */
    read(purpose: DatedPurpose, token: string): Dated | undefined {
      if (!/^[\w-]{43}$/.test(token)) return undefined;
      const sealed = Buffer.from(token, 'base64url');
      // The last character has two bits to spare: only one spelling of a token is the token.
      if (sealed.toString('base64url') !== token) return undefined;
      const plain = sealers[purpose].open(sealed);
      return plain === undefined ? undefined : unpack(plain);
    },
  };
}

function pack({ publicationId, subscriberId, issuedAt }: Dated): Buffer {
  const plain = Buffer.allocUnsafe(16);
  plain.writeUInt32BE(publicationId, 0);
  plain.writeUIntBE(subscriberId, 4, 6);
  plain.writeUIntBE(Math.floor(issuedAt / 1_000), 10, 6);
  return plain;
}

function unpack(plain: Buffer): Dated {
  return {
    publicationId: plain.readUInt32BE(0),
    subscriberId: plain.readUIntBE(4, 6),
    issuedAt: plain.readUIntBE(10, 6) * 1_000,
  };
}
