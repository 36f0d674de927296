import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';

import { runHistories } from '../../../support/run-histories.ts';
import { recipients, SignupModel, workerCount } from '../../../support/store/signup-model.ts';
import type { MailFate, SubscriberDeed, SignupHappening } from '../../../support/store/signup-model.ts';
import { isOnPostgres } from '../../../support/store/test-database.ts';

const hourMs = 3_600_000;
const confirmationsADay = 2;
const worker = fc.nat(workerCount - 1);
const subscriber = fc.nat(recipients - 1);
const attempt = fc.record({
  kind: fc.constant('attempt' as const),
  subscriber,
  times: fc.integer({ min: 1, max: 3 }),
});
const step = fc.record({
  kind: fc.constant('step' as const),
  workers: fc.array(worker, { minLength: 1, maxLength: workerCount }),
  fate: fc.constantFrom<MailFate>(
    ...(['accepted', 'accepted', 'accepted', 'lost-answer', 'not-sent'] as const),
    ...(['no-such-user', 'refused', 'put-off'] as const),
  ),
});
const crash = fc.record({ kind: fc.constant('crash' as const), worker, arrives: fc.boolean() });
const time = fc.record({
  kind: fc.constant('time' as const),
  // A moment, a lease, retries, a day, the expiry; and a clock that was set back.
  ms: fc.constantFrom(10, 10, 100, 100, 100, 500, 500, 5_000, 13 * hourMs, 24 * hourMs, -50),
});
const deed = fc.record({
  kind: fc.constant('deed' as const),
  subscriber,
  deed: fc.constantFrom<SubscriberDeed>(
    ...(['confirm', 'confirm', 'confirm', 'unsubscribe', 'unsubscribe', 'undo'] as const),
    ...(['erase', 'suppress'] as const),
  ),
  linkAgeMs: fc.constantFrom(0, 100, 2_000),
});
const happening: fc.Arbitrary<SignupHappening> = fc.oneof(
  { weight: 6, arbitrary: attempt },
  { weight: 24, arbitrary: step },
  { weight: 3, arbitrary: crash },
  { weight: 6, arbitrary: time },
  { weight: 5, arbitrary: deed },
);

test('under any sequence of events every signup ends in one outcome, and no subscriber gets too many mails', async () => {
  const history = fc.array(happening, { maxLength: 60, size: 'max' });
  // A round trip to a server costs four times what a call of SQLite does.
  const counts = isOnPostgres() ? { min: 10, max: 40 } : { min: 20, max: 150 };

  const ran = await runHistories({ setting: fc.boolean(), history }, live, counts);

  expect(ran).toBeGreaterThanOrEqual(counts.min);
});

async function live(doubleOptIn: boolean, history: readonly SignupHappening[]): Promise<void> {
  const model = await SignupModel.create(doubleOptIn);
  await using _fixture = model.fixture;
  if (!isOnPostgres()) await sql`pragma synchronous = off`.execute(model.fixture.store.db);
  const ended = new Map<number, string>();

  for (const happened of history) {
    await model.happen(happened);
    await expectTruth(model, ended);
  }
  await model.drain();
  await expectTruth(model, ended);
  await expectEveryAttemptEnded(model, ended);
}

/** What holds at every moment; `ended` remembers how each attempt did. */
async function expectTruth({ fixture, copies, attempts }: SignupModel, ended: Map<number, string>) {
  const { db } = fixture.store;
  const signups = await db.selectFrom('signups').selectAll().execute();
  const mails = await db.selectFrom('mails').selectAll().orderBy('created_at').execute();
  const counts = await fixture.outcomes();

  expect(signups).toHaveLength(attempts);
  const openMails = new Set(mails.filter(({ done }) => done === 0).map(({ signup_id }) => signup_id));
  const isOpen = (row: (typeof signups)[number]) => row.done === 0 || openMails.has(row.id);
  expect(signups.filter((row) => (row.outcome === null) !== isOpen(row))).toEqual([]);
  expect(signups.filter((row) => row.done === 1 && row.canonical !== '')).toEqual([]);
  for (const { id, outcome, reason } of signups) {
    if (outcome === null) continue;
    expect(`${outcome} ${reason}`).toBe(ended.get(id) ?? `${outcome} ${reason}`);
    ended.set(id, `${outcome} ${reason}`);
  }
  expect(counts).toEqual(
    Object.fromEntries(
      Map.groupBy(ended.values(), (ending) => ending)
        .entries()
        .map(([ending, all]) => [ending, all.length]),
    ),
  );

  expect(mails.filter(({ id, uncertain_times }) => (copies.get(id) ?? 0) > 1 + uncertain_times)).toEqual([]);
  const confirmations = mails.filter(({ kind }) => kind === 'confirm');
  for (const asked of Map.groupBy(confirmations, (mail) => mail.subscriber_id).values()) {
    const tooSoon = asked.filter((mail, index) => {
      const before = asked[index - confirmationsADay];
      return before !== undefined && mail.created_at - before.created_at < 24 * hourMs;
    });
    expect(tooSoon).toEqual([]);
  }
}

/** What holds once all is quiet: each mail says of itself what the server knows. */
async function expectEveryAttemptEnded(
  { fixture, copies, attempts }: SignupModel,
  ended: ReadonlyMap<number, string>,
): Promise<void> {
  expect(ended.size).toBe(attempts);
  for (const mail of await fixture.store.db.selectFrom('mails').selectAll().execute()) {
    const arrived = copies.get(mail.id) ?? 0;
    expect(mail).toMatchObject({ done: 1, outcome: expect.any(String) });
    if (mail.state === 'accepted') expect(arrived).toBeGreaterThan(0);
    else if (arrived > 0) expect(mail.uncertain_times).toBeGreaterThan(0);
    if (mail.state === 'suppressed') expect(arrived).toBe(0);
  }
}
