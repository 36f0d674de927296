import type { FormStamps } from '../app/ports/links.ts';
import { createSealer } from './seal.ts';

/**
 * Creates the stamps that show when a form was made: a sealed time, opaque and unforgeable.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when there is no secret.
 */
export function createFormStamps(options: { readonly secrets: readonly string[] }): FormStamps {
  const sealer = createSealer({ ...options, purpose: 'form-stamp' });
  return {
    issue(now: number): string {
      const plain = Buffer.allocUnsafe(6);
      plain.writeUIntBE(now, 0, 6);
      return sealer.seal(plain).toString('base64url');
    },
    /** Never throws. */
    read(stamp: string): number | undefined {
      if (!/^[\w-]{30}$/.test(stamp)) return undefined;
      const sealed = Buffer.from(stamp, 'base64url');
      // The last character has unused bits; accept only the canonical spelling.
      if (sealed.toString('base64url') !== stamp) return undefined;
      return sealer.open(sealed)?.readUIntBE(0, 6);
    },
  };
}
