import { createSealer } from './seal.ts';

/**
 * What a form carries to show when it was made: a sealed time, opaque and unforgeable. Satisfies the port
 * `FormStamps` of `src/app/ports/signup.ts`.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when there is no secret.
 */
export function createFormStamps(options: { readonly secrets: readonly string[] }) {
  const sealer = createSealer({ ...options, purpose: 'form-stamp' });
  return {
    issue(now: number): string {
      const plain = Buffer.allocUnsafe(6);
      plain.writeUIntBE(now, 0, 6);
      return sealer.seal(plain).toString('base64url');
    },
    /** Epoch milliseconds of the making, or nothing where it is not one of ours. Never throws. */
    read(stamp: string): number | undefined {
      if (!/^[\w-]{30}$/.test(stamp)) return undefined;
      return sealer.open(Buffer.from(stamp, 'base64url'))?.readUIntBE(0, 6);
    },
  };
}
