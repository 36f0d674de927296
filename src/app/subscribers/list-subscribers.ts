import type { ListedSubscriber, SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { Slug } from '../../domain/units.ts';
import type { PublicationIds, Subscribers } from '../ports/subscribers.ts';

export interface ListRequest {
  readonly publication: Slug;
  /** All states unless set. */
  readonly state?: SubscriptionState | undefined;
  /** From 1. */
  readonly limit: number;
  /** Goes on after the subscriber with this id. */
  readonly afterId?: number | undefined;
}

export interface ListedSubscribers {
  readonly counts: Readonly<Record<SubscriptionState, number>>;
  readonly subscribers: readonly ListedSubscriber[];
  /** Where the next page begins, undefined on the last one. */
  readonly nextAfterId: number | undefined;
}

/** One page of a publication's subscribers by id. */
export type SubscriberPage = Omit<ListedSubscribers, 'counts'>;

/**
 * One page of a publication's subscribers by id, and the number in each state.
 *
 * @throws AppError PUBLICATION_NOT_FOUND.
 */
export async function listSubscribers(request: ListRequest, ports: ListPorts): Promise<ListedSubscribers> {
  const publicationId = await ports.publications.id(request.publication);
  const counts = await ports.subscribers.counts(publicationId);
  return { counts, ...(await pageSubscribers(request, ports)) };
}

/**
 * One page without the numbers, whose counting takes longer than a page.
 *
 * @throws AppError PUBLICATION_NOT_FOUND.
 */
export async function pageSubscribers(request: ListRequest, ports: ListPorts): Promise<SubscriberPage> {
  const found = await ports.subscribers.page({
    publicationId: await ports.publications.id(request.publication),
    state: request.state,
    afterId: request.afterId ?? 0,
    limit: request.limit + 1,
  });
  const subscribers = found.slice(0, request.limit);
  return {
    subscribers,
    nextAfterId: found.length > subscribers.length ? subscribers.at(-1)?.id : undefined,
  };
}

interface ListPorts {
  readonly publications: PublicationIds;
  readonly subscribers: Subscribers;
}
