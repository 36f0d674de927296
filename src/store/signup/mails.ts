import type { Kysely } from 'kysely';

import type { Mails } from '../../app/ports/mails.ts';
import type { MailClaim, MailSettlement, NewMail } from '../../domain/signup/transactional-mail.ts';
import { dueRows, ownsLease } from '../database/leases.ts';
import { lockMail, lockSubscriber } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inSharedCommit } from '../database/shared-commit.ts';
import { createSuppress } from '../subscribers/suppressions.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { claimMail, beginMail } from './mail-lease.ts';
import { endMail, insertMail } from './mail-rows.ts';

export function createMails(db: Kysely<Schema>, { keys }: SuppressionOptions): Mails {
  const suppress = createSuppress({ keys });
  return {
    addAtMost: (mail, cap) => inSharedCommit(db, (trx) => addAtMost(trx, mail, cap)),
    due: (options) => dueRows(db, 'mails', options),
    claim: (mailId, lease) => inSharedCommit(db, (trx) => claimMail(trx, mailId, lease)),
    begin: (claim, options) => inSharedCommit(db, (trx) => beginMail(trx, claim, { ...options, keys })),
    renew: (claim, { now, leaseMs }) =>
      inSharedCommit(db, (trx) => setDue(trx, claim, { due_at: now + leaseMs })),
    // Nothing was sent in this attempt; an earlier one may have been.
    release: (claim, { dueAt }) =>
      inSharedCommit(db, (trx) =>
        setDue(trx, claim, { due_at: dueAt, state: claim.uncertainTimes > 0 ? 'uncertain' : 'waiting' }),
      ),
    settle: (claim, settlement, options) =>
      inSharedCommit(db, async (trx) => {
        // First, because suppressions are locked before mails.
        if (settlement.suppress !== undefined) {
          const dead = { subscriberId: claim.subscriberId, reason: settlement.suppress };
          await suppress(trx, [dead], options.now);
        }
        await settle(trx, claim, { settlement, ...options });
      }),
  };
}

/** Concurrent requests for the same subscriber wait for the lock on the subscriber's row. */
async function addAtMost(
  trx: Kysely<Schema>,
  mail: NewMail,
  { max, since }: Parameters<Mails['addAtMost']>[1],
): Promise<number | undefined> {
  const { kind, subscriberId } = mail;
  if ((await lockSubscriber(trx, { id: subscriberId })) === undefined) return undefined;
  // By the index `mails_by_subscriber`.
  const { count } = await trx
    .selectFrom('mails')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('subscriber_id', '=', subscriberId)
    .where('created_at', '>=', since)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return Number(count) < max ? insertMail(trx, mail) : undefined;
}

/** Does nothing if another worker has claimed the mail since. */
async function setDue(
  db: Kysely<Schema>,
  claim: MailClaim,
  change: { readonly due_at: number; readonly state?: 'uncertain' | 'waiting' },
): Promise<void> {
  await db
    .updateTable('mails')
    .set(change)
    .where(ownsLease({ id: claim.mailId, epoch: claim.epoch }))
    .execute();
}

/** A reply that arrives after the mail was claimed again changes nothing: the next attempt's reply counts. */
async function settle(
  trx: Kysely<Schema>,
  claim: MailClaim,
  reply: { readonly settlement: MailSettlement; readonly now: number; readonly day: string },
): Promise<void> {
  const { settlement, now, day } = reply;
  const { nextAttemptAt } = settlement;
  // Before the update: PostgreSQL would otherwise wait in the middle of it, with a snapshot in which an
  // erased subscriber still exists.
  const mail = await lockMail(trx, claim);
  if (mail === undefined) return;
  await trx
    .updateTable('mails')
    .set({
      state: settlement.state,
      attempts: settlement.attempts,
      uncertain_times: settlement.uncertainTimes,
      reason: settlement.reason,
      relay: settlement.relay ?? null,
      reply_code: settlement.replyCode ?? null,
      enhanced: settlement.enhanced ?? null,
      // A server's text often repeats the address; after an erasure it is not stored.
      reply_text: (eb) =>
        eb
          .selectFrom('subscribers')
          .select(eb.val(settlement.replyText ?? null).as('text'))
          .where('subscribers.id', '=', claim.subscriberId),
      changed_at: now,
      ...(nextAttemptAt === undefined ? {} : { due_at: nextAttemptAt }),
    })
    .where('id', '=', claim.mailId)
    .execute();
  if (settlement.outcome === undefined) return;
  const { state, outcome, reason } = settlement;
  await endMail(trx, { ...claim, ...mail }, { state, outcome, reason, now, day });
}
