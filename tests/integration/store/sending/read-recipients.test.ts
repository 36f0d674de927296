import { afterEach, beforeEach, expect, test } from 'vitest';

import { readRecipients } from '../../../../src/store/sending/read-recipients.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

let store: StoreFixture;
let editionId: number;

/** 100 deliveries, of which every tenth failed: `policy`, but for the last. */
beforeEach(async () => {
  store = await StoreFixture.create();
  await store.subscribe(100);
  editionId = await store.approve('2026-11-23');
  await store.publish(editionId, 100);
  for (let id = 1; id <= 100; id += 1) {
    const isFailed = id % 10 === 0;
    await store.db
      .insertInto('deliveries')
      .values({
        edition_id: editionId,
        subscriber_id: id,
        state: isFailed ? 'failed' : 'accepted',
        revision: 1,
        epoch: 1,
        attempts: 1,
        uncertain_times: 0,
        next_attempt_at: null,
        outcome: isFailed ? 'subscription-failed' : 'thank-you',
        reason: id === 100 ? 'full' : isFailed ? 'policy' : 'accepted',
        relay: null,
        reply_code: null,
        enhanced: null,
        reply_text: null,
        changed_at: 1,
      })
      .execute();
  }
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

const query = { kind: 'failed', reason: '', text: '', afterId: 0, limit: 50 } as const;
const read = (changes: object = {}, rowsRead?: number) =>
  readRecipients(store.db, { ...query, editionId, ...changes }, rowsRead);

test.each([1, 3, 10, 1_000])(
  'pages that read %i rows of the ledger hold each recipient once',
  async (rowsRead) => {
    const seen: number[] = [];
    let afterId: number | undefined = 0;
    while (afterId !== undefined) {
      const page: Awaited<ReturnType<typeof read>> = await read({ afterId, limit: 2 }, rowsRead);
      seen.push(...page.recipients.map(({ subscriberId }) => subscriberId));
      expect(page.nextAfterId ?? Infinity).toBeGreaterThan(afterId);
      afterId = page.nextAfterId;
    }

    expect(seen).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  },
);

test('a page without a match says where the search goes on', async () => {
  expect(await read({ reason: 'full' }, 30)).toEqual({ recipients: [], nextAfterId: 30 });
});

test.each([
  [{ reason: 'full' }, [100]],
  [{ text: 'READER20@' }, [20]],
  [{ text: 'reader_0@' }, []],
  [{ text: '%' }, []],
  [{ text: "' or 1 = 1 --" }, []],
  [{ kind: 'suppressed' }, []],
])('finds by %j', async (changes, ids) => {
  expect((await read(changes)).recipients.map(({ subscriberId }) => subscriberId)).toEqual(ids);
});
