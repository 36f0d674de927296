import { requireAddress } from '../../domain/subscribers/address.ts';
import type { Subscribers } from '../ports/subscribers.ts';

export interface Erased {
  readonly address: string;
  /** Whether anything was kept about them. The address is suppressed either way. */
  readonly wasKnown: boolean;
}

/**
 * Removes a person for good and sees to it that neither an import nor a form brings them back. The
 * ledger keeps its rows, without anything that names them.
 *
 * @throws AppError ADDRESS_INVALID.
 */
export async function eraseSubscriber(
  request: { readonly email: string; readonly now: number },
  ports: { readonly subscribers: Subscribers },
): Promise<Erased> {
  const { address, canonical } = requireAddress(request.email);
  const wasKnown = await ports.subscribers.erase(canonical, { now: request.now });
  return { address, wasKnown };
}
