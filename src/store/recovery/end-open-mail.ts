import type { Transaction } from 'kysely';

import type { Schema } from '../database/schema.ts';
import { endSignup } from '../outcomes/count-outcomes.ts';
import { endMail } from '../signup/mail-rows.ts';

/**
 * Ends signups and transactional mails that are open in the backup: their mail may have been sent since, and must not
 * be sent twice. Who did not get it can sign up, or ask, again.
 *
 * @returns how many mails are not sent
 */
export async function endOpenMail(trx: Transaction<Schema>, now: number): Promise<number> {
  const ending = { outcome: 'subscription-failed', reason: 'restored', now, day: utcDate(now) } as const;
  const mails = await trx
    .selectFrom('mails')
    .select(['id as mailId', 'kind', 'signup_id as signupId'])
    .where('done', '=', 0)
    .execute();
  for (const mail of mails) await endMail(trx, mail, { ...ending, state: 'uncertain' });
  const signups = await trx.selectFrom('signups').select('id').where('done', '=', 0).execute();
  for (const { id } of signups) await endSignup(trx, id, ending);
  return mails.length + signups.length;
}

function utcDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
