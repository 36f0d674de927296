import type { Kysely } from 'kysely';

import type { SignupEnding } from '../../domain/signup/signup.ts';
import type { Schema } from '../database/schema.ts';

/** Attempts that ended the same way. */
export interface EndedAttempts extends SignupEnding {
  /** `YYYY-MM-DD` in the publication's zone. */
  readonly day: string;
  readonly publicationId: number;
  readonly attempts: number;
}

/** Adds to the day's counts, within the transaction that ends the attempts. */
export async function countOutcomes(db: Kysely<Schema>, ended: readonly EndedAttempts[]): Promise<void> {
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

/** One entry a row, in the order of the primary key, so that two that count at once never deadlock. */
function sum(ended: readonly EndedAttempts[]): readonly EndedAttempts[] {
  const byKey = new Map<string, EndedAttempts>();
  for (const entry of ended) {
    const key = JSON.stringify([entry.day, entry.publicationId, entry.outcome, entry.reason]);
    const known = byKey.get(key);
    byKey.set(key, { ...entry, attempts: entry.attempts + (known?.attempts ?? 0) });
  }
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/**
 * Ends a signup that has no outcome yet, clears its address, and counts it: exactly once, whichever process
 * asks and however often.
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
