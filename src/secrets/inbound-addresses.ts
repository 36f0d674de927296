import { timingSafeEqual } from 'node:crypto';

import type { InboundAddresses, Recognized, SubscriptionKey } from '../app/ports/links.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { createKeyedHash } from './keyed-hash.ts';
import { createSealer } from './seal.ts';
import type { Verp } from './verp.ts';

/**
 * Creates the addresses that mail comes back to, besides the envelope senders of `verp.ts`. Their local parts are lower
 * case and valid in any letter case, and none can be guessed:
 *
 * - `leave-` and 48 characters of base32: a seal (`seal.ts`) over publication and subscriber, for `List-Unsubscribe`
 *   (RFC 2369). It does not expire, like the link beside it.
 * - `feedback-` and 32 characters: 160 bits of a keyed hash, one for each secret. It is registered with
 *   mailbox providers.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when there is no secret.
 */
export function createInboundAddresses(options: {
  readonly secrets: readonly string[];
  readonly verp: Verp;
}): InboundAddresses {
  const { secrets, verp } = options;
  const sealer = createSealer({ secrets, purpose: 'address/leave' });
  const feedback = secrets.map((secret) => {
    const hash = createKeyedHash(secret, 'address/feedback')('feedback');
    return Buffer.from(encodeBase32(hash.subarray(0, feedbackOctets)));
  });
  const [newest = Buffer.alloc(0)] = feedback;
  const isFeedback = (token: string) => {
    const given = Buffer.from(token);
    return feedback.some((known) => known.length === given.length && timingSafeEqual(known, given));
  };
  return {
    leave: (subject, domain) => `leave-${encodeBase32(sealer.seal(pack(subject)))}@${domain}`,
    feedback: (domain) => `feedback-${newest.toString()}@${domain}`,
    recognize(address, now): Recognized | undefined {
      const [, kind, token = ''] = /^(leave|feedback)-([a-z2-7]{32,48})@/u.exec(address.toLowerCase()) ?? [];
      if (kind === 'feedback') return isFeedback(token) ? { kind } : undefined;
      if (kind === 'leave') {
        const sealed = decodeBase32(token);
        const plain = sealed === undefined ? undefined : sealer.open(sealed);
        return plain?.length === plainOctets ? { kind, ...unpack(plain) } : undefined;
      }
      const delivery = verp.parse(address, now);
      return delivery && { kind: 'delivery', ...delivery };
    },
  };
}

const feedbackOctets = 20;
/** With the 16 octets that sealing adds, 30: 48 characters without padding. The last four are zero. */
const plainOctets = 14;

function pack({ publicationId, subscriberId }: SubscriptionKey): Buffer {
  const plain = Buffer.alloc(plainOctets);
  plain.writeUInt32BE(publicationId, 0);
  plain.writeUIntBE(subscriberId, 4, 6);
  return plain;
}

function unpack(plain: Buffer): SubscriptionKey {
  return { publicationId: plain.readUInt32BE(0), subscriberId: plain.readUIntBE(4, 6) };
}
