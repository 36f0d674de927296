import { AppError } from '../errors/app-error.ts';
import { deriveKey } from './derive-key.ts';
import { createShortHmac } from './short-hmac.ts';

export interface MessageIdSource {
  readonly editionId: number;
  readonly subscriberId: number;
  readonly domain: string;
  /** Distinguishes messages that are not deliveries, such as test mail of one edition sent several times. */
  readonly distinction?: string;
}

export type MakeMessageId = (source: MessageIdSource) => string;

/**
 * Creates Message-IDs (RFC 5322 section 3.6.4, without the angle brackets): 160 bits, the same for every
 * attempt at one delivery, whichever revision it carries, so that receivers can drop a second copy.
 *
 * Keyed, because with guessable identifiers an attacker could send a message under the next edition's
 * first and have receivers drop the real one as a duplicate. Keyed with the *oldest* secret (the last of `secrets`), because
 * rotation puts a new one first: an identifier changes only when the oldest is taken out, and links
 * need that one for at least 60 days after it was replaced, far longer than any delivery is retried.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when there is no secret.
 */
export function createMessageIds(options: { readonly secrets: readonly string[] }): MakeMessageId {
  const oldest = options.secrets.at(-1);
  if (oldest === undefined) {
    throw new AppError('CONFIG_SECRET_UNUSABLE', 'There is no secret to make Message-IDs with.', {
      hint: 'Set DAYBRIEF_SECRET.',
    });
  }
  const hmac = createShortHmac(deriveKey(oldest, 'message-id'));
  return ({ editionId, subscriberId, domain, distinction }) => {
    const name = JSON.stringify([editionId, subscriberId, distinction ?? null]);
    const unique = hmac(Buffer.from(name)).toString('hex', 0, 20);
    return `${unique}@${domain}`;
  };
}
