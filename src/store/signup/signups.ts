import type { Kysely } from 'kysely';

import type { EndedSignups, Signups } from '../../app/ports/signup.ts';
import type { NewSignup, SignupClaim } from '../../domain/signup/signup.ts';
import { groupCommit } from '../database/group-commit.ts';
import { claimRow, dueRows } from '../database/leases.ts';
import { lockSignup } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inSharedCommit } from '../database/shared-commit.ts';
import { inTransaction } from '../database/transaction.ts';
import { countOutcomes, endSignup } from '../outcomes/count-outcomes.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { admitSignup } from './admit-signup.ts';

export function createSignups(db: Kysely<Schema>, { keys }: SuppressionOptions): Signups {
  return {
    add: groupCommit((signups: readonly NewSignup[]) => add(db, signups)),
    due: (options) => dueRows(db, 'signups', options),
    claim: (signupId, lease) => inSharedCommit(db, (trx) => claim(trx, signupId, lease)),
    admit: (claimed, options) => inSharedCommit(db, (trx) => admitSignup(trx, claimed, { ...options, keys })),
    end: (claimed, ending) =>
      inSharedCommit(db, async (trx) => {
        if (await lockSignup(trx, claimed)) await endSignup(trx, claimed.signupId, ending);
      }),
    /** An attack of thousands a second is counted in few commits. */
    count: groupCommit(async (refusals: readonly (readonly EndedSignups[])[]): Promise<readonly void[]> => {
      await inTransaction(db, (trx) => countOutcomes(trx, refusals.flat()));
      return refusals.map(() => undefined);
    }),
  };
}

/** Inserts all in one statement, and so in one commit. Ids grow in the order of the values. */
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
  trx: Kysely<Schema>,
  signupId: number,
  lease: { readonly now: number; readonly leaseMs: number },
): Promise<SignupClaim | undefined> {
  const row = await claimRow(trx, 'signups', signupId, lease);
  if (row === undefined) return undefined;
  return {
    signupId,
    epoch: row.epoch,
    publicationId: row.publication_id,
    address: row.address,
    canonical: row.canonical,
    source: row.source,
    createdAt: row.created_at,
  };
}
