import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import { openDatabase } from '../../../src/store/database/open-database.ts';
import type { Schema } from '../../../src/store/database/schema.ts';
import { createBatches } from '../../../src/store/sending/batches.ts';
import { createLedger } from '../../../src/store/sending/ledger.ts';
import { accepted } from '../../support/store/ledger-fixture.ts';
import { StoreFixture } from '../../support/store/store-fixture.ts';
import { openTestDatabase } from '../../support/store/test-database.ts';
import type { TestDatabase } from '../../support/store/test-database.ts';
import { until } from '../../support/until.ts';

const recipients = 20_000;
const groupSize = 20;
const batchSize = 1_000;

test('a batch reads a few rows for each of its recipients, not all of the edition, even without statistics', async () => {
  const database = await openTestDatabase();
  onTestFinished(() => database[Symbol.asyncDispose]());
  await prepare(database);
  const before = await readRows(database.db);

  await serveOneBatch(database);

  const after = await readRows(database.db);
  const readOf = (table: string) => ((after.get(table) ?? 0) - (before.get(table) ?? 0)) / batchSize;
  expect(readOf('deliveries')).toBeGreaterThan(0);
  expect(readOf('deliveries')).toBeLessThan(8);
  expect(readOf('subscriptions')).toBeLessThan(8);
  // With so few people in all, it is quickest to read them once for the whole batch.
  expect(readOf('subscribers')).toBeLessThan(recipients / batchSize + 8);
});

/** An edition that everybody got, statistics of it, and another edition that they know nothing of. */
async function prepare(database: TestDatabase): Promise<void> {
  const db = await openDatabase(database.place);
  const store = await StoreFixture.create({ ...database, db });
  await fill(store.db);
  const earlier = await store.approve('2026-11-23');
  await sql`
    insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, outcome, reason, changed_at)
    select ${earlier}::bigint, id, 'accepted', 1, 1, 1, 0, 'thank-you', 'accepted', 0 from subscribers`.execute(
    store.db,
  );
  await sql`analyze`.execute(store.db);
  await store.publish(await store.approve('2026-11-24'), batchSize);
  await leave(database, db);
}

/** Connections tell what they read at the latest when they end. */
async function leave(database: TestDatabase, db: Kysely<Schema>): Promise<void> {
  await db.destroy();
  await until('nobody else is connected', async () => {
    const { rows } = await sql`
      select pid from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`.execute(
      database.db,
    );
    return rows.length === 0;
  });
}

async function fill(db: Kysely<Schema>): Promise<void> {
  await sql`
    insert into subscribers (address, canonical, name, created_at)
    select address, address, '', 0
    from (select 'reader' || n || '@example.org' as address from generate_series(1, ${recipients}::bigint) as n) as people`.execute(
    db,
  );
  await sql`
    insert into subscriptions (publication_id, subscriber_id, state, source, created_at, changed_at)
    select 1, id, 'active', 'test', 0, 0 from subscribers`.execute(db);
}

async function serveOneBatch(database: TestDatabase): Promise<void> {
  const db = await openDatabase(database.place);
  const batches = createBatches(db);
  const ledger = createLedger(db, { suppress: async () => {}, keys: [] });
  const options = { now: 1_000, leaseMs: 100 };
  const [batchId = 0] = await batches.due({ now: 1_000, limit: 1 });
  const claim = await batches.claim(batchId, { ...options, workerId: 'one', resendLimit: 3 });
  if (claim === undefined) throw new Error('nothing to claim');
  const { recipients } = await ledger.load(claim, { now: 1_000 });
  let begun: ReadonlySet<number> = new Set();
  for (let at = 0; at <= recipients.length; at += groupSize) {
    const intents = recipients.slice(at, at + groupSize);
    const settlements = [...begun].map((id) => accepted(id));
    ({ begun } = await ledger.step(claim, { ...options, settlements, intents }));
  }
  expect(await batches.release(claim, { now: 1_000 })).toBe('done');
  await leave(database, db);
}

/** How many rows have been read of each table since the statistics began. */
async function readRows(db: Kysely<Schema>): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ readonly name: string; readonly read: number }>`
    select relname as name, seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables`.execute(
    db,
  );
  return new Map(rows.map(({ name, read }) => [name, read]));
}
