import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';

import { readCounts } from '../../../../src/store/sending/counts.ts';
import { runHistories } from '../../../support/run-histories.ts';
import { LedgerModel, recipients, workerCount } from '../../../support/store/ledger-model.ts';
import type { Fate, Happening } from '../../../support/store/ledger-model.ts';
import { isOnPostgres } from '../../../support/store/test-database.ts';

const worker = fc.nat(workerCount - 1);
const fates = fc.array(
  fc.constantFrom<Fate>('accepted', 'accepted', 'lost-answer', 'not-sent', 'refused', 'put-off'),
  { minLength: 1, maxLength: 2 },
);
const step = fc.record({
  kind: fc.constant('step' as const),
  worker,
  times: fc.integer({ min: 1, max: 6 }),
  fates,
});
const stop = fc.record({ kind: fc.constant('stop' as const), worker });
const crash = fc.record({ kind: fc.constant('crash' as const), worker, arrives: fc.boolean() });
const time = fc.record({
  kind: fc.constant('time' as const),
  // A moment, a lease, retries, the expiry; and a clock that was set back.
  ms: fc.constantFrom(10, 10, 100, 100, 100, 100, 500, 500, 1_000, 1_000, 1_000_000, -50),
});
const state = fc.record({
  kind: fc.constant('standing' as const),
  subscriber: fc.integer({ min: 1, max: recipients }),
  becomes: fc.constantFrom('active' as const, 'unsubscribed' as const, 'erased' as const),
});
const steering = fc.record({
  kind: fc.oneof(
    { weight: 4, arbitrary: fc.constant('pause' as const) },
    { weight: 4, arbitrary: fc.constant('resume' as const) },
    { weight: 2, arbitrary: fc.constant('resume-corrected' as const) },
    { weight: 1, arbitrary: fc.constant('cancel' as const) },
  ),
});
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 24, arbitrary: step },
  { weight: 1, arbitrary: stop },
  { weight: 3, arbitrary: crash },
  { weight: 8, arbitrary: time },
  { weight: 5, arbitrary: state },
  { weight: 3, arbitrary: steering },
);

test('under any sequence of events no recipient is lost, and every copy is accounted for', async () => {
  const setting = fc.constantFrom('resend' as const, 'hold' as const);
  const history = fc.array(happening, { maxLength: 80, size: 'max' });
  // A round trip to a server costs four times what a call of SQLite does.
  const counts = isOnPostgres() ? { min: 10, max: 50 } : { min: 20, max: 200 };

  const ran = await runHistories({ setting, history }, live, counts);

  expect(ran).toBeGreaterThanOrEqual(counts.min);
});

async function live(policy: 'resend' | 'hold', history: readonly Happening[]): Promise<void> {
  const model = await LedgerModel.create(policy);
  await using _store = model.store;
  if (!isOnPostgres()) await sql`pragma synchronous = off`.execute(model.store.db);
  const listed = new Map<number, number>();

  for (const happening of history) {
    await model.happen(happening);
    await expectTruth(model, listed);
  }
  await model.drain();
  await expectTruth(model, listed);
  await expectEverybodyAccountedFor(model);
}

async function readRows({ store }: LedgerModel) {
  return store.db
    .selectFrom('deliveries')
    .select(['subscriber_id as id', 'state', 'outcome', 'reason'])
    .select(['uncertain_times as doubts', 'next_attempt_at as next'])
    .execute();
}

/** What holds at every moment; `listed` remembers how often each delivery was listed as uncertain. */
async function expectTruth(model: LedgerModel, listed: Map<number, number>): Promise<void> {
  const rows = await readRows(model);
  const { intended, state } = await model.store.editions.get(model.editionId);
  const isOpen = ({ state, next }: (typeof rows)[number]) =>
    state === 'in-flight' || state === 'deferred' || (state === 'uncertain' && next !== null);

  expect(intended).toBe(recipients);
  expect(rows.length).toBeLessThanOrEqual(intended);
  expect(rows.filter((row) => (row.outcome === null) !== isOpen(row))).toEqual([]);
  if (state === 'sent') expect(rows.filter((row) => row.outcome !== null)).toHaveLength(intended);
  const doubtsOf = new Map(rows.map(({ id, doubts }) => [id, doubts]));
  expect([...model.copies].filter(([id, copies]) => copies > 1 + (doubtsOf.get(id) ?? 0))).toEqual([]);
  expect(rows.filter(({ id, doubts }) => doubts < (listed.get(id) ?? 0))).toEqual([]);
  for (const { id, doubts } of rows) listed.set(id, doubts);
  expect(await storedCounts(model)).toEqual(countRows(rows));
}

async function storedCounts({ store, editionId }: LedgerModel): Promise<Record<string, number>> {
  const counts = await readCounts(store.db, editionId);
  return Object.fromEntries(
    counts.map(({ state, outcome, reason, recipients }) => [`${state} ${outcome} ${reason}`, recipients]),
  );
}

function countRows(rows: Awaited<ReturnType<typeof readRows>>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state, outcome, reason } of rows) {
    const key = `${state} ${outcome ?? ''} ${outcome === null ? '' : reason}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** What holds once all is quiet: the ledger says of each person what the catcher knows. */
async function expectEverybodyAccountedFor(model: LedgerModel): Promise<void> {
  const rows = await readRows(model);

  expect(rows).toHaveLength(recipients);
  expect(rows.filter((row) => row.outcome === null)).toEqual([]);
  for (const { id, state, reason, doubts } of rows) {
    const copies = model.copies.get(id) ?? 0;
    if (state === 'accepted') expect(copies).toBeGreaterThan(0);
    else if (copies > 0) expect(doubts).toBeGreaterThan(0);
    const neverServed = state === 'suppressed' || reason === 'expired' || reason === 'cancelled';
    if (neverServed && state !== 'uncertain') expect(copies).toBe(0);
  }
}
