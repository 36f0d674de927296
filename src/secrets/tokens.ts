import { createSealer } from './seal.ts';
import type { Sealer } from './seal.ts';

export const tokenPurposes = ['unsubscribe', 'preferences', 'view'] as const;
export type TokenPurpose = (typeof tokenPurposes)[number];

/** The subscription and edition of a link. Non-negative integers; publications below 2^32, the others below 2^48. */
export interface TokenIds {
  readonly publicationId: number;
  readonly subscriberId: number;
  readonly editionId: number;
}

export interface Tokens {
  /** 43 characters of `A-Za-z0-9_-`. */
  issue(purpose: TokenPurpose, ids: TokenIds): string;
  /** Returns the ids of the token; undefined if it was not issued for this purpose. Never throws. */
  verify(purpose: TokenPurpose, token: string): TokenIds | undefined;
}

/**
 * Creates the tokens in links: opaque, deterministic, with 128 bits of authentication and nothing personal in
 * them. `seal.ts` describes the construction; what is sealed are the three ids in 16 octets, and a token
 * is the seal's 32 octets as base64url (RFC 4648 section 5). Tokens do not expire by themselves: a link
 * in an old message must still unsubscribe. They are valid for as long as the secret is among `secrets`
 * (newest first), of which the first issues.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when there is no secret.
 */
export function createTokens(options: { readonly secrets: readonly string[] }): Tokens {
  const { secrets } = options;
  const sealers: Readonly<Record<TokenPurpose, Sealer>> = {
    unsubscribe: createSealer({ secrets, purpose: 'token/unsubscribe' }),
    preferences: createSealer({ secrets, purpose: 'token/preferences' }),
    view: createSealer({ secrets, purpose: 'token/view' }),
  };
  return {
    issue: (purpose, ids) => sealers[purpose].seal(pack(ids)).toString('base64url'),
    verify(purpose, token) {
      if (!/^[\w-]{43}$/.test(token)) return undefined;
      const sealed = Buffer.from(token, 'base64url');
      // The last character has two unused bits; accept only the canonical spelling.
      if (sealed.toString('base64url') !== token) return undefined;
      const plain = sealers[purpose].open(sealed);
      return plain === undefined ? undefined : unpack(plain);
    },
  };
}

function pack({ publicationId, subscriberId, editionId }: TokenIds): Buffer {
  const plain = Buffer.allocUnsafe(16);
  plain.writeUInt32BE(publicationId, 0);
  plain.writeUIntBE(subscriberId, 4, 6);
  plain.writeUIntBE(editionId, 10, 6);
  return plain;
}

function unpack(plain: Buffer): TokenIds {
  return {
    publicationId: plain.readUInt32BE(0),
    subscriberId: plain.readUIntBE(4, 6),
    editionId: plain.readUIntBE(10, 6),
  };
}
