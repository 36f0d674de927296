import type { ActedBy } from '../../domain/audit.ts';
import { requireAddress } from '../../domain/subscribers/address.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';
import type { OperatorChanges, PublicationIds, Subscribers } from '../ports/subscribers.ts';
import { suppressed } from './add-subscriber.ts';
import { notFound } from './show-subscriber.ts';

export interface SetSubscriptionRequest extends ActedBy {
  readonly publication: Slug;
  readonly email: string;
  readonly state: Extract<SubscriptionState, 'active' | 'unsubscribed'>;
  readonly now: EpochMs;
  readonly reason?: string;
}

/**
 * Moves a subscription to a state; asking for the state it has changes nothing. An address that is not there
 * and is to be unsubscribed is remembered as that, so that no import makes it active.
 *
 * @returns the state before; undefined if the address was not there.
 * @throws AppError ADDRESS_INVALID, PUBLICATION_NOT_FOUND; if it is to become active, SUBSCRIBER_NOT_FOUND and
 *   ADDRESS_SUPPRESSED.
 */
export async function setSubscription(
  request: SetSubscriptionRequest,
  ports: {
    readonly publications: PublicationIds;
    readonly subscribers: Subscribers;
    readonly operatorChanges: OperatorChanges;
  },
): Promise<{ readonly address: string; readonly before: SubscriptionState | undefined }> {
  const { state, now, actor, origin, reason = '' } = request;
  const { address, canonical } = requireAddress(request.email);
  const publicationId = await ports.publications.id(request.publication);
  const found = await ports.subscribers.findByCanonical(canonical);
  const before =
    found === undefined
      ? undefined
      : await ports.subscribers.setState(
          { publicationId, subscriberId: found.subscriber.id },
          { state, now, audit: { canonical, actor, origin, reason, now } },
        );
  if (before === undefined) {
    if (state === 'active') throw notFound(`${address} in ${request.publication}`);
    await ports.operatorChanges.unsubscribe([{ address, canonical }], {
      actor,
      origin,
      reason,
      now,
      publicationId,
    });
  }
  if (before === 'suppressed' && request.state === 'active') throw suppressed(address);
  return { address, before };
}
