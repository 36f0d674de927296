import type { Kysely } from 'kysely';

import { mailExpiryMs } from '../domain/signup/transactional-mail.ts';
import type { NewMail } from '../domain/signup/transactional-mail.ts';
import type { Schema } from './database/schema.ts';

/** Writes a mail into the outbox, due at once, and gives its id. */
export async function insertMail(
  trx: Kysely<Schema>,
  mail: NewMail & { readonly signupId?: number },
): Promise<number> {
  const { id } = await trx
    .insertInto('mails')
    .values({
      kind: mail.kind,
      publication_id: mail.publicationId,
      subscriber_id: mail.subscriberId,
      signup_id: mail.signupId ?? null,
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
