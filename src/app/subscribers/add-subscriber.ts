import { requireAddress } from '../../domain/subscribers/address.ts';
import { cleanName } from '../../domain/subscribers/clean-name.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { PublicationIds, Subscribers } from '../ports/subscribers.ts';

export interface AddRequest {
  readonly publication: Slug;
  readonly email: string;
  readonly name?: string | undefined;
  /** Reactivate a subscriber who unsubscribed; only at their own request. */
  readonly resubscribe?: boolean | undefined;
  readonly now: EpochMs;
}

export interface Added {
  readonly address: string;
  readonly outcome: 'added' | 'updated' | 'unchanged';
}

/**
 * Adds one subscriber, who asked for it, as active. A given name replaces the stored one.
 *
 * @throws AppError ADDRESS_INVALID; ADDRESS_SUPPRESSED, whatever is asked for; ADDRESS_UNSUBSCRIBED
 *   unless `resubscribe`; PUBLICATION_NOT_FOUND.
 */
export async function addSubscriber(
  request: AddRequest,
  ports: { readonly publications: PublicationIds; readonly subscribers: Subscribers },
): Promise<Added> {
  const { address, canonical } = requireAddress(request.email);
  const publicationId = await ports.publications.id(request.publication);
  const subscriber = { address, canonical, name: cleanName(request.name ?? ''), timeZone: null };
  const outcome = await ports.subscribers.addOne(subscriber, {
    publicationId,
    source: 'operator',
    now: request.now,
    resubscribe: request.resubscribe ?? false,
  });
  if (outcome === 'suppressed') throw suppressed(address);
  if (outcome === 'unsubscribed') {
    throw new AppError('ADDRESS_UNSUBSCRIBED', `${address} has unsubscribed from ${request.publication}.`, {
      hint: 'If the subscriber asked for it, run the command again with --resubscribe.',
    });
  }
  return { address, outcome };
}

export function suppressed(address: string): AppError {
  return new AppError('ADDRESS_SUPPRESSED', `${address} is suppressed and never gets mail again.`, {
    hint: 'An address is suppressed when it bounced for good, complained, or was erased.',
  });
}
