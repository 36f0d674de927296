import { decodeBase32, encodeBase32 } from './base32.ts';
import { createSealer } from './seal.ts';

export interface BounceSource {
  readonly editionId: number;
  readonly subscriberId: number;
}

export interface Verp {
  /** Returns the envelope sender of one delivery sent at `now`. */
  address(source: BounceSource & { readonly domain: string; readonly now: Date }): string;
  /**
   * Returns the delivery that a bounce to this address belongs to, in any letter case. Undefined if the
   * address has another form, is forged, or was made more than 60 days before `now`. Never throws.
   */
  parse(address: string, now: Date): BounceSource | undefined;
}

/**
 * Creates variable envelope return paths: the local part is `bounce-` and 48 characters of lower-case base32, a
 * seal (`seal.ts`) over edition, subscriber and day. 55 octets, of the 64 that RFC 5321 section
 * 4.5.3.1.1 allows. Sealed with the first secret (newest first); every secret opens.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when there is no secret.
 */
export function createVerp(options: { readonly secrets: readonly string[] }): Verp {
  const sealer = createSealer({ secrets: options.secrets, purpose: 'verp' });
  return {
    address({ editionId, subscriberId, domain, now }) {
      const plain = Buffer.allocUnsafe(plainOctets);
      plain.writeUIntBE(editionId, 0, 6);
      plain.writeUIntBE(subscriberId, 6, 6);
      plain.writeUInt16BE(dayOf(now), 12);
      return `${prefix}${encodeBase32(sealer.seal(plain))}@${domain}`;
    },
    parse(address, now) {
      const match = /^bounce-([a-z2-7]{48})@/.exec(address.toLowerCase());
      const sealed = match?.[1] === undefined ? undefined : decodeBase32(match[1]);
      const plain = sealed === undefined ? undefined : sealer.open(sealed);
      if (plain === undefined) return undefined;
      const age = dayOf(now) - plain.readUInt16BE(12);
      if (age < -1 || age > maxAgeDays) return undefined;
      return { editionId: plain.readUIntBE(0, 6), subscriberId: plain.readUIntBE(6, 6) };
    },
  };
}

const prefix = 'bounce-';
/** With the 16 octets that sealing adds, 30: 48 characters without padding. */
const plainOctets = 14;
const maxAgeDays = 60;

function dayOf(time: Date): number {
  return Math.floor(time.getTime() / 86_400_000);
}
