import type { Kysely } from 'kysely';

import type { MailClaim, MailSettlement, NewMail } from '../../domain/signup/transactional-mail.ts';
import { lockRows } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { inSharedCommit } from '../database/shared-commit.ts';
import { createSuppress } from '../subscribers/suppressions.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { claimMail, beginMail } from './mail-lease.ts';
import type { MailLease } from './mail-lease.ts';
import { endMail, insertMail } from './mail-rows.ts';
import { readDue } from './read-due.ts';

/** Satisfies the port `Mails` of `src/app/ports/signup.ts`. */
export function createMails(db: Kysely<Schema>, { keys }: SuppressionOptions) {
  const suppress = createSuppress({ keys });
  return {
    addAtMost: (mail: NewMail, cap: MailCap) => inSharedCommit(db, (trx) => addAtMost(trx, mail, cap)),
    due: (options: { readonly now: number; readonly limit: number }) => readDue(db, 'mails', options),
    claim: (mailId: number, lease: MailLease) => inSharedCommit(db, (trx) => claimMail(trx, mailId, lease)),
    begin: (
      claim: MailClaim,
      options: { readonly now: number; readonly leaseMs: number; readonly day: string },
    ) => inSharedCommit(db, (trx) => beginMail(trx, claim, { ...options, keys })),
    renew: (claim: MailClaim, { now, leaseMs }: { readonly now: number; readonly leaseMs: number }) =>
      inSharedCommit(db, (trx) => setDue(trx, claim, { due_at: now + leaseMs })),
    release: (claim: MailClaim, { dueAt }: { readonly dueAt: number }) =>
      // Nothing was sent in this attempt; an earlier one may have been.
      inSharedCommit(db, (trx) =>
        setDue(trx, claim, { due_at: dueAt, state: claim.uncertainTimes > 0 ? 'uncertain' : 'waiting' }),
      ),
    settle: (
      claim: MailClaim,
      settlement: MailSettlement,
      options: { readonly now: number; readonly day: string },
    ) =>
      inSharedCommit(db, async (trx) => {
        // First, by the lock order: a suppression is locked before anything else is read.
        if (settlement.suppress !== undefined) {
          const dead = { subscriberId: claim.subscriberId, reason: settlement.suppress };
          await suppress(trx, [dead], options.now);
        }
        await settle(trx, claim, { settlement, ...options });
      }),
  };
}

interface MailCap {
  readonly most: number;
  readonly since: number;
}

/** Concurrent requests for the same subscriber wait for the lock on the subscriber's row. */
async function addAtMost(
  trx: Kysely<Schema>,
  mail: NewMail,
  { most, since }: MailCap,
): Promise<number | undefined> {
  const { kind, subscriberId } = mail;
  const subscriber = trx.selectFrom('subscribers').select('id').where('id', '=', subscriberId);
  if ((await lockRows(trx, subscriber).executeTakeFirst()) === undefined) return undefined;
  // By the index `mails_by_subscriber`.
  const { count } = await trx
    .selectFrom('mails')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('subscriber_id', '=', subscriberId)
    .where('created_at', '>=', since)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return Number(count) < most ? insertMail(trx, mail) : undefined;
}

/** Only where the claim still holds. */
async function setDue(
  db: Kysely<Schema>,
  claim: MailClaim,
  change: { readonly due_at: number; readonly state?: 'uncertain' | 'waiting' },
): Promise<void> {
  await db
    .updateTable('mails')
    .set(change)
    .where('id', '=', claim.mailId)
    .where('epoch', '=', claim.epoch)
    .where('done', '=', 0)
    .execute();
}

/** An answer that comes after the mail was claimed again changes nothing: the next attempt's counts. */
async function settle(
  trx: Kysely<Schema>,
  claim: MailClaim,
  answer: { readonly settlement: MailSettlement; readonly now: number; readonly day: string },
): Promise<void> {
  const { settlement, now, day } = answer;
  const { nextAttemptAt } = settlement;
  const query = trx.selectFrom('mails').select('id').where('id', '=', claim.mailId);
  // Otherwise PostgreSQL would wait in the middle of the update with a snapshot in which an erased subscriber still exists.
  await lockRows(trx, query).execute();
  const written = await trx
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
    .where('epoch', '=', claim.epoch)
    .where('done', '=', 0)
    .returning('signup_id as signupId')
    .executeTakeFirst();
  if (written === undefined || settlement.outcome === undefined) return;
  const { state, outcome, reason } = settlement;
  await endMail(trx, { ...claim, ...written }, { state, outcome, reason, now, day });
}
