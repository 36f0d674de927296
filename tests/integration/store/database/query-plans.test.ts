import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import type { DatabasePlace } from '../../../../src/domain/database-place.ts';
import type { Settlement } from '../../../../src/domain/sending/ledger.ts';
import { createAlarms } from '../../../../src/store/alarms.ts';
import type { Schema } from '../../../../src/store/database/schema.ts';
import { readArchive, readArchivedEditions } from '../../../../src/store/editions/archive.ts';
import { createScheduledSends } from '../../../../src/store/schedule/scheduled-sends.ts';
import { readUncertain } from '../../../../src/store/sending/accounting.ts';
import { createBatches } from '../../../../src/store/sending/batches.ts';
import { createLedger } from '../../../../src/store/sending/ledger.ts';
import { readExplanation } from '../../../../src/store/subscribers/explanation.ts';
import { StatementRecorder } from '../../../support/store/record-statements.ts';
import {
  day,
  dayOf,
  leaseMs,
  resendLimit,
  SignupFixture,
  storesOver,
  there,
} from '../../../support/store/signup-fixture.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

/** A step that goes through people one by one, of a table, a publication or an edition, or all batches. */
const walksThroughSubscribers =
  /SCAN (?:deliveries|subscriptions|subscribers)\b|SCAN batches(?! USING INDEX batches_open)|SEARCH (?:deliveries|subscriptions) (?!.*(?:subscriber_id|deliveries_uncertain)).*/u;

test('no statement that runs once a message or once a batch walks through all the people', async () => {
  const store = await StoreFixture.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  await store.subscribe(6);
  const editionId = await store.approve('2026-11-23');
  await store.publish(editionId, 3);
  await store.db
    .updateTable('subscriptions')
    .set({ state: 'unsubscribed' })
    .where('subscriber_id', '=', 3)
    .execute();
  const recorder = new StatementRecorder(pathOf(store.database.place));
  onTestFinished(() => recorder[Symbol.asyncDispose]());

  await serveFirstBatch(recorder);
  await readUncertain(recorder.db, { editionId, limit: 10 });
  await readExplanation(recorder.db, { canonical: 'reader5@example.org', subscriberId: 5, limit: 10 });

  const walks = recorder
    .plans()
    .filter(({ steps }) => steps.some((step) => walksThroughSubscribers.test(step)));
  expect(walks).toEqual([]);
  expect(recorder.plans().length).toBeGreaterThan(15);
});

function pathOf(place: DatabasePlace): string {
  if (place.kind === 'sqlite') return place.path;
  throw new Error('these are plans of SQLite');
}

/** Claims, loads, begins, settles, releases, claims again and closes. */
async function serveFirstBatch({ db }: StatementRecorder): Promise<void> {
  const batches = createBatches(db);
  const ledger = createLedger(db, { suppress: async () => {}, keys: [] });
  const lease = { workerId: 'one', leaseMs: 100, resendLimit: 3 };
  const [batchId = 0] = await batches.due({ now: 1_000, limit: 10 });
  const claim = await batches.claim(batchId, { ...lease, now: 1_000 });
  if (claim === undefined) throw new Error('nothing to claim');
  const { recipients } = await ledger.load(claim, { now: 1_000 });
  await ledger.step(claim, { settlements: [], intents: recipients, now: 1_000, leaseMs: 100 });
  const settlements = recipients.map(({ subscriberId }): Settlement => {
    return {
      subscriberId,
      state: 'deferred',
      attempts: 1,
      uncertainTimes: 0,
      nextAttemptAt: 1_000,
      reason: '',
    };
  });
  await ledger.step(claim, { settlements, intents: [], now: 1_000, leaseMs: 100 });
  await batches.release(claim, { now: 1_000 });
  const again = await batches.claim(batchId, { ...lease, now: 1_000 });
  if (again === undefined) throw new Error('nothing to claim again');
  await ledger.close(again, { now: 1_000, reason: 'expired' });
  await batches.release(again, { now: 1_000 });
}

test('the archive walks an index downwards, whatever number of editions lie before', async () => {
  const store = await StoreFixture.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  const recorder = new StatementRecorder(pathOf(store.database.place));
  onTestFinished(() => recorder[Symbol.asyncDispose]());

  await readArchive(recorder.db, { publicationId: 1, before: '2026-11-23', limit: 10 });
  await readArchivedEditions(recorder.db, { publicationId: 1, date: '2026-11-23', limit: 1 });

  const steps = recorder.plans().flatMap((plan) => plan.steps);
  expect(steps.filter((step) => /SCAN|TEMP B-TREE/u.test(step))).toEqual([]);
  expect(steps.join()).toMatch(/SEARCH editions USING INDEX \w+ \(publication_id=\? AND date<\?\)/u);
});

test('what the clock asks every second finds what waits by an index, and the first reader without sorting', async () => {
  const store = await StoreFixture.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  const recorder = new StatementRecorder(pathOf(store.database.place));
  onTestFinished(() => recorder[Symbol.asyncDispose]());

  await createScheduledSends(recorder.db).due(1_000);
  await createAlarms(recorder.db).due({ now: 1_000, limit: 10 });
  await createScheduledSends(recorder.db).subscribersSince(1);

  expect(recorder.plans().map(({ steps }) => steps)).toEqual([
    [
      'SEARCH editions USING INDEX editions_waiting (send_at<?)',
      'SEARCH publications USING INTEGER PRIMARY KEY (rowid=?)',
    ],
    ['SEARCH alarms USING COVERING INDEX alarms_open (due_at<?)'],
    ['SEARCH subscriptions USING PRIMARY KEY (publication_id=?)'],
  ]);
});

test('signing up, and the mail around it, is asked for by an index, whatever has ended before', async () => {
  await using fixture = await SignupFixture.create();
  const { store } = fixture;
  await fixture.subscribe('ada@example.org');
  const recorder = new StatementRecorder(pathOf(store.database.place));
  onTestFinished(() => recorder[Symbol.asyncDispose]());

  await signUpAndLeave(recorder.db);

  const plans = recorder.plans();
  const walks = plans.filter(({ steps }) => steps.some((step) => walksThroughSignups.test(step)));
  expect(walks).toEqual([]);
  const sweeps = plans.filter(({ statement }) => /order by "due_at"/u.test(statement));
  expect(sweeps).toHaveLength(2);
  expect(sweeps.flatMap((plan) => plan.steps).join()).not.toContain('TEMP B-TREE');
  const steps = plans.flatMap((plan) => plan.steps).join('\n');
  for (const index of signupIndexes) expect(steps).toContain(`INDEX ${index} `);
});

/** The rows of one person may be sorted; the table of suppressions is asked whether it holds anything at all. */
const walksThroughSignups = /SCAN (?:signups|mails|subscribers|subscriptions|deliveries|signup_outcomes)\b/u;

const signupIndexes = [
  'signups_open',
  'signups_open_by_canonical',
  'signups_by_subscriber',
  'mails_open',
  'mails_by_subscriber',
] as const;

/** Everything that a worker, a reader, a sweeper and an operator ask for in the life of a subscription. */
async function signUpAndLeave(db: Kysely<Schema>): Promise<void> {
  const { signups, mails, ownSubscriptions, subscribers } = storesOver(db);
  const lease = { now: 0, leaseMs };
  const address = 'bob@example.org';
  const signup = { publicationId: 1, address, canonical: address, source: 'form', now: 0 } as const;
  await signups.add(signup);
  const [signupId = 0] = await signups.due({ now: 0, limit: 10 });
  const claim = there(await signups.claim(signupId, lease));
  const { mailId } = there(await signups.admit(claim, { now: 0, day, doubleOptIn: true }));
  await mails.due({ now: 0, limit: 10 });
  const mail = there(await mails.claim(mailId, { ...lease, resendLimit, dayOf }));
  const subject = { publicationId: 1, subscriberId: mail.subscriberId };
  await mails.addAtMost({ kind: 'manage', ...subject, now: 0 }, { max: 1, since: 0 });
  await mails.begin(mail, { ...lease, day });
  await mails.release(mail, { dueAt: 0 });
  await mails.settle(mail, dead, { now: 0, day });
  await ownSubscriptions.profile(mail.subscriberId);
  await ownSubscriptions.confirm(subject, { issuedAt: 0, now: 0 });
  await ownSubscriptions.unsubscribe(subject, { now: 0 });
  await ownSubscriptions.undo(subject, { issuedAt: 0, now: 0, withinMs: 1 });
  await ownSubscriptions.saveProfile(mail.subscriberId, { name: '', timeZone: null });
  await ownSubscriptions.pause(mail.subscriberId, { until: 0 });
  await readExplanation(db, { canonical: address, subscriberId: mail.subscriberId, limit: 10 });
  await signups.add(signup);
  await subscribers.erase(address, { now: 0 });
}

const dead = {
  state: 'failed',
  attempts: 1,
  uncertainTimes: 0,
  outcome: 'valid-email',
  reason: 'bad-address',
  suppress: 'bad-address',
} as const;

/** Columns of deliveries that stay what they are where the first reply accepts the message; every other one changes. */
const keptColumns = ['edition_id', 'subscriber_id', 'uncertain_times', 'next_attempt_at'];

test('no index of deliveries has a column that every reply changes', async () => {
  const store = await StoreFixture.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  // With one of them PostgreSQL would write a new entry into every index for each message: migration.ts.
  const columns = await sql<{ readonly name: string }>`
    select name from pragma_table_info('deliveries')`.execute(store.db);
  const names = columns.rows.map(({ name }) => name);
  const changing = new RegExp(
    `\\b(?:${names.filter((name) => !keptColumns.includes(name)).join('|')})\\b`,
    'u',
  );

  const { rows } = await sql<{ readonly sql: string }>`
    select sql from sqlite_master where type = 'index' and tbl_name = 'deliveries' and sql is not null`.execute(
    store.db,
  );

  const statements = rows.map((row) => row.sql);
  expect(names).toEqual(expect.arrayContaining(keptColumns));
  expect(statements.length).toBeGreaterThan(2);
  expect(statements.filter((statement) => changing.test(statement))).toEqual([]);
});
