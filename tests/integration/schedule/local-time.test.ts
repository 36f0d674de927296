import { expect, test } from 'vitest';

import { listWaves } from '../../../src/app/sending/waves.ts';
import { lastExpiryOf } from '../../../src/domain/editions/local-time.ts';
import { isBalanced } from '../../../src/domain/sending/delivery.ts';
import { countWaiting } from '../../../src/store/sending/count-waiting.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

const publishedAt = Date.parse('2026-11-22T20:00Z');
const terms = { time: '06:00', timeZone: 'America/Chicago', expiryHours: 12 };
const zones = ['Pacific/Auckland', 'Asia/Kolkata', 'America/Chicago', null, 'Europe/Berlin', 'Asia/Kolkata'];

/** An edition of 2026-11-23, published the evening before in UTC, to six readers in batches of three. */
async function localEdition(): Promise<DeliveryFixture> {
  const site = await DeliveryFixture.create({ recipients: zones.length, batchSize: 3 });
  const { db } = site.store;
  for (const [index, time_zone] of zones.entries()) {
    await db
      .updateTable('subscribers')
      .set({ time_zone })
      .where('id', '=', index + 1)
      .execute();
  }
  const expires_at = lastExpiryOf({ ...terms, date: '2026-11-23', publishedAt });
  const local_time = JSON.stringify(terms);
  await db.updateTable('editions').set({ published_at: publishedAt, expires_at, local_time }).execute();
  await db.updateTable('batches').set({ due_at: publishedAt }).execute();
  return site;
}

const later = { kind: 'refused', relay: 'scripted', stage: 'rcpt', code: 451, text: '4.7.1 later' } as const;

async function nextDue(site: DeliveryFixture): Promise<string> {
  const open = site.store.db.selectFrom('batches').select((eb) => eb.fn.min('due_at').as('at'));
  const { at } = await open.where('done', '=', 0).executeTakeFirstOrThrow();
  return new Date(at).toISOString().slice(0, 16);
}

test('leaves in waves, each reader at six where they are, and the equation closes at every one of them', async () => {
  const site = await localEdition();
  const log: unknown[] = [];

  for (const moment of ['2026-11-22T20:00Z', '2026-11-23T00:30Z', '2026-11-23T05:00Z', '2026-11-23T12:00Z']) {
    site.now = Date.parse(moment);
    await site.deliverAllDue();
    const accounting = await site.accounting();
    const { state } = await site.store.editions.get(site.editionId);
    expect(isBalanced(accounting)).toBe(true);
    log.push([moment, accounting.accepted, accounting.pending, state]);
  }

  expect(log).toEqual([
    ['2026-11-22T20:00Z', 1, 5, 'sending'],
    ['2026-11-23T00:30Z', 3, 3, 'sending'],
    ['2026-11-23T05:00Z', 4, 2, 'sending'],
    ['2026-11-23T12:00Z', 6, 0, 'sent'],
  ]);
  expect(site.sessions.sent).toHaveLength(6);
});

test('says which waves are still to come, and for how many', async () => {
  const site = await localEdition();
  const { store } = site;
  const waves = async (moment: string) => {
    site.now = Date.parse(moment);
    await site.deliverAllDue();
    const ports = { countWaiting: (id: number) => countWaiting(store.db, id), clock: () => site.now };
    const upcoming = await listWaves(await store.editions.get(site.editionId), ports);
    return upcoming.map(({ at, recipients, timeZones }) => [
      new Date(at).toISOString().slice(0, 16),
      recipients,
      timeZones.join(),
    ]);
  };

  expect(await waves('2026-11-22T20:00Z')).toEqual([
    ['2026-11-23T00:30', 2, 'Asia/Kolkata'],
    ['2026-11-23T05:00', 1, 'Europe/Berlin'],
    ['2026-11-23T12:00', 2, 'America/Chicago'],
  ]);
  expect(await waves('2026-11-23T05:00Z')).toEqual([['2026-11-23T12:00', 2, 'America/Chicago']]);
  expect(await waves('2026-11-23T12:00Z')).toEqual([]);
});

test('no batch is claimed in vain between two waves', async () => {
  const site = await localEdition();
  site.now = publishedAt;
  await site.deliverAllDue();

  const due = await site.store.batches.due({ now: Date.parse('2026-11-23T00:29Z'), limit: 10 });

  expect(due).toEqual([]);
  expect(await nextDue(site)).toBe('2026-11-23T00:30');
});

test('a temporary refusal is tried until twelve hours after the wave, and the next wave does not wait for it', async () => {
  const site = await localEdition();
  site.sessions.script = () => later;
  for (site.now = publishedAt; site.now < Date.parse('2026-11-23T08:01Z'); site.now += 600_000) {
    await site.deliverAllDue();
  }

  expect(await site.row(1)).toMatchObject({ state: 'failed', reason: 'expired' });
  expect(await site.row(2)).toMatchObject({ state: 'deferred' });
  expect(await site.row(3)).toBeUndefined();
});

test('a recipient who unsubscribes before their wave gets nothing and counts as suppressed', async () => {
  const site = await localEdition();
  site.now = publishedAt;
  await site.deliverAllDue();
  await site.store.db
    .updateTable('subscriptions')
    .set({ state: 'unsubscribed' })
    .where('subscriber_id', '=', 3)
    .execute();

  site.now = Date.parse('2026-11-23T12:00Z');
  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ intended: 6, accepted: 5, suppressed: 1, pending: 0 });
});
