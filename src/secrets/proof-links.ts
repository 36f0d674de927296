import type { ProofLinks } from '../app/ports/proofs.ts';
import { createKeyedHash } from './keyed-hash.ts';
import { createSealer } from './seal.ts';

const addressOctets = 6;

/**
 * Creates the tokens of links in proofs: sealed are the proof (6 octets), the end of its validity in seconds (4), and
 * the beginning of a keyed hash of the address that it was mailed to (6).
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when there is no secret.
 */
export function createProofLinks({ secrets }: { readonly secrets: readonly string[] }): ProofLinks {
  const sealer = createSealer({ secrets, purpose: 'link/proof' });
  const hashes = secrets.map((secret) => createKeyedHash(secret, 'proof-address'));
  const mark = (hash: (text: string) => Buffer, address: string) =>
    hash(address.toLowerCase()).subarray(0, addressOctets);
  return {
    issue({ proofId, address, expiresAt }) {
      const [newest] = hashes;
      const plain = Buffer.alloc(16);
      plain.writeUIntBE(proofId, 0, 6);
      plain.writeUInt32BE(Math.floor(expiresAt / 1_000), 6);
      if (newest !== undefined) mark(newest, address).copy(plain, 10);
      return sealer.seal(plain).toString('base64url');
    },
    read(token) {
      if (!/^[\w-]{43}$/.test(token)) return undefined;
      const sealed = Buffer.from(token, 'base64url');
      // The last character has two unused bits; accept only the canonical spelling.
      if (sealed.toString('base64url') !== token) return undefined;
      const plain = sealer.open(sealed);
      if (plain === undefined) return undefined;
      const owner = plain.subarray(10);
      return {
        proofId: plain.readUIntBE(0, 6),
        expiresAt: plain.readUInt32BE(6) * 1_000,
        isFor: (address) => hashes.some((hash) => mark(hash, address).equals(owner)),
      };
    },
  };
}
