import { expect, test } from 'vitest';

import type { NewRevision } from '../../../../src/domain/editions/edition.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

const revision: NewRevision = {
  contentHash: 'a'.repeat(64),
  subject: 'Subject',
  message: '{}',
  html: '[]',
  text: '[]',
  digest: '{}',
  settings: '{}',
  approvedBy: 'test',
  approvedAt: 1,
  page: 'the page',
};

test('the same mail approved again is the same revision, with the page as it is now', async () => {
  await using store = await StoreFixture.create();
  const first = await store.editions.approve(1, '2026-11-23', revision);

  const again = await store.editions.approve(1, '2026-11-23', { ...revision, page: 'a better page' });

  expect(again).toEqual(first);
  expect(await store.editions.latestRevision(first.edition.id)).toEqual({
    ...revision,
    revision: 1,
    page: 'a better page',
  });
  expect(await store.editions.events(first.edition.id)).toHaveLength(1);
});
