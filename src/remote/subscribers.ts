import type { AddressesChanged } from '../app/subscribers/change-addresses.ts';
import type { SubscriberService } from '../app/subscribers/subscriber-service.ts';
import { requireAddress } from '../domain/subscribers/address.ts';
import { readKeptSuppression } from '../domain/subscribers/kept-suppression.ts';
import type { KeptSuppression } from '../domain/subscribers/kept-suppression.ts';
import { AppError } from '../errors/app-error.ts';
import { changedSchema, unsubscribedSchema } from '../web/api/schemas/subscribers.ts';
import { received } from './received.ts';
import type { Send } from './request.ts';

/** The changes of subscribers that the API offers: one address each, with a reason. */
export function remoteSubscribers(send: Send): Pick<SubscriberService, 'set' | 'change'> {
  return {
    set: async ({ publication, email, state, reason }) => {
      if (state !== 'unsubscribed') throw new Error('The API makes no subscriber active.');
      const { address } = requireAddress(email);
      const { before } = await send({
        method: 'POST',
        path: `/publications/${publication}/subscribers/unsubscribe`,
        body: { address, reason: needReason(reason) },
        answer: received(unsubscribedSchema),
      });
      return { address, before: before ?? undefined };
    },
    change: async ({ action, lines, reason }) => {
      if (action === 'unsubscribe' || !Array.isArray(lines)) throw oneAddress();
      const { address } = requireAddress(String(lines[0] ?? ''));
      try {
        const { isChanged } = await send({
          method: 'POST',
          path: action === 'suppress' ? '/suppressions' : '/suppressions/remove',
          body: { address, reason: needReason(reason) },
          answer: received(changedSchema),
        });
        return { ...nothing, [isChanged ? 'changed' : 'unchanged']: 1 };
      } catch (error) {
        const kept = keptOf(error);
        if (kept === undefined) throw error;
        return { ...nothing, refused: [kept] };
      }
    },
  };
}

const nothing: AddressesChanged = {
  changed: 0,
  remembered: 0,
  unchanged: 0,
  refused: [],
  invalid: [],
  invalidCount: 0,
};

/** A suppression that stays is an error of the API, and of the command a result that is not complete. */
function keptOf(error: unknown): KeptSuppression | undefined {
  if (!(error instanceof AppError) || error.code !== 'ADDRESS_SUPPRESSED') return undefined;
  return readKeptSuppression(error.message);
}

function oneAddress(): AppError {
  return new AppError('USAGE_INVALID', 'With --remote, one address is changed by each command.', {
    hint: 'Run the command with --file on the other machine.',
  });
}

function needReason(reason: string | undefined): string {
  if (reason !== undefined && reason.trim() !== '') return reason;
  throw new AppError('USAGE_INVALID', 'With --remote, a change of an address needs a reason.', {
    hint: 'Add --reason "asked by phone": it stays in the audit log, so name no person in it.',
  });
}
