import { requireAddress } from '../../domain/subscribers/address.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';
import type { PublicationIds, Subscribers } from '../ports/subscribers.ts';
import { suppressed } from './add-subscriber.ts';
import { notFound } from './show-subscriber.ts';

export interface SetSubscriptionRequest {
  readonly publication: Slug;
  readonly email: string;
  readonly state: Extract<SubscriptionState, 'active' | 'unsubscribed'>;
  readonly now: EpochMs;
  readonly actor: string;
  readonly reason?: string;
}

/**
 * Moves a subscription to a state; asking for the state it has changes nothing.
 *
 * @returns the state before.
 * @throws AppError ADDRESS_INVALID, SUBSCRIBER_NOT_FOUND, PUBLICATION_NOT_FOUND; ADDRESS_SUPPRESSED when
 *   it is to become active.
 */
export async function setSubscription(
  request: SetSubscriptionRequest,
  ports: { readonly publications: PublicationIds; readonly subscribers: Subscribers },
): Promise<{ readonly address: string; readonly before: SubscriptionState }> {
  const { state, now, actor, reason = '' } = request;
  const { address, canonical } = requireAddress(request.email);
  const publicationId = await ports.publications.id(request.publication);
  const found = await ports.subscribers.findByCanonical(canonical);
  if (found === undefined) throw notFound(address);
  const before = await ports.subscribers.setState(
    { publicationId, subscriberId: found.subscriber.id },
    { state, now, audit: { canonical, actor, reason, now } },
  );
  if (before === undefined) throw notFound(`${address} in ${request.publication}`);
  if (before === 'suppressed' && request.state === 'active') throw suppressed(address);
  return { address, before };
}
