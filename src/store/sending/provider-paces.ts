import type { Kysely, Transaction } from 'kysely';

import type { ProviderPaces } from '../../app/ports/pacing.ts';
import { isForgotten } from '../../domain/sending/provider-pace.ts';
import type { ProviderPace } from '../../domain/sending/provider-pace.ts';
import { lockProviderPace } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';

export function createProviderPaces(
  db: Kysely<Schema>,
  { now }: { readonly now: () => number } = { now: Date.now },
): ProviderPaces {
  return {
    async all() {
      const rows = await db.selectFrom('provider_paces').select('state').orderBy('provider').execute();
      const paces = rows.map(({ state }) => JSON.parse(state) as ProviderPace);
      return paces.filter((pace) => !isForgotten(pace, now()));
    },
    change: (group, step) =>
      inTransaction(db, async (trx) => {
        await lockProviderPace(trx, group);
        const { pace, result } = step(await read(trx, group, now()));
        await write(trx, pace, now());
        return result;
      }),
  };
}

async function read(trx: Transaction<Schema>, group: string, now: number): Promise<ProviderPace | undefined> {
  const row = await trx
    .selectFrom('provider_paces')
    .select('state')
    .where('provider', '=', group)
    .executeTakeFirst();
  const pace = row && (JSON.parse(row.state) as ProviderPace);
  return pace === undefined || isForgotten(pace, now) ? undefined : pace;
}

async function write(trx: Transaction<Schema>, pace: ProviderPace, now: number): Promise<void> {
  const values = { state: JSON.stringify(pace), changed_at: now };
  await trx
    .insertInto('provider_paces')
    .values({ provider: pace.group, ...values })
    .onConflict((conflict) => conflict.column('provider').doUpdateSet(values))
    .execute();
}
