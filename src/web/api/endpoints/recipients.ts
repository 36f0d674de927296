import { z } from 'zod';

import { outcomes } from '../../../domain/outcome.ts';
import { deliveryKinds, deliveryStates } from '../../../domain/sending/delivery.ts';
import type { ListedDelivery } from '../../../domain/sending/delivery.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { endpoint } from '../endpoint.ts';
import { needStatus } from '../need-status.ts';
import { count, cursor, limit, ofEdition, pageOf, time, toTime, toTimeOrNull } from '../schemas/common.ts';

const recipientSchema = z
  .strictObject({
    address: z.string().describe('Empty for an erased subscriber.'),
    state: z.enum(deliveryStates),
    outcome: z.enum(outcomes).nullable(),
    reason: z.string(),
    attempts: count,
    uncertainTimes: count,
    nextAttemptAt: time.nullable(),
    relay: z.string().nullable(),
    replyCode: z.number().int().nullable().describe('RFC 5321'),
    enhanced: z.string().nullable().describe('RFC 3463'),
    replyText: z.string().nullable().describe('What the server replied, without addresses of others.'),
    changedAt: time,
  })
  .meta({ id: 'Recipient' });

function toRecipient(row: ListedDelivery): z.input<typeof recipientSchema> {
  const { address, state, outcome, reason, attempts, uncertainTimes } = row;
  const { relay, replyCode, enhanced, replyText } = row;
  return {
    address,
    state,
    outcome,
    reason,
    attempts,
    uncertainTimes,
    nextAttemptAt: toTimeOrNull(row.nextAttemptAt),
    relay,
    replyCode,
    enhanced,
    replyText,
    changedAt: toTime(row.changedAt),
  };
}

export const recipientEndpoints = [
  endpoint({
    id: 'listRecipients',
    tag: 'subscribers',
    method: 'GET',
    path: '/publications/{slug}/editions/{date}/recipients',
    scope: 'subscribers',
    reach: 'this',
    summary: 'Lists the recipients who did not get an edition, and why.',
    description:
      'A page reads a bounded part of the ledger: where matches are rare it may be short, or empty, and still name a next page.',
    params: ofEdition,
    query: z.strictObject({
      kind: z
        .enum(deliveryKinds)
        .default('failed')
        .describe('`uncertain` are those that were uncertain at least once.'),
      reason: z.string().max(100).default('').describe('Only this reason.'),
      address: z.string().max(300).default('').describe('A part of the address.'),
      limit,
      cursor: cursor.optional(),
    }),
    answer: pageOf(recipientSchema).meta({ id: 'Recipients' }),
    refusals: ['EDITION_NOT_FOUND'],
    handle: async (call) => {
      const { kind, reason, address, limit: size, cursor: place } = call.query;
      const { edition } = await needStatus(call);
      const page = await call.web.services.desk.recipients({
        editionId: edition.id,
        kind,
        reason,
        text: address.trim(),
        afterId: Number(readCursor('recipients', place) ?? 0),
        limit: size,
      });
      const { nextAfterId } = page;
      return {
        items: page.recipients.map(toRecipient),
        next: nextAfterId === undefined ? null : writeCursor('recipients', nextAfterId),
      };
    },
  }),
];
