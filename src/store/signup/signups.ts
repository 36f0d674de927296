import type { Kysely } from 'kysely';

import type { NewSignup, SignupClaim, SignupEnding } from '../../domain/signup/signup.ts';
import { groupCommit } from '../database/group-commit.ts';
import { ownsClaim } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inSharedCommit } from '../database/shared-commit.ts';
import { inTransaction } from '../database/transaction.ts';
import { countOutcomes, endSignup } from '../outcomes/count-outcomes.ts';
import type { EndedAttempts } from '../outcomes/count-outcomes.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { admitSignup } from './admit-signup.ts';
import { readDue } from './read-due.ts';

/** Satisfies the port `Signups` of `src/app/ports/signup.ts`. */
export function createSignups(db: Kysely<Schema>, { keys }: SuppressionOptions) {
  return {
    add: groupCommit((signups: readonly NewSignup[]) => add(db, signups)),
    due: (options: { readonly now: number; readonly limit: number }) => readDue(db, 'signups', options),
    claim: (signupId: number, lease: { readonly now: number; readonly leaseMs: number }) =>
      inSharedCommit(db, (trx) => claim(trx, signupId, lease)),
    admit: (
      held: SignupClaim,
      options: { readonly now: number; readonly day: string; readonly doubleOptIn: boolean },
    ) => inSharedCommit(db, (trx) => admitSignup(trx, held, { ...options, keys })),
    end: (held: SignupClaim, ending: SignupEnding & { readonly now: number; readonly day: string }) =>
      inSharedCommit(db, async (trx) => {
        if (await ownsClaim(trx, held)) await endSignup(trx, held.signupId, ending);
      }),
    /** An attack of thousands a second is counted in few commits. */
    count: groupCommit(async (refusals: readonly (readonly EndedAttempts[])[]): Promise<readonly void[]> => {
      await inTransaction(db, (trx) => countOutcomes(trx, refusals.flat()));
      return refusals.map(() => undefined);
    }),
  };
}

/** In one statement, and so in one commit. Ids grow in the order in which the values stand. */
async function add(db: Kysely<Schema>, signups: readonly NewSignup[]): Promise<readonly number[]> {
  const rows = await db
    .insertInto('signups')
    .values(
      signups.map(({ publicationId, address, canonical, source, now }) => ({
        publication_id: publicationId,
        address,
        canonical,
        source,
        done: 0,
        due_at: now,
        epoch: 0,
        attempts: 0,
        reason: '',
        created_at: now,
        changed_at: now,
      })),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id).toSorted((a, b) => a - b);
}

async function claim(
  db: Kysely<Schema>,
  signupId: number,
  lease: { readonly now: number; readonly leaseMs: number },
): Promise<SignupClaim | undefined> {
  return db
    .updateTable('signups')
    .set((eb) => ({
      epoch: eb('epoch', '+', 1),
      attempts: eb('attempts', '+', 1),
      due_at: lease.now + lease.leaseMs,
    }))
    .where('id', '=', signupId)
    .where('done', '=', 0)
    .where('due_at', '<=', lease.now)
    .returning([
      'id as signupId',
      'epoch',
      'publication_id as publicationId',
      'address',
      'canonical',
      'source',
      'created_at as createdAt',
      'attempts',
    ])
    .executeTakeFirst();
}
