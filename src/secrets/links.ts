import type { DatedLink, LastingLink, Links, SubscriptionKey } from '../app/ports/links.ts';
import { createSealer } from './seal.ts';
import type { Sealer } from './seal.ts';
import type { Tokens } from './tokens.ts';

/** Publication ids are below 2^32, subscriber ids below 2^48; the time is kept in whole seconds. */
type Dated = SubscriptionKey & { readonly issuedAt: number };

/**
 * Creates the tokens of subscribers' links. Dated ones have the format of `tokens.ts`, with a time in
 * place of the edition. Each purpose has its own keys, so a token is valid only for the purpose it was
 * issued for.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when there is no secret.
 */
export function createLinks(options: {
  readonly secrets: readonly string[];
  readonly tokens: Tokens;
}): Links {
  const { secrets, tokens } = options;
  const sealers: Readonly<Record<DatedLink, Sealer>> = {
    confirm: createSealer({ secrets, purpose: 'link/confirm' }),
    undo: createSealer({ secrets, purpose: 'link/undo' }),
    manage: createSealer({ secrets, purpose: 'link/manage' }),
  };
  return {
    /** The edition id is 0: the link is of a transactional mail. */
    issueLasting: (purpose: LastingLink, subject: SubscriptionKey): string =>
      tokens.issue(purpose, { ...subject, editionId: 0 }),
    readLasting(purpose: LastingLink, token: string): SubscriptionKey | undefined {
      const ids = tokens.verify(purpose, token);
      return ids && { publicationId: ids.publicationId, subscriberId: ids.subscriberId };
    },
    /** 43 characters of `A-Za-z0-9_-`. */
    issue: (purpose: DatedLink, dated: Dated): string =>
      sealers[purpose].seal(pack(dated)).toString('base64url'),
    /** Returns undefined if the token was not issued for this purpose. Never throws. */
    read(purpose: DatedLink, token: string): Dated | undefined {
      if (!/^[\w-]{43}$/.test(token)) return undefined;
      const sealed = Buffer.from(token, 'base64url');
      // The last character has two unused bits; accept only the canonical spelling.
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
