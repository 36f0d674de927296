import { z } from 'zod';

import { refuseUnchanged } from '../../../app/subscribers/change-addresses.ts';
import { requireAddress } from '../../../domain/subscribers/address.ts';
import { endpoint } from '../endpoint.ts';
import type { Endpoint } from '../endpoint.ts';
import { address, count, reason } from '../schemas/common.ts';
import { changedSchema } from '../schemas/subscribers.ts';

function change(
  action: 'suppress' | 'unsuppress',
  declaration: { readonly path: string; readonly summary: string },
): Endpoint {
  return endpoint({
    ...declaration,
    id: action,
    tag: 'suppressions',
    method: 'POST',
    scope: 'subscribers',
    reach: 'all',
    body: z.strictObject({ address, reason }),
    answer: changedSchema,
    refusals: ['ADDRESS_INVALID', 'ADDRESS_SUPPRESSED'],
    handle: async ({ body, by, web }) => {
      requireAddress(body.address);
      const service = await web.services.desk.subscribers(by);
      const changed = await service.change({ action, lines: [body.address], reason: body.reason });
      refuseUnchanged(changed);
      return { isChanged: changed.changed > 0 };
    },
  });
}

export const suppressionEndpoints = [
  endpoint({
    id: 'countSuppressions',
    tag: 'suppressions',
    method: 'GET',
    path: '/suppressions',
    scope: 'subscribers',
    reach: 'all',
    summary: 'Counts the suppressed addresses; they are stored as keyed hashes and cannot be listed.',
    answer: z.strictObject({ count }).meta({ id: 'Suppressions' }),
    handle: async ({ web }) => ({ count: await web.services.api.countSuppressions() }),
  }),
  change('suppress', {
    path: '/suppressions',
    summary: 'Suppresses an address, known or not: no publication mails it again.',
  }),
  change('unsuppress', {
    path: '/suppressions/remove',
    summary: 'Reverts a suppression; those of erased subscribers and of complaints stay.',
  }),
];
