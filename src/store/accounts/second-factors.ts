import type { Kysely, Transaction } from 'kysely';

import type { SecondFactors } from '../../app/ports/accounts.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addEntry } from './audit-entry.ts';

export function createSecondFactors(db: Kysely<Schema>): SecondFactors {
  return {
    async isAny() {
      const query = db.selectFrom('second_factors').select('user_id').where('confirmed_at', 'is not', null);
      return (await query.limit(1).executeTakeFirst()) !== undefined;
    },
    async find(userId) {
      const row = await db
        .selectFrom('second_factors')
        .select(['sealed_secret', 'confirmed_at'])
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return row && { sealedSecret: row.sealed_secret, isConfirmed: row.confirmed_at !== null };
    },
    async codesLeft(userId) {
      const { left } = await db
        .selectFrom('recovery_codes')
        .select((eb) => eb.fn.countAll<number>().as('left'))
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      return left;
    },
    async begin(userId, { sealedSecret, now }) {
      const pending = { sealed_secret: sealedSecret, created_at: now };
      await db
        .insertInto('second_factors')
        .values({ user_id: userId, ...pending, confirmed_at: null, last_step: 0 })
        .onConflict((conflict) =>
          conflict.column('user_id').doUpdateSet(pending).where('second_factors.confirmed_at', 'is', null),
        )
        .execute();
    },
    ...createUses(db),
    ...createChanges(db),
  };
}

/** What a sign-in uses up, each by compare and set. */
function createUses(db: Kysely<Schema>): Pick<SecondFactors, 'useStep' | 'useRecoveryCode'> {
  return {
    async useStep(userId, step) {
      const { numUpdatedRows } = await db
        .updateTable('second_factors')
        .set({ last_step: step })
        .where('user_id', '=', userId)
        .where('last_step', '<', step)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    useRecoveryCode: (user, codeHash, change) =>
      inTransaction(db, async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('recovery_codes')
          .where('user_id', '=', user.id)
          .where('code_hash', '=', codeHash)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return false;
        await addEntry(trx, { action: 'recovery-code-used', subject: user.email }, change);
        return true;
      }),
  };
}

function createChanges(db: Kysely<Schema>): Pick<SecondFactors, 'confirm' | 'replaceCodes' | 'remove'> {
  return {
    confirm: ({ user, sealedSecret, step, codeHashes, keptSession }, change) =>
      inTransaction(db, async (trx) => {
        const confirmed = await trx
          .updateTable('second_factors')
          .set({ confirmed_at: change.now, last_step: step })
          .where('user_id', '=', user.id)
          .where('sealed_secret', '=', sealedSecret)
          .where('confirmed_at', 'is', null)
          .returning('user_id')
          .executeTakeFirst();
        if (confirmed === undefined) return false;
        await replaceCodes(trx, user.id, codeHashes);
        await trx
          .deleteFrom('user_sessions')
          .where('user_id', '=', user.id)
          .where('token_hash', '<>', keptSession)
          .execute();
        await addEntry(trx, { action: 'second-factor-added', subject: user.email }, change);
        return true;
      }),
    replaceCodes: (user, codeHashes, change) =>
      inTransaction(db, async (trx) => {
        await replaceCodes(trx, user.id, codeHashes);
        await addEntry(trx, { action: 'recovery-codes-renewed', subject: user.email }, change);
      }),
    remove: (user, change) =>
      inTransaction(db, async (trx) => {
        if (await deleteSecondFactor(trx, user.id)) {
          await addEntry(trx, { action: 'second-factor-removed', subject: user.email }, change);
        }
      }),
  };
}

/** Returns false if the account had none. */
export async function deleteSecondFactor(trx: Transaction<Schema>, userId: number): Promise<boolean> {
  await trx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  const row = await trx
    .deleteFrom('second_factors')
    .where('user_id', '=', userId)
    .returning('confirmed_at')
    .executeTakeFirst();
  return row !== undefined && row.confirmed_at !== null;
}

async function replaceCodes(
  trx: Transaction<Schema>,
  userId: number,
  codeHashes: readonly string[],
): Promise<void> {
  await trx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  const rows = codeHashes.map((code_hash) => ({ user_id: userId, code_hash }));
  await trx.insertInto('recovery_codes').values(rows).execute();
}
