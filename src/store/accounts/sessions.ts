import type { Kysely } from 'kysely';

import type { Sessions } from '../../app/ports/accounts.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addEntry } from './audit-entry.ts';
import { readUsers } from './users.ts';

/** A session that is used is noted so often: the desk asks every second, and each note is a commit. */
const noteEveryMs = 60_000;

export function createSessions(db: Kysely<Schema>): Sessions {
  return {
    open: ({ tokenHash, user }, { now, idleMs, absoluteMs }) =>
      inTransaction(db, async (trx) => {
        await trx
          .deleteFrom('user_sessions')
          .where((eb) => eb.or([eb('seen_at', '<', now - idleMs), eb('created_at', '<', now - absoluteMs)]))
          .execute();
        await trx
          .insertInto('user_sessions')
          .values({ token_hash: tokenHash, user_id: user.id, created_at: now, seen_at: now })
          .execute();
        const by = { actor: user.email, origin: 'desk', now } as const;
        await addEntry(trx, { action: 'signed-in', subject: user.email }, by);
      }),
    async find(tokenHash, { now, idleMs, absoluteMs }) {
      const session = await db
        .selectFrom('user_sessions')
        .select(['user_id as userId', 'seen_at as seenAt'])
        .where('token_hash', '=', tokenHash)
        .where('seen_at', '>=', now - idleMs)
        .where('created_at', '>=', now - absoluteMs)
        .executeTakeFirst();
      if (session === undefined) return undefined;
      const [found] = await readUsers(db, { id: session.userId });
      if (found === undefined || found.user.disabledAt !== null) return undefined;
      if (now - session.seenAt >= noteEveryMs) {
        await db
          .updateTable('user_sessions')
          .set({ seen_at: now })
          .where('token_hash', '=', tokenHash)
          .execute();
      }
      return found.user;
    },
    async end(tokenHash) {
      await db.deleteFrom('user_sessions').where('token_hash', '=', tokenHash).execute();
    },
  };
}
