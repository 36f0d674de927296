import type { Kysely } from 'kysely';

import type { EndedSignups } from '../../app/ports/signup.ts';
import type { SignupEnding } from '../../domain/signup/signup.ts';
import type { Schema } from '../database/schema.ts';

/** Adds to the day's counts, within the transaction that ends the signups. */
export async function countOutcomes(db: Kysely<Schema>, ended: readonly EndedSignups[]): Promise<void> {
  for (const { day, publicationId, outcome, reason, attempts } of sum(ended)) {
    await db
      .insertInto('signup_outcomes')
      .values({ day, publication_id: publicationId, outcome, reason, attempts })
      .onConflict((conflict) =>
        conflict.columns(['day', 'publication_id', 'outcome', 'reason']).doUpdateSet({
          attempts: (eb) => eb('signup_outcomes.attempts', '+', eb.ref('excluded.attempts')),
        }),
      )
      .execute();
  }
}

/** Returns one entry for each row, in the order of the primary key, so that concurrent counts never deadlock. */
function sum(ended: readonly EndedSignups[]): readonly EndedSignups[] {
  const byKey = new Map<string, EndedSignups>();
  for (const entry of ended) {
    const key = JSON.stringify([entry.day, entry.publicationId, entry.outcome, entry.reason]);
    const known = byKey.get(key);
    byKey.set(key, { ...entry, attempts: entry.attempts + (known?.attempts ?? 0) });
  }
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/**
 * Ends a signup that has no outcome yet, clears its address, and counts it. Idempotent.
 */
export async function endSignup(
  trx: Kysely<Schema>,
  signupId: number,
  ending: SignupEnding & { readonly now: number; readonly day: string },
): Promise<void> {
  const { outcome, reason, now, day } = ending;
  const ended = await trx
    .updateTable('signups')
    .set({ done: 1, outcome, reason, address: '', canonical: '', changed_at: now })
    .where('id', '=', signupId)
    .where('outcome', 'is', null)
    .returning('publication_id')
    .executeTakeFirst();
  if (ended === undefined) return;
  await countOutcomes(trx, [{ day, publicationId: ended.publication_id, outcome, reason, attempts: 1 }]);
}
