import { z } from 'zod';

import type { CountedEdition } from '../../../app/api/api-service.ts';
import { editionStates } from '../../../domain/editions/edition.ts';
import type { Edition } from '../../../domain/editions/edition.ts';
import type { Accounting } from '../../../domain/sending/delivery.ts';
import { count, date, slug, time, toTimeOrNull } from './common.ts';

export const accountingSchema = z
  .strictObject({
    intended: count,
    accepted: count,
    failed: count,
    suppressed: count,
    uncertain: count,
    pending: count,
  })
  .describe('`intended = accepted + failed + suppressed + uncertain + pending`, at every moment.')
  .meta({ id: 'Accounting' });

export const editionShape = {
  publication: slug,
  date,
  state: z.enum(editionStates),
  revision: count.describe('The revision that is sent; 0 before the first approval.'),
  onHold: z.boolean().describe('Kept back until it is scheduled, sent or released.'),
  sendAt: time.nullable().describe('When the schedule sends it; null if only a user does.'),
  deadlineAt: time.nullable(),
  policy: z
    .enum(['send', 'hold', 'skip'])
    .nullable()
    .describe('What the publication says about its send time; null if only a user sends it.'),
  byLocalTime: z.boolean().describe('Each recipient gets it at the send time of their own time zone.'),
  isRestored: z.boolean().describe('On hold because a backup was restored: only `release` lets it go on.'),
  intended: count.describe('Recipients it was published to; 0 before that.'),
  publishedAt: time.nullable(),
  finishedAt: time.nullable(),
  expiresAt: time.nullable().describe('When deferred deliveries are given up.'),
  withdrawnAt: time.nullable().describe('When its page was replaced by a notice.'),
};

export const editionSchema = z.strictObject(editionShape).meta({ id: 'Edition' });
export const retrySchema = z
  .strictObject({ edition: editionSchema, recipients: count })
  .meta({ id: 'Retry' });
export const countedEditionSchema = z
  .strictObject({ ...editionShape, accounting: accountingSchema })
  .meta({ id: 'CountedEdition' });

export function toEdition(publication: string, edition: Edition): z.input<typeof editionSchema> {
  return {
    publication,
    date: edition.date,
    state: edition.state,
    revision: edition.revision,
    onHold: edition.onHold,
    sendAt: toTimeOrNull(edition.sendWindow?.sendAt),
    deadlineAt: toTimeOrNull(edition.sendWindow?.deadlineAt),
    policy: edition.sendWindow?.policy ?? null,
    byLocalTime: edition.localTime !== null,
    isRestored: edition.isRestored,
    intended: edition.intended,
    publishedAt: toTimeOrNull(edition.publishedAt),
    finishedAt: toTimeOrNull(edition.finishedAt),
    expiresAt: toTimeOrNull(edition.expiresAt),
    withdrawnAt: toTimeOrNull(edition.withdrawnAt),
  };
}

export function toAccounting({ intended, accepted, failed, suppressed, uncertain, pending }: Accounting) {
  return { intended, accepted, failed, suppressed, uncertain, pending };
}

export function toCounted(
  publication: string,
  { edition, accounting }: CountedEdition,
): z.input<typeof countedEditionSchema> {
  return { ...toEdition(publication, edition), accounting: toAccounting(accounting) };
}
