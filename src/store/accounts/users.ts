import type { Kysely, Transaction } from 'kysely';

import type { AccountChange, Users } from '../../app/ports/accounts.ts';
import type { Grant } from '../../domain/accounts/role.ts';
import { formatGrant } from '../../domain/accounts/user.ts';
import type { User } from '../../domain/accounts/user.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addEntry } from './audit-entry.ts';
import { deleteSecondFactor } from './second-factors.ts';

export function createUsers(db: Kysely<Schema>): Users {
  return {
    async isAnyone() {
      const query = db.selectFrom('users').select('id').where('disabled_at', 'is', null).limit(1);
      return (await query.executeTakeFirst()) !== undefined;
    },
    list: async () => (await readUsers(db)).map(({ user }) => user),
    find: async (email) => (await readUsers(db, { email }))[0],
    add: (account, change) => inTransaction(db, (trx) => add(trx, account, change)),
    setPassword: (userId, passwordHash, change) =>
      inTransaction(db, async (trx) => {
        const set = { password_hash: passwordHash };
        const subject = await update(trx, userId, set);
        await endSessions(trx, userId);
        const detail = (await deleteSecondFactor(trx, userId)) ? 'the second factor was removed' : '';
        await addEntry(trx, { action: 'account-reset', subject, detail }, change);
      }),
    async rehash(userId, { from, to }) {
      await db
        .updateTable('users')
        .set({ password_hash: to })
        .where('id', '=', userId)
        .where('password_hash', '=', from)
        .execute();
    },
    setDisabled: (userId, isDisabled, change) =>
      inTransaction(db, async (trx) => {
        const subject = await update(trx, userId, { disabled_at: isDisabled ? change.now : null });
        if (isDisabled) await endSessions(trx, userId);
        await addEntry(trx, { action: isDisabled ? 'account-disabled' : 'account-enabled', subject }, change);
      }),
    setGrants: (userId, grants, change) =>
      inTransaction(db, async (trx) => {
        const { email: subject } = await trx
          .selectFrom('users')
          .select('email')
          .where('id', '=', userId)
          .executeTakeFirstOrThrow();
        await trx.deleteFrom('user_roles').where('user_id', '=', userId).execute();
        await insertGrants(trx, userId, grants);
        await addEntry(trx, { action: 'account-roles', subject, detail: listOf(grants) }, change);
      }),
  };
}

/** Accounts by address, or the one of a session or an address. */
export async function readUsers(
  db: Kysely<Schema>,
  which: { readonly email?: string; readonly id?: number } = {},
): Promise<readonly { readonly user: User; readonly passwordHash: string }[]> {
  const { email, id } = which;
  const rows = await db
    .selectFrom('users')
    .leftJoin('second_factors', 'second_factors.user_id', 'users.id')
    .selectAll('users')
    .select('second_factors.confirmed_at as confirmedAt')
    .select((eb) =>
      eb
        .selectFrom('user_sessions')
        .select((inner) => inner.fn.max<number | null>('seen_at').as('seen'))
        .whereRef('user_sessions.user_id', '=', 'users.id')
        .as('seenAt'),
    )
    .$if(email !== undefined, (query) => query.where('email', '=', email ?? ''))
    .$if(id !== undefined, (query) => query.where('users.id', '=', id ?? 0))
    .orderBy('email')
    .execute();
  const grants = await db
    .selectFrom('user_roles')
    .selectAll()
    .$if(rows.length <= 1, (query) => query.where('user_id', '=', rows[0]?.id ?? 0))
    .orderBy('publication')
    .orderBy('role')
    .execute();
  return rows.map((row) => ({
    passwordHash: row.password_hash,
    user: {
      id: row.id,
      email: row.email,
      name: row.name,
      createdAt: row.created_at,
      disabledAt: row.disabled_at,
      hasSecondFactor: row.confirmedAt !== null,
      seenAt: row.seenAt,
      grants: grants
        .filter((grant) => grant.user_id === row.id)
        .map(({ publication, role }) => ({ publication, role })),
    },
  }));
}

async function add(
  trx: Transaction<Schema>,
  { email, name, passwordHash, grants }: Parameters<Users['add']>[0],
  change: AccountChange,
): Promise<void> {
  const row = await trx
    .insertInto('users')
    .values({ email, name, password_hash: passwordHash, created_at: change.now, disabled_at: null })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) {
    throw new AppError('ACCOUNT_EXISTS', `There is an account of ${email} already.`, {
      hint: '`daybrief users list` shows them all.',
    });
  }
  await insertGrants(trx, row.id, grants);
  await addEntry(trx, { action: 'account-added', subject: email, detail: listOf(grants) }, change);
}

async function insertGrants(
  trx: Transaction<Schema>,
  userId: number,
  grants: readonly Grant[],
): Promise<void> {
  const rows = grants.map(({ publication, role }) => ({ user_id: userId, publication, role }));
  await trx.insertInto('user_roles').values(rows).execute();
}

/** Returns the address of the account. */
async function update(
  trx: Transaction<Schema>,
  userId: number,
  set: { readonly password_hash: string } | { readonly disabled_at: number | null },
): Promise<string> {
  const { email } = await trx
    .updateTable('users')
    .set(set)
    .where('id', '=', userId)
    .returning('email')
    .executeTakeFirstOrThrow();
  return email;
}

async function endSessions(trx: Transaction<Schema>, userId: number): Promise<void> {
  await trx.deleteFrom('user_sessions').where('user_id', '=', userId).execute();
}

function listOf(grants: readonly Grant[]): string {
  return grants.map(formatGrant).join(', ');
}
