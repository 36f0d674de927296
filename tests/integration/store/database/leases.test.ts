import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { claimRow, dueRows, ownsLease } from '../../../../src/store/database/leases.ts';
import type { LeasedTable } from '../../../../src/store/database/leases.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

const tables: readonly LeasedTable[] = [
  'signups',
  'mails',
  'alarms',
  'proofs',
  'hooks',
  'canary_seeds',
  'event_deliveries',
];

let store: StoreFixture;

beforeEach(async () => {
  store = await StoreFixture.create();
  await store.subscribe(1);
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

async function addRow(table: LeasedTable, dueAt: number): Promise<number> {
  const common = { done: 0, due_at: dueAt, epoch: 0 };
  const times = { reason: '', created_at: 0, changed_at: 0 };
  const address = 'a@example.org';
  const signup = {
    ...common,
    ...times,
    publication_id: 1,
    address,
    canonical: address,
    source: 'form',
  } as const;
  const mail = {
    ...common,
    ...times,
    kind: 'confirm',
    publication_id: 1,
    subscriber_id: 1,
    state: 'waiting',
  } as const;
  const alarm = {
    ...common,
    key: `sample/${dueAt}`,
    kind: 'missed',
    publication: 'sample',
    date: '2026-11-25',
  } as const;
  const proof = {
    publication_id: 1,
    date: '2026-11-25',
    content_hash: 'beef',
    revision: '{}',
    problems: '[]',
    made_by: 'jo',
    made_at: 0,
  } as const;
  const hook = { provider: 'ses', received_at: 0, size: 2, body: Buffer.from('{}') } as const;
  const inserted = await {
    signups: () => store.db.insertInto('signups').values(signup).returning('id').executeTakeFirstOrThrow(),
    mails: () =>
      store.db
        .insertInto('mails')
        .values({ ...mail, attempts: 0, uncertain_times: 0, expires_at: 1_000_000 })
        .returning('id')
        .executeTakeFirstOrThrow(),
    alarms: () =>
      store.db
        .insertInto('alarms')
        .values({ ...alarm, text: 'Missed.', at: 0, logged: 0 })
        .returning('id')
        .executeTakeFirstOrThrow(),
    hooks: () =>
      store.db
        .insertInto('hooks')
        .values({ ...common, ...hook, fingerprint: String(dueAt) })
        .returning('id')
        .executeTakeFirstOrThrow(),
    canary_seeds: async () => {
      const found = await store.editions.find(1, '2026-11-23');
      const editionId = found?.id ?? (await store.approve('2026-11-23'));
      const seed = { edition_id: editionId, revision: 1, address: 'in@seed.example', created_at: 0 };
      return store.db
        .insertInto('canary_seeds')
        .values({ ...common, ...seed, state: 'waiting', findings: '[]' })
        .returning('id')
        .executeTakeFirstOrThrow();
    },
    event_deliveries: async () => {
      const event = {
        publication: 'sample',
        type: 'edition.missed',
        subject: 'edition/1',
        at: 0,
        data: '{}',
      };
      const { id } = await store.db
        .insertInto('events')
        .values({ ...event, subscriber_id: null, assigned: 1 })
        .returning('id')
        .executeTakeFirstOrThrow();
      const delivery = {
        event_id: id,
        publication: 'sample',
        endpoint: 'shop',
        subject: 'edition/1',
      } as const;
      return store.db
        .insertInto('event_deliveries')
        .values({
          ...delivery,
          ...common,
          state: 'waiting',
          reason: '',
          created_at: 0,
          give_up_at: 1,
          settled_at: null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
    },
    proofs: () =>
      store.db
        .insertInto('proofs')
        .values({ ...proof, ...common, number: dueAt })
        .returning('id')
        .executeTakeFirstOrThrow(),
  }[table]();
  return inserted.id;
}

describe.each(tables)('leases on %s', (table) => {
  test('lists open rows that are due, oldest first and at most `limit`', async () => {
    const later = await addRow(table, 30);
    const first = await addRow(table, 10);
    const second = await addRow(table, 20);
    const ended = await addRow(table, 5);
    await store.db.updateTable(table).set({ done: 1 }).where('id', '=', ended).execute();

    expect(await dueRows(store.db, table, { now: 20, limit: 10 })).toEqual([first, second]);
    expect(await dueRows(store.db, table, { now: 40, limit: 2 })).toEqual([first, second]);
    expect(await dueRows(store.db, table, { now: 40, limit: 10 })).toEqual([first, second, later]);
  });

  test('gives a row to one of several workers that claim it at once', async () => {
    const id = await addRow(table, 10);

    const claims = await Promise.all(
      Array.from({ length: 5 }, () => claimRow(store.db, table, id, { now: 10, leaseMs: 50 })),
    );

    expect(claims.flatMap((claim) => (claim === undefined ? [] : [claim.epoch]))).toEqual([1]);
  });

  test('refuses a row that is not due, leased, or ended, and gives it again when the lease is over', async () => {
    const id = await addRow(table, 10);
    const claim = (now: number) => claimRow(store.db, table, id, { now, leaseMs: 50 });

    expect(await claim(9)).toBeUndefined();
    expect(await claim(10)).toMatchObject({ id, epoch: 1, due_at: 60 });
    expect(await claim(59)).toBeUndefined();
    expect(await claim(60)).toMatchObject({ epoch: 2, due_at: 110 });
    await store.db.updateTable(table).set({ done: 1 }).where('id', '=', id).execute();
    expect(await claim(500)).toBeUndefined();
  });

  test('fences off writes of a claim after another one, and of any claim after the end', async () => {
    const id = await addRow(table, 10);
    const touch = async (epoch: number) => {
      const { numUpdatedRows } = await store.db
        .updateTable(table)
        .set({ due_at: 10 })
        .where(ownsLease({ id, epoch }))
        .executeTakeFirst();
      return Number(numUpdatedRows);
    };

    await claimRow(store.db, table, id, { now: 10, leaseMs: 50 });
    expect(await touch(1)).toBe(1);
    await claimRow(store.db, table, id, { now: 10, leaseMs: 50 });
    expect(await touch(1)).toBe(0);
    expect(await touch(2)).toBe(1);
    await store.db.updateTable(table).set({ done: 1 }).where('id', '=', id).execute();
    expect(await touch(2)).toBe(0);
  });
});
