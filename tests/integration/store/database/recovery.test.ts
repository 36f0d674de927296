import { appendFileSync, statSync } from 'node:fs';

import { expect, test } from 'vitest';

import { createJournalKeeper } from '../../../../src/app/recovery/keep-journal.ts';
import type { JournalEntry } from '../../../../src/domain/journal.ts';
import { deriveSuppressionKeys } from '../../../../src/secrets/suppression-keys.ts';
import { createEditionPages } from '../../../../src/store/editions/edition-pages.ts';
import { createJournalFile } from '../../../../src/store/recovery/journal-file.ts';
import { createKnownDatabasesFile } from '../../../../src/store/recovery/known-databases-file.ts';
import { createMarks } from '../../../../src/store/recovery/marks.ts';
import { createRecovery } from '../../../../src/store/recovery/prepare-restored.ts';
import { createMails } from '../../../../src/store/signup/mails.ts';
import { createOperatorChanges } from '../../../../src/store/subscribers/operator-changes.ts';
import { createSuppressions } from '../../../../src/store/subscribers/suppressions.ts';
import { RecordingLog } from '../../../support/recording-log.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const keys = deriveSuppressionKeys(['a secret of tests that nobody else uses']);

/** The files that a machine keeps beside a database; `now` is its clock. */
class Machine {
  now = 1_000_000;
  readonly path: string;
  readonly keeper: ReturnType<typeof createJournalKeeper>;

  constructor(store: StoreFixture, folder = tempFolder()) {
    this.path = `${folder}/journal.jsonl`;
    this.keeper = createJournalKeeper({
      marks: createMarks(store.db),
      knownDatabases: createKnownDatabasesFile(`${folder}/databases.json`),
      journal: createJournalFile(this.path),
      recovery: createRecovery(store.db, { keys }),
      clock: () => this.now,
      log: new RecordingLog(),
    });
  }

  async entries(): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for await (const entry of createJournalFile(this.path).read()) entries.push(entry);
    return entries;
  }
}

async function leave(store: StoreFixture, subscriberId: number, at: number, state = 'unsubscribed') {
  await store.db
    .updateTable('subscriptions')
    .set({ state: state as 'unsubscribed', changed_at: at })
    .where('subscriber_id', '=', subscriberId)
    .execute();
}

async function states(store: StoreFixture): Promise<Readonly<Record<string, string>>> {
  const rows = await store.db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select(['canonical', 'state'])
    .orderBy('subscribers.id')
    .execute();
  return Object.fromEntries(
    rows.map(({ canonical, state }) => [canonical.replace('@example.org', ''), state]),
  );
}

function prepare(store: StoreFixture, machine: Machine) {
  return createRecovery(store.db, { keys }).prepareRestored({
    journal: createJournalFile(machine.path).read(),
    now: machine.now,
    actor: 'test',
    remembered: async () => 0,
  });
}

test('each change is written once, with hashes instead of addresses, for its owner only', async () => {
  await using store = await StoreFixture.create();
  await store.subscribe(3);
  const machine = new Machine(store);
  await leave(store, 1, machine.now - 5);
  await machine.keeper.record();
  machine.now += 5_000;
  await leave(store, 2, machine.now - 5);
  await machine.keeper.record();
  await machine.keeper.record();
  // Back again, which is newer than its leaving.
  await leave(store, 1, machine.now - 1, 'active');
  await machine.keeper.record();

  const entries = await machine.entries();

  expect(entries.map(({ event }) => event)).toEqual(['unsubscribed', 'unsubscribed', 'active']);
  expect(JSON.stringify(entries)).not.toContain('@');
  expect(statSync(machine.path).mode & 0o777).toBe(0o600);
});

test('a process that begins again writes what happened while none was running', async () => {
  await using store = await StoreFixture.create();
  await store.subscribe(2);
  const folder = tempFolder();
  await new Machine(store, folder).keeper.record();
  await leave(store, 1, 1_000_000 + 3_600_000);

  const later = new Machine(store, folder);
  later.now += 7_200_000;
  await later.keeper.record();

  expect((await later.entries()).map(({ event }) => event)).toEqual(['unsubscribed']);
});

test('the newest entry decides, and a subscription that changed after it stays as it is', async () => {
  await using before = await StoreFixture.create();
  await before.subscribe(5);
  const machine = new Machine(before);
  const changes = createOperatorChanges(before.db, { keys });
  const audit = { actor: 'jo', reason: 'asked', now: machine.now };
  await leave(before, 1, machine.now);
  await leave(before, 2, machine.now);
  await leave(before, 3, machine.now);
  await changes.suppress(['reader4@example.org', 'stranger@example.org'], audit);
  await changes.suppress(['reader5@example.org'], audit);
  await machine.keeper.record();
  await leave(before, 2, machine.now + 10, 'active');
  machine.now += 20;
  await changes.unsuppress(['reader5@example.org'], { ...audit, now: machine.now });
  await machine.keeper.record();

  await using restored = await StoreFixture.create();
  await restored.subscribe(5);
  await leave(restored, 3, machine.now + 1, 'active');
  const report = await prepare(restored, machine);

  expect(report).toMatchObject({ unsubscribed: 1, suppressed: 1, erased: 0 });
  expect(await states(restored)).toEqual({
    reader1: 'unsubscribed',
    reader2: 'active',
    reader3: 'active',
    reader4: 'suppressed',
    reader5: 'active',
  });
  const suppressions = createSuppressions(restored.db, { keys });
  const known = ['reader4@example.org', 'reader5@example.org', 'stranger@example.org'];
  expect(await suppressions.has(known)).toEqual(new Set(['reader4@example.org', 'stranger@example.org']));
});

/** An edition of a date that was sent, as in a backup. */
async function sent(store: StoreFixture, date: string): Promise<number> {
  const editionId = await store.approve(date);
  await store.db
    .updateTable('editions')
    .set({ state: 'sent', published_at: 5 })
    .where('id', '=', editionId)
    .execute();
  return editionId;
}

test('a page withdrawn after the backup is withdrawn again, and a corrected one is listed', async () => {
  await using before = await StoreFixture.create();
  const machine = new Machine(before);
  const change = { actor: 'jo', at: machine.now };
  const pages = createEditionPages(before.db);
  const ids = [];
  for (const date of ['2026-11-20', '2026-11-21', '2026-11-22']) ids.push(await sent(before, date));
  for (const id of ids) await pages.withdraw(id, { ...change, note: 'There was no storm.' });
  await machine.keeper.record();
  machine.now += 1_000;
  await before.editions.record(ids[2] ?? 0, { ...change, at: machine.now, event: 'corrected', detail: '' });
  await machine.keeper.record();

  await using restored = await StoreFixture.create();
  await sent(restored, '2026-11-20');
  const known = await sent(restored, '2026-11-21');
  await sent(restored, '2026-11-22');
  await createEditionPages(restored.db).withdraw(known, { ...change, note: 'In the backup.' });
  const report = await prepare(restored, machine);

  expect(report.withdrawnSince).toEqual([{ publication: 'sample', date: '2026-11-20' }]);
  expect(report.correctedSince).toEqual([{ publication: 'sample', date: '2026-11-22' }]);
  const rows = await restored.db
    .selectFrom('editions')
    .select(['withdrawn_at', 'withdrawn_note'])
    .orderBy('date')
    .execute();
  expect(rows).toEqual([
    { withdrawn_at: change.at, withdrawn_note: 'There was no storm.' },
    { withdrawn_at: change.at, withdrawn_note: 'In the backup.' },
    { withdrawn_at: null, withdrawn_note: '' },
  ]);
});

test('mail that waits in the backup is ended and counted, because it may have been sent since', async () => {
  await using store = await StoreFixture.create();
  await store.subscribe(2);
  const machine = new Machine(store);
  const mails = createMails(store.db, { keys });
  const cap = { max: 9, since: 0 };
  const mail = { publicationId: 1, kind: 'manage', now: machine.now } as const;
  await mails.addAtMost({ ...mail, subscriberId: 1 }, cap);
  await mails.addAtMost({ ...mail, subscriberId: 2 }, cap);
  await store.db
    .insertInto('signups')
    .values({
      publication_id: 1,
      address: 'new@example.org',
      canonical: 'new@example.org',
      source: 'form',
      done: 0,
      due_at: 0,
      epoch: 0,
      reason: '',
      created_at: 0,
      changed_at: 0,
    })
    .execute();

  const report = await prepare(store, machine);

  expect(report.mailsEnded).toBe(3);
  expect(await mails.due({ now: machine.now * 2, limit: 10 })).toEqual([]);
  const ended = await store.db.selectFrom('mails').select(['state', 'reason']).distinct().execute();
  expect(ended).toEqual([{ state: 'uncertain', reason: 'restored' }]);
  expect(await store.db.selectFrom('signups').select(['done', 'address', 'reason']).execute()).toEqual([
    { done: 1, address: '', reason: 'restored' },
  ]);
  expect((await prepare(store, machine)).mailsEnded).toBe(0);
});

test('a journal that a crash cut short, or that others wrote into, is read as far as it is whole', async () => {
  await using store = await StoreFixture.create();
  await store.subscribe(3);
  const machine = new Machine(store);
  await leave(store, 1, machine.now);
  await machine.keeper.record();
  appendFileSync(machine.path, '{"at":1,"event":"unsub');
  machine.now += 1_000;
  await leave(store, 2, machine.now);
  await machine.keeper.record();
  appendFileSync(machine.path, 'null\n[]\n{}\n{"event":"published"}\n"text"\n\u0000\n');

  await using restored = await StoreFixture.create();
  await restored.subscribe(3);

  expect(await prepare(restored, machine)).toMatchObject({ unsubscribed: 2 });
});

test('the mark grows even while the clock is set back, and an older copy is refused', async () => {
  await using store = await StoreFixture.create();
  const machine = new Machine(store);
  const marks = createMarks(store.db);
  await machine.keeper.advance();
  const first = await marks.read();
  machine.now = 10;
  await machine.keeper.advance();
  await machine.keeper.advance();
  const last = await marks.read();

  expect(last).toEqual({ databaseId: first?.databaseId, mark: 1_000_002 });
  await store.db.updateTable('database_mark').set({ mark: 1_000_001 }).execute();
  await expect(machine.keeper.check()).rejects.toMatchObject({ code: 'DATABASE_OLDER' });
  await expect(machine.keeper.advance()).rejects.toMatchObject({ code: 'DATABASE_OLDER' });
  // Another machine has not seen it.
  await new Machine(store).keeper.check();
});

test('two processes that write the first mark agree on one database', async () => {
  await using store = await StoreFixture.create();
  const marks = createMarks(store.db);

  const found = await Promise.all(Array.from({ length: 8 }, () => marks.advance(5)));

  expect(new Set(found.map(({ databaseId }) => databaseId)).size).toBe(1);
});

test('a mark that another process advances while this one compares is not taken for an older database', async () => {
  await using store = await StoreFixture.create();
  const folder = tempFolder();
  const other = new Machine(store, folder);
  await other.keeper.advance();
  const knownDatabases = createKnownDatabasesFile(`${folder}/databases.json`);
  const keeper = createJournalKeeper({
    marks: createMarks(store.db),
    knownDatabases: {
      ...knownDatabases,
      // Between the two reads of this keeper.
      mark: async (databaseId) => {
        other.now += 1_000;
        await other.keeper.advance();
        return knownDatabases.mark(databaseId);
      },
    },
    journal: createJournalFile(`${folder}/journal.jsonl`),
    recovery: createRecovery(store.db, { keys }),
    clock: () => other.now,
    log: new RecordingLog(),
  });

  await expect(keeper.check()).resolves.toBeUndefined();
});
