import type { Kysely, Selectable, Transaction } from 'kysely';

import type { SeedClaim, Seeds } from '../../app/ports/canaries.ts';
import type { EditionSeed, SeedFinding } from '../../domain/sending/seeds/seed.ts';
import { claimRow, dueRows, ownsLease } from '../database/leases.ts';
import type { Schema } from '../database/schema.ts';

/** The seeds of editions: a row each, sent and checked under leases. */
export function createSeeds(db: Kysely<Schema>): Seeds {
  return {
    due: (options) => dueRows(db, 'canary_seeds', options),
    async claim(id, lease) {
      const row = await claimRow(db, 'canary_seeds', id, lease);
      return row && toClaim(row);
    },
    async release(claim, { nextAt, sentAt, findings }) {
      await db
        .updateTable('canary_seeds')
        .set({
          due_at: nextAt,
          ...(sentAt === undefined ? {} : { sent_at: sentAt, state: 'sent' as const }),
          ...(findings === undefined ? {} : { findings: JSON.stringify(findings) }),
        })
        .where(ownsLease(claim))
        .execute();
    },
    async settle(claim, { state, findings, at }) {
      await db
        .updateTable('canary_seeds')
        .set({ state, findings: JSON.stringify(findings), checked_at: at, done: 1 })
        .where(ownsLease(claim))
        .execute();
    },
  };
}

function toClaim(row: Selectable<Schema['canary_seeds']>): SeedClaim {
  return {
    id: row.id,
    epoch: row.epoch,
    editionId: row.edition_id,
    revision: row.revision,
    address: row.address,
    createdAt: row.created_at,
    sentAt: row.sent_at,
  };
}

/** The seeds of the revision that an edition sends, in the order of publication.yaml. */
export async function readSeeds(db: Kysely<Schema>, editionId: number): Promise<readonly EditionSeed[]> {
  const rows = await db
    .selectFrom('canary_seeds')
    .innerJoin('editions', 'editions.id', 'canary_seeds.edition_id')
    .select(['address', 'canary_seeds.revision', 'canary_seeds.state', 'findings', 'sent_at', 'checked_at'])
    .where('edition_id', '=', editionId)
    .whereRef('canary_seeds.revision', '=', 'editions.revision')
    .orderBy('canary_seeds.id')
    .execute();
  return rows.map((row) => ({
    address: row.address,
    revision: row.revision,
    state: row.state,
    findings: JSON.parse(row.findings) as readonly SeedFinding[],
    sentAt: row.sent_at,
    checkedAt: row.checked_at,
  }));
}

/** Lets seeds get a revision; those of an earlier one are dropped. */
export async function addSeeds(
  trx: Transaction<Schema>,
  {
    editionId,
    revision,
    addresses,
    now,
  }: {
    readonly editionId: number;
    readonly revision: number;
    readonly addresses: readonly string[];
    readonly now: number;
  },
): Promise<void> {
  await trx
    .updateTable('canary_seeds')
    .set({ done: 1, state: 'dropped' })
    .where('edition_id', '=', editionId)
    .where('done', '=', 0)
    .execute();
  const row = { edition_id: editionId, revision, created_at: now, state: 'waiting' as const, findings: '[]' };
  await trx
    .insertInto('canary_seeds')
    .values(addresses.map((address) => ({ ...row, address, done: 0, due_at: now, epoch: 0 })))
    .execute();
}
