import { expect, test } from 'vitest';

import type { EditionRange, SignupRange } from '../../../../src/domain/outcome-ranges.ts';
import { readOutcomes, readSignupOutcomes } from '../../../../src/store/outcomes/read-outcomes.ts';
import { FeedbackFixture } from '../../../support/store/feedback-fixture.ts';
import {
  accepted,
  begin,
  claimFirst,
  publishedEdition,
  settle,
} from '../../../support/store/ledger-fixture.ts';
import { day, leaseMs, SignupFixture } from '../../../support/store/signup-fixture.ts';

const refusal = { publicationId: 1, outcome: 'valid-email', reason: 'space', attempts: 2 } as const;

test('attempts to sign up are counted by day, publication, outcome and reason, newest day first', async () => {
  await using fixture = await SignupFixture.create();
  await fixture.store.db.insertInto('publications').values({ id: 2, slug: 'evening' }).execute();
  await fixture.sendMail(await fixture.signUp('ada@example.org'));
  await fixture.signups.count([{ ...refusal, day: '2026-11-21' }]);
  await fixture.signups.count([{ ...refusal, day: '2026-11-22', publicationId: 2, attempts: 5 }]);
  await fixture.signups.count([{ ...refusal, day }]);

  const all = await readSignupOutcomes(fixture.store.db, { days: 2 });
  const sample = await readSignupOutcomes(fixture.store.db, { publicationId: 1, days: 2 });

  const spaces = { outcome: 'valid-email', reason: 'space', attempts: 2 };
  const newest = [
    { day, publication: 'sample', ...spaces },
    {
      day,
      publication: 'sample',
      outcome: 'thank-you',
      reason: 'confirmation-accepted',
      attempts: 1,
    },
  ];
  expect(all).toEqual([...newest, { day: '2026-11-22', publication: 'evening', ...spaces, attempts: 5 }]);
  expect(sample).toEqual([...newest, { day: '2026-11-21', publication: 'sample', ...spaces }]);
  expect(await readSignupOutcomes(fixture.store.db, { days: 1, day: '2026-11-21' })).toEqual([
    { day: '2026-11-21', publication: 'sample', ...spaces },
  ]);
});

test('attempts to sign up are counted on the days of a range, all of them, and for one reason', async () => {
  await using fixture = await SignupFixture.create();
  const days = ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'];
  await fixture.signups.count(
    days.flatMap((day) => [
      { ...refusal, day },
      { ...refusal, day, reason: 'syntax', attempts: 1 },
    ]),
  );

  const counted = async (range: Omit<SignupRange, 'days'>) =>
    (await readSignupOutcomes(fixture.store.db, { days: 1, ...range })).map(
      ({ day, reason }) => `${day} ${reason}`,
    );

  expect(await counted({ from: '2026-11-21', to: '2026-11-22' })).toEqual([
    '2026-11-22 space',
    '2026-11-22 syntax',
    '2026-11-21 space',
    '2026-11-21 syntax',
  ]);
  expect(await counted({ from: '2026-11-22', reason: 'space' })).toEqual([
    '2026-11-23 space',
    '2026-11-22 space',
  ]);
  expect(await counted({ to: '2026-11-20', reason: 'syntax' })).toEqual(['2026-11-20 syntax']);
  expect(await counted({ reason: 'syntax' })).toEqual(['2026-11-23 syntax']);
});

test('deliveries and reports are counted of the editions of a range, all of them, and for one reason', async () => {
  await using fixture = await FeedbackFixture.create(3);
  const { feedback, store } = fixture;
  for (const date of ['2026-11-24', '2026-11-25', '2026-11-26']) {
    const editionId = await fixture.sent(date);
    const hard = { class: 'hard', refusal: 'bad-address' } as const;
    const soft = { class: 'soft', refusal: 'full' } as const;
    const arrivals = [fixture.bounce(editionId, 1, hard), fixture.bounce(editionId, 2, soft)];
    await feedback.record(arrivals, { now: Date.parse(date) });
  }

  const counted = async (range: Omit<EditionRange, 'editions'>) => {
    const [deliveries, reports] = await Promise.all([
      readOutcomes(store.db, { editions: 1, ...range }),
      feedback.reasons({ editions: 1, ...range }),
    ]);
    return [deliveries, reports].map((rows) => rows.map(({ date, reason }) => `${date} ${reason}`));
  };

  expect(await counted({ from: '2026-11-25', reason: 'accepted' })).toEqual([
    ['2026-11-26 accepted', '2026-11-25 accepted'],
    [],
  ]);
  expect(await counted({ to: '2026-11-25', reason: 'full' })).toEqual([
    [],
    ['2026-11-25 full', '2026-11-24 full'],
  ]);
  expect(await counted({ from: '2026-11-25', to: '2026-11-25' })).toEqual([
    ['2026-11-25 accepted'],
    ['2026-11-25 bad-address', '2026-11-25 full'],
  ]);
});

test('an attempt that has not ended is counted nowhere', async () => {
  await using fixture = await SignupFixture.create();
  await fixture.add('ada@example.org');
  const mail = await fixture.claimMail(await fixture.signUp('bob@example.org'));
  await fixture.mails.begin(mail, { now: 0, leaseMs, day });

  expect(await readSignupOutcomes(fixture.store.db, { days: 7 })).toEqual([]);
});

test('deliveries are counted once they have ended', async () => {
  const { store } = await publishedEdition({ recipients: 3, batchSize: 10 });
  const claim = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(claim, { now: 1_000 });
  await begin(store, claim, { intents: recipients, now: 1_000 });
  await settle(store, claim, { settlements: [accepted(1), accepted(2)], now: 1_000 });

  expect(await readOutcomes(store.db, { editions: 7 })).toEqual([
    {
      date: '2026-11-23',
      publication: 'sample',
      outcome: 'thank-you',
      reason: 'accepted',
      count: 2,
    },
  ]);
  expect(await readOutcomes(store.db, { editions: 7, day: '2026-11-23' })).toHaveLength(1);
  expect(await readOutcomes(store.db, { editions: 7, day: '2026-11-22' })).toEqual([]);

  // Another publication has an edition on that day too, and the newest one alone would be all of one edition.
  await store.db.insertInto('publications').values({ id: 2, slug: 'evening' }).execute();
  const { id: _, ...edition } = await store.db.selectFrom('editions').selectAll().executeTakeFirstOrThrow();
  await store.db
    .insertInto('editions')
    .values({ ...edition, publication_id: 2 })
    .execute();
  expect(await readOutcomes(store.db, { editions: 1, day: '2026-11-23' })).toHaveLength(1);
});
