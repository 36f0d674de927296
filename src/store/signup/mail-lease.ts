import type { Kysely } from 'kysely';

import type { MailClaim } from '../../domain/signup/transactional-mail.ts';
import { locked } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { endMail } from './mail-rows.ts';

export interface MailLease {
  readonly now: number;
  readonly leaseMs: number;
  readonly resendLimit: number;
  /** `YYYY-MM-DD` in a publication's zone. */
  readonly dayOf: (publicationId: number) => string;
}

/**
 * Compare and set: takes the mail under a lease if it is open and due. One that has been tried for long
 * enough, or was left in flight too often, ends here.
 */
export async function claimMail(
  trx: Kysely<Schema>,
  mailId: number,
  lease: MailLease,
): Promise<MailClaim | undefined> {
  const { now } = lease;
  const query = trx
    .selectFrom('mails')
    .selectAll()
    .where('id', '=', mailId)
    .where('done', '=', 0)
    .where('due_at', '<=', now);
  const row = await locked(trx, query).executeTakeFirst();
  if (row === undefined) return undefined;
  // Left in flight by a holder that is gone: its bytes may have been sent.
  const uncertainTimes = row.uncertain_times + (row.state === 'in-flight' ? 1 : 0);
  const mail = { mailId, kind: row.kind, signupId: row.signup_id };
  const isUncertain = uncertainTimes > 0;
  const day = lease.dayOf(row.publication_id);
  const failed = { outcome: 'subscription-failed', now, day } as const;
  const person = await trx
    .selectFrom('subscribers')
    .select('address')
    .where('id', '=', row.subscriber_id)
    .executeTakeFirst();
  await trx
    .updateTable('mails')
    .set({
      epoch: row.epoch + 1,
      uncertain_times: uncertainTimes,
      state: row.state === 'in-flight' ? 'uncertain' : row.state,
      due_at: now + lease.leaseMs,
      changed_at: now,
    })
    .where('id', '=', mailId)
    .execute();
  if (person === undefined) {
    const state = isUncertain ? 'uncertain' : 'suppressed';
    await endMail(trx, mail, { ...failed, state, reason: 'erased' });
  } else if (uncertainTimes > lease.resendLimit) {
    await endMail(trx, mail, { ...failed, state: 'uncertain', reason: 'uncertain-resends-used' });
  } else if (now >= row.expires_at) {
    const ending = isUncertain
      ? ({ state: 'uncertain', reason: 'uncertain-expired' } as const)
      : ({ state: 'failed', reason: 'expired' } as const);
    await endMail(trx, mail, { ...failed, ...ending });
  } else {
    return {
      mailId,
      epoch: row.epoch + 1,
      kind: row.kind,
      publicationId: row.publication_id,
      subscriberId: row.subscriber_id,
      address: person.address,
      attempts: row.attempts,
      uncertainTimes,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    };
  }
  return undefined;
}
