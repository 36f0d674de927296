import type { Kysely } from 'kysely';

import type { DeliveryState } from '../../domain/sending/delivery.ts';
import type { SignupEnding } from '../../domain/signup/signup.ts';
import { mailExpiryMs } from '../../domain/signup/transactional-mail.ts';
import type { MailKind, NewMail } from '../../domain/signup/transactional-mail.ts';
import type { Schema } from '../database/schema.ts';
import { endSignup } from '../outcomes/count-outcomes.ts';

/** Gives a mail its final state, and the attempt that it answers its outcome. */
export async function endMail(
  trx: Kysely<Schema>,
  mail: { readonly mailId: number; readonly kind: MailKind; readonly signupId: number | null },
  ending: SignupEnding & { readonly state: DeliveryState; readonly now: number; readonly day: string },
): Promise<void> {
  const { state, outcome, reason, now, day } = ending;
  await trx
    .updateTable('mails')
    .set({ state, outcome, reason, done: 1, changed_at: now })
    .where('id', '=', mail.mailId)
    .execute();
  if (mail.signupId === null) return;
  await endSignup(trx, mail.signupId, { outcome, reason: `${reasonPrefix[mail.kind]}-${reason}`, now, day });
}

/** `confirmation-accepted` says more about an attempt than `accepted`. */
const reasonPrefix: Readonly<Record<MailKind, string>> = {
  confirm: 'confirmation',
  welcome: 'welcome',
  manage: 'manage',
};

/** Writes a mail into the outbox, due at once, and gives its id. */
export async function insertMail(
  trx: Kysely<Schema>,
  mail: NewMail & { readonly signupId?: number; readonly mailbox?: string },
): Promise<number> {
  const { id } = await trx
    .insertInto('mails')
    .values({
      kind: mail.kind,
      publication_id: mail.publicationId,
      subscriber_id: mail.subscriberId,
      signup_id: mail.signupId ?? null,
      mailbox: mail.mailbox ?? '',
      state: 'waiting',
      done: 0,
      due_at: mail.now,
      epoch: 0,
      attempts: 0,
      uncertain_times: 0,
      expires_at: mail.now + mailExpiryMs,
      reason: '',
      created_at: mail.now,
      changed_at: mail.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
