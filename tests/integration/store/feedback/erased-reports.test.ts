import { expect, test } from 'vitest';

import { createSubscribers } from '../../../../src/store/subscribers/subscribers.ts';
import { FeedbackFixture } from '../../../support/store/feedback-fixture.ts';

async function withErased(id: number) {
  const fixture = await FeedbackFixture.create(3);
  const editionId = await fixture.sent('2026-11-26');
  const { db, keys } = fixture.store;
  const erase = () => createSubscribers(db, { keys }).erase(`reader${id}@example.org`, { now: 1_000 });
  const texts = async () =>
    db.selectFrom('feedback').select(['subscriber_id', 'reply_text']).orderBy('subscriber_id').execute();
  return { fixture, editionId, erase, texts, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() };
}

test('a report that is read after its subscriber was erased leaves no words of the receiver', async () => {
  await using on = await withErased(1);
  await on.erase();

  const arrivals = [1, 2].map((id) =>
    on.fixture.bounce(on.editionId, id, { class: 'hard', refusal: 'bad-address' }),
  );
  await on.fixture.feedback.record(arrivals, { now: 2_000 });

  expect(await on.texts()).toEqual([
    { subscriber_id: 1, reply_text: null },
    { subscriber_id: 2, reply_text: '550 5.1.1 <reader2@example.org> unknown' },
  ]);
});

test('a report and an erasure at the same moment leave no words either', async () => {
  await using on = await withErased(1);
  const bounce = on.fixture.bounce(on.editionId, 1, { class: 'hard', refusal: 'bad-address' });

  await Promise.all([on.fixture.feedback.record([bounce], { now: 2_000 }), on.erase()]);

  expect(await on.texts()).toEqual([{ subscriber_id: 1, reply_text: null }]);
});

test('a message about an erased subscriber is not kept for a person', async () => {
  await using on = await withErased(1);
  await on.erase();

  const unclear = [1, 2].map((id) => on.fixture.bounce(on.editionId, id, { class: 'unclassified' }));
  const recorded = await on.fixture.feedback.record(unclear, { now: 2_000 });

  expect(recorded.map(({ disposal }) => disposal)).toEqual(['counted', 'kept']);
});
