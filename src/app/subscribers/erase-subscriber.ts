import { requireAddress } from '../../domain/subscribers/address.ts';
import type { Subscribers } from '../ports/subscribers.ts';

export interface Erased {
  readonly address: string;
  /** True if anything was stored about them. The address is suppressed either way. */
  readonly wasKnown: boolean;
}

/**
 * Erases a subscriber, and prevents imports and signups from adding the address again. The
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
