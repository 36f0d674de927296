import { requireAddress } from '../../domain/subscribers/address.ts';
import type { Subscriber, Subscription } from '../../domain/subscribers/subscriber.ts';
import { AppError } from '../../errors/app-error.ts';
import type { AuditEntry, OperatorChanges, Subscribers, Suppressions } from '../ports/subscribers.ts';

export interface ShownSubscriber {
  readonly address: string;
  /** Undefined if only the suppression is stored. */
  readonly subscriber: Subscriber | undefined;
  readonly subscriptions: readonly Subscription[];
  readonly suppressed: boolean;
  /** What operators changed, newest first. */
  readonly changes: readonly AuditEntry[];
}

/**
 * What is kept about one address.
 *
 * @throws AppError ADDRESS_INVALID, SUBSCRIBER_NOT_FOUND.
 */
export async function showSubscriber(
  email: string,
  ports: {
    readonly subscribers: Subscribers;
    readonly suppressions: Suppressions;
    readonly operatorChanges: Pick<OperatorChanges, 'log'>;
  },
): Promise<ShownSubscriber> {
  const { address, canonical } = requireAddress(email);
  const found = await ports.subscribers.findByCanonical(canonical);
  const suppressed = (await ports.suppressions.has([canonical])).has(canonical);
  if (found === undefined && !suppressed) throw notFound(address);
  return {
    address: found?.subscriber.address ?? address,
    subscriber: found?.subscriber,
    subscriptions: found?.subscriptions ?? [],
    suppressed,
    changes: await ports.operatorChanges.log(canonical),
  };
}

export function notFound(address: string): AppError {
  return new AppError('SUBSCRIBER_NOT_FOUND', `${address} is no subscriber.`, {
    hint: 'Capitals make no difference; check the spelling.',
  });
}
