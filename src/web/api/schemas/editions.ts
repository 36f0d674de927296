import { z } from 'zod';

import type { EditionStatus } from '../../../app/editions/edition-status.ts';
import { editionStates } from '../../../domain/editions/edition.ts';
import type { Edition } from '../../../domain/editions/edition.ts';
import type { Accounting } from '../../../domain/sending/delivery.ts';
import { count, date, slug, time, toTime, toTimeOrNull } from './common.ts';

const accountingSchema = z
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

const editionShape = {
  publication: slug,
  date,
  state: z.enum(editionStates),
  revision: count.describe('The revision that is sent; 0 before the first approval.'),
  onHold: z.boolean().describe('Kept back until it is scheduled, sent or released.'),
  sendAt: time.nullable().describe('When the schedule sends it; null if only a user does.'),
  deadlineAt: time.nullable(),
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

export const statusSchema = z
  .strictObject({
    ...editionShape,
    accounting: accountingSchema,
    isBalanced: z.boolean().describe('The accounting equation holds.'),
    subject: z.string().nullable(),
    contentHash: z.string().nullable().describe('SHA-256 of what a subscriber sees, in hexadecimal.'),
    changedSinceApproval: z.boolean().describe('The digest is no longer what was approved.'),
    feedback: z
      .strictObject({ bounced: count, complained: count })
      .describe('Accepted deliveries that were reported later.'),
    failures: z
      .array(
        z.strictObject({
          reason: z.string(),
          recipients: count,
          isAddress: z.boolean().describe('The address is to blame, so that a retry does not help.'),
        }),
      )
      .readonly(),
    progress: z
      .strictObject({
        waiting: count,
        deferred: count,
        inFlight: count,
        uncertain: count,
        nextAttemptAt: time.nullable(),
        perSecond: z.number().min(0),
      })
      .nullable()
      .describe('Null if nothing is pending.'),
    events: z
      .array(z.strictObject({ at: time, event: z.string(), actor: z.string(), detail: z.string() }))
      .readonly()
      .describe('What was done, the oldest first.'),
  })
  .meta({ id: 'EditionStatus' });

export function toEdition(publication: string, edition: Edition): z.input<typeof editionSchema> {
  return {
    publication,
    date: edition.date,
    state: edition.state,
    revision: edition.revision,
    onHold: edition.onHold,
    sendAt: toTimeOrNull(edition.sendWindow?.sendAt),
    deadlineAt: toTimeOrNull(edition.sendWindow?.deadlineAt),
    publishedAt: toTimeOrNull(edition.publishedAt),
    finishedAt: toTimeOrNull(edition.finishedAt),
    expiresAt: toTimeOrNull(edition.expiresAt),
    withdrawnAt: toTimeOrNull(edition.withdrawnAt),
  };
}

export function toAccounting({ intended, accepted, failed, suppressed, uncertain, pending }: Accounting) {
  return { intended, accepted, failed, suppressed, uncertain, pending };
}

export function toStatus(
  publication: string,
  status: EditionStatus,
  more: { readonly isBalanced: boolean; readonly changedSinceApproval: boolean },
): z.input<typeof statusSchema> {
  const { edition, accounting, subject, contentHash, feedback, failures, progress, events } = status;
  const { bounced, complained } = feedback;
  return {
    ...toEdition(publication, edition),
    ...more,
    accounting: toAccounting(accounting),
    subject: subject ?? null,
    contentHash: contentHash ?? null,
    feedback: { bounced, complained },
    failures: failures.map(({ reason, recipients, isAddress }) => ({ reason, recipients, isAddress })),
    progress: progress === undefined ? null : toProgress(progress),
    events: events.map(({ at, event, actor, detail }) => ({ at: toTime(at), event, actor, detail })),
  };
}

function toProgress(progress: NonNullable<EditionStatus['progress']>) {
  const { waiting, deferred, inFlight, uncertain, nextAttemptAt, perSecond } = progress;
  return { waiting, deferred, inFlight, uncertain, perSecond, nextAttemptAt: toTimeOrNull(nextAttemptAt) };
}
