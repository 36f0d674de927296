import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';

import type { ApiTokens } from '../../app/ports/accounts.ts';
import type { ApiToken, Scope } from '../../domain/accounts/api-token.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addEntry } from './audit-entry.ts';

/** Each note that a token was used is a commit. */
const noteEveryMs = 60_000;

export function createApiTokens(db: Kysely<Schema>): ApiTokens {
  return {
    async list() {
      return (await selectTokens(db).orderBy('api_tokens.name').execute()).map(toToken);
    },
    add: (token, change) =>
      inTransaction(db, async (trx) => {
        const { name, owner, tokenHash, scopes, publications, expiresAt } = token;
        const row = await trx
          .insertInto('api_tokens')
          .values({
            name,
            owner,
            token_hash: tokenHash,
            scopes: scopes.join(' '),
            publications: publications.join(' '),
            created_at: change.now,
            expires_at: expiresAt,
          })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .returning('id')
          .executeTakeFirst();
        if (row === undefined) throw tokenExists(name);
        const detail = `${scopes.join(', ')} in ${publications.join(', ')}, for ${owner}`;
        await addEntry(trx, { action: 'token-created', subject: name, detail }, change);
        return toToken(await selectTokens(trx).where('api_tokens.id', '=', row.id).executeTakeFirstOrThrow());
      }),
    revoke: (name, change) =>
      inTransaction(db, async (trx) => {
        const row = await trx
          .updateTable('api_tokens')
          .set({ revoked_at: change.now })
          .where('name', '=', name)
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        if (row !== undefined) await addEntry(trx, { action: 'token-revoked', subject: name }, change);
        const known = await selectTokens(trx).where('api_tokens.name', '=', name).executeTakeFirst();
        return known && toToken(known);
      }),
    async find(tokenHash, now) {
      const row = await selectTokens(db).where('token_hash', '=', tokenHash).executeTakeFirst();
      if (row === undefined || row.revoked_at !== null || row.owner_disabled_at !== null) return undefined;
      if (row.expires_at !== null && row.expires_at <= now) return undefined;
      if (row.seen_at === null || now - row.seen_at >= noteEveryMs) {
        await db.updateTable('api_tokens').set({ seen_at: now }).where('id', '=', row.id).execute();
      }
      return toToken(row);
    },
  };
}

/** Tokens, each with the time at which the account of its owner was disabled. An owner need not have an account. */
function selectTokens(db: Kysely<Schema>) {
  return db
    .selectFrom('api_tokens')
    .leftJoin('users', (join) => join.on('users.email', '=', sql<string>`lower(api_tokens.owner)`))
    .selectAll('api_tokens')
    .select('users.disabled_at as owner_disabled_at');
}

function toToken(
  row: Selectable<Schema['api_tokens']> & { readonly owner_disabled_at: number | null },
): ApiToken {
  return {
    id: row.id,
    name: row.name,
    owner: row.owner,
    scopes: row.scopes.split(' ') as Scope[],
    publications: row.publications.split(' '),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    ownerDisabledAt: row.owner_disabled_at,
    seenAt: row.seen_at,
  };
}

function tokenExists(name: string): AppError {
  return new AppError('TOKEN_EXISTS', `There is, or was, a token with the name ${name}.`, {
    hint: 'The audit log knows a token by its name, so a name is used once: choose another one.',
  });
}
