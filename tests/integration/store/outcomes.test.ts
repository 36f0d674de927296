import { expect, test } from 'vitest';

import { readOutcomes, readSignupOutcomes } from '../../../src/store/outcomes/read-outcomes.ts';
import { accepted, begin, claimFirst, publishedEdition, settle } from '../../support/ledger-fixture.ts';
import { day, leaseMs, SignupFixture } from '../../support/signup-fixture.ts';

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
