import { expect, test } from 'vitest';

import { StoreFixture } from '../../../support/store/store-fixture.ts';

const date = '2026-11-24';
const byJo = (event: string) => ({ at: 5, event, actor: 'jo', detail: '' });

test('an edition that is approved again after it was cancelled has a second approval in its history', async () => {
  await using store = await StoreFixture.create();
  const editionId = await store.approve(date);
  await store.editions.changeState(editionId, 'cancelled', byJo('cancelled'));

  await store.approve(date);
  await store.approve(date);

  const events = await store.editions.events(editionId);
  expect(events.map(({ event }) => event)).toEqual(['approved', 'cancelled', 'approved']);
  expect(events.at(-1)?.detail).toContain('has been cancelled');
  expect((await store.editions.get(editionId)).state).toBe('approved');
});

test.each([
  ['before anyone got it', 0, /before anyone got it/u, /another date/u],
  ['after a part was sent', 1, /after part of it had been sent/u, /daybrief correct/u],
] as const)(
  'an edition that was published and cancelled %s is not approved again, and says why',
  async (_when, served, message, hint) => {
    await using store = await StoreFixture.create();
    const editionId = await store.approve(date);
    await store.db
      .updateTable('editions')
      .set({ state: 'cancelled', published_at: 5, served })
      .where('id', '=', editionId)
      .execute();

    await expect(store.approve(date)).rejects.toMatchObject({
      code: 'EDITION_STATE',
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  },
);

test.each([
  ['sent', 'has already been sent and cannot be cancelled'],
  ['cancelled', 'has been cancelled'],
] as const)('cancelling an edition that is %s says so', async (state, sentence) => {
  await using store = await StoreFixture.create();
  const editionId = await store.approve(date);
  await store.db.updateTable('editions').set({ state }).where('id', '=', editionId).execute();

  await expect(store.editions.changeState(editionId, 'cancelled', byJo('cancelled'))).rejects.toMatchObject({
    message: `The edition of ${date} ${sentence}.`,
  });
});
