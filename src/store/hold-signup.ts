import type { Kysely } from 'kysely';

import type { SignupClaim } from '../domain/signup/signup.ts';
import { locked } from './database/dialect.ts';
import type { Schema } from './database/schema.ts';

/** Whether the attempt is open and nobody else has claimed it since; stays so in this transaction. */
export async function isHeld(trx: Kysely<Schema>, held: SignupClaim): Promise<boolean> {
  const query = trx
    .selectFrom('signups')
    .select('id')
    .where('id', '=', held.signupId)
    .where('epoch', '=', held.epoch)
    .where('done', '=', 0);
  return (await locked(trx, query).executeTakeFirst()) !== undefined;
}
