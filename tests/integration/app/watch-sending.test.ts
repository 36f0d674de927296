import { expect, test } from 'vitest';

import { watchSending } from '../../../src/app/sending/watch-sending.ts';
import { createAlarms } from '../../../src/store/alarms.ts';
import { createSendingWatch } from '../../../src/store/sending/sending-watch.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

const minute = 60_000;

/** An edition of 20 recipients, published at 1,000 ms, and the watch over it. */
async function watched() {
  const site = await DeliveryFixture.create({ recipients: 20, batchSize: 10 });
  const relays = [{ relay: 'mx', state: 'up', trouble: 'it refuses the credentials.' }];
  const { db } = site.store;
  const check = watchSending(
    {
      sending: createSendingWatch(db),
      relays: () => relays,
      lastAcceptedAt: () => undefined,
      alarms: createAlarms(db),
      clock: () => site.now,
    },
    { stalledMs: 5 * minute },
  );
  const kinds = async () =>
    (await db.selectFrom('alarms').select(['kind', 'text']).orderBy('id').execute()).map(({ kind }) => kind);
  return { site, relays, check, kinds };
}

test('alarms once when no relay can be used for 20 seconds, and not for a shorter outage', async () => {
  const { site, relays, check, kinds } = await watched();
  const [relay] = relays;
  if (relay === undefined) throw new Error('no relay');
  relay.state = 'down';
  await check();
  site.now += 19_000;
  await check();
  expect(await kinds()).toEqual([]);

  site.now += 2_000;
  await check();
  await check();

  expect(await kinds()).toEqual(['relay-down']);
  const { text } = await site.store.db.selectFrom('alarms').select('text').executeTakeFirstOrThrow();
  expect(text).toContain('sample/2026-11-23');
  expect(text).toContain('it refuses the credentials');
  expect(text).toContain('daybrief status');
});

test('alarms once when no message has been accepted for five minutes', async () => {
  const { site, check, kinds } = await watched();
  site.now += 4 * minute;
  await check();
  expect(await kinds()).toEqual([]);

  site.now += 2 * minute;
  await check();
  await check();

  expect(await kinds()).toEqual(['stalled']);
});

test('raises no alarm while any worker has messages accepted, or when the edition is finished', async () => {
  const { site, check, kinds } = await watched();
  site.now += 6 * minute;
  await site.deliver({ batchId: 1 });
  site.now += 4 * minute;
  await check();
  await site.deliver({ batchId: 2 });
  site.now += 60 * minute;
  await check();

  expect(await kinds()).toEqual([]);
});

test('raises no alarm for recipients whose time has not come', async () => {
  const { site, check, kinds } = await watched();
  await site.store.db
    .updateTable('batches')
    .set({ due_at: 10 * 60 * minute })
    .execute();
  site.now += 60 * minute;

  await check();

  expect(await kinds()).toEqual([]);
});
