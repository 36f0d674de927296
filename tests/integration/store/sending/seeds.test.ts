import { expect, test } from 'vitest';

import { judgeCanaries } from '../../../../src/app/sending/judge-canaries.ts';
import { lastExpiryOf } from '../../../../src/domain/editions/local-time.ts';
import type { SeedFinding } from '../../../../src/domain/sending/seeds/seed.ts';
import { createCanaries } from '../../../../src/store/sending/canaries.ts';
import { publishEdition } from '../../../../src/store/sending/publish.ts';
import { createSeeds, readSeeds } from '../../../../src/store/sending/seeds.ts';
import { readExplanation } from '../../../../src/store/subscribers/explanation.ts';
import { DeliveryFixture } from '../../../support/store/delivery-fixture.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

const addresses = ['in@one.example', 'in@two.example'];

async function published(options: { readonly recipients: number; readonly share?: number }) {
  const store = await StoreFixture.create();
  await store.subscribe(options.recipients);
  const editionId = await store.approve('2026-11-23');
  const settings = JSON.stringify({ publication: { canary: { minutes: 5 } } });
  await store.db.updateTable('revisions').set({ settings }).execute();
  const { share } = options;
  await publishEdition(store.db, {
    editionId,
    actor: 'test',
    now: 1_000,
    expiresAt: 9_000_000,
    batchSize: 20,
    seeds: { addresses, until: 61_000 },
    ...(share === undefined ? {} : { canary: { share, until: 2_000 } }),
  });
  const judge = (now: number) =>
    judgeCanaries({
      canaries: createCanaries(store.db),
      editions: store.editions,
      hasChanged: async () => false,
      clock: () => now,
    });
  const due = async (now = 1_000_000) => (await store.batches.due({ now, limit: 100 })).length;
  return {
    store,
    editionId,
    seeds: createSeeds(store.db),
    judge,
    due,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function settleAll(
  on: Awaited<ReturnType<typeof published>>,
  state: 'passed' | 'failed',
  findings: readonly SeedFinding[] = [],
): Promise<void> {
  for (const id of await on.seeds.due({ now: 5_000, limit: 10 })) {
    const claim = await on.seeds.claim(id, { now: 5_000, leaseMs: 1_000 });
    if (claim !== undefined) await on.seeds.settle(claim, { state, findings, at: 5_000 });
  }
}

test('no batch is due before the seeds have passed, then the share, then all', async () => {
  await using on = await published({ recipients: 200, share: 0.1 });
  expect(await on.due()).toBe(0);
  expect(await on.store.editions.get(on.editionId)).toMatchObject({ awaitsSeeds: true, canaryUntil: 61_000 });
  await on.judge(2_000);
  expect(await on.due()).toBe(0);

  await settleAll(on, 'passed');
  await on.judge(6_000);

  expect(await on.due()).toBe(3);
  expect(await on.store.editions.get(on.editionId)).toMatchObject({
    awaitsSeeds: false,
    canaryUntil: 306_000,
  });
});

test('without others all are due once the seeds have passed', async () => {
  await using on = await published({ recipients: 40 });
  await settleAll(on, 'passed');
  await on.judge(6_000);

  expect(await on.due()).toBe(2);
  expect(await on.store.editions.get(on.editionId)).toMatchObject({ awaitsSeeds: false, canaryUntil: null });
});

test('one seed that failed halts the edition while another is still open', async () => {
  await using on = await published({ recipients: 40 });
  const [first = 0] = await on.seeds.due({ now: 5_000, limit: 10 });
  const claim = await on.seeds.claim(first, { now: 5_000, leaseMs: 1_000 });
  if (claim === undefined) throw new Error('nothing to claim');
  const findings = [{ check: 'folder', ok: false, text: 'the message is in the folder Junk' }] as const;
  await on.seeds.settle(claim, { state: 'failed', findings, at: 5_000 });
  await on.judge(6_000);

  expect(await on.store.editions.get(on.editionId)).toMatchObject({ state: 'paused', awaitsSeeds: false });
  const [alarm] = await on.store.db.selectFrom('alarms').select(['kind', 'text']).execute();
  expect(alarm?.kind).toBe('halted');
  expect(alarm?.text).toContain('one.example: the message is in the folder Junk');
  expect(await on.due()).toBe(0);

  const event = { at: 7_000, event: 'resumed', actor: 'test', detail: '' };
  await on.store.editions.resume(on.editionId, { revision: 1, event });
  expect(await on.due()).toBe(2);
});

test('a worker whose lease is over cannot settle a seed that another one has claimed', async () => {
  await using on = await published({ recipients: 40 });
  const [id = 0] = await on.seeds.due({ now: 5_000, limit: 10 });
  const old = await on.seeds.claim(id, { now: 5_000, leaseMs: 1_000 });
  const current = await on.seeds.claim(id, { now: 6_000, leaseMs: 1_000 });
  if (old === undefined || current === undefined) throw new Error('nothing to claim');

  await on.seeds.release(old, { nextAt: 7_000, sentAt: 6_000 });
  await on.seeds.settle(old, { state: 'failed', findings: [], at: 6_000 });
  expect((await readSeeds(on.store.db, on.editionId))[0]?.state).toBe('waiting');

  await on.seeds.release(current, { nextAt: 7_000, sentAt: 6_500 });
  expect((await readSeeds(on.store.db, on.editionId))[0]).toMatchObject({ state: 'sent', sentAt: 6_500 });
});

test('an edition that is cancelled while its seeds are checked leaves nobody waiting', async () => {
  await using on = await published({ recipients: 40, share: 0.1 });
  const event = { at: 7_000, event: 'cancelled', actor: 'test', detail: '' };
  await on.store.editions.changeState(on.editionId, 'cancelled', event);

  expect(await on.due()).toBe(2);
  expect(await on.store.editions.get(on.editionId)).toMatchObject({ awaitsSeeds: false, canaryUntil: null });
});

test('a corrected revision without seeds goes to the first recipients', async () => {
  await using on = await published({ recipients: 40 });
  const at = { at: 7_000, actor: 'test', detail: '' };
  await on.store.editions.changeState(on.editionId, 'paused', { ...at, event: 'paused' });
  await on.store.editions.resume(on.editionId, { revision: 2, event: { ...at, event: 'resumed' } });

  expect(await on.due()).toBe(2);
});

test('`explain` says that a recipient waits for the seeds, or for the first recipients', async () => {
  await using on = await published({ recipients: 200, share: 0.1 });
  const waits = async () => {
    const kinds = new Set<string | undefined>();
    for (let id = 1; id <= 200; id += 1) {
      const query = { canonical: `reader${id}@example.org`, subscriberId: id, limit: 1 };
      kinds.add((await readExplanation(on.store.db, query)).absences[0]?.waitsFor?.kind);
    }
    return kinds;
  };
  expect(await waits()).toEqual(new Set(['seeds', 'canary']));
  await settleAll(on, 'passed');
  await on.judge(6_000);

  expect(await waits()).toEqual(new Set([undefined, 'canary']));
});

/** Once nothing failed at them, the seeds let an edition go on. */
async function passSeeds(site: DeliveryFixture): Promise<void> {
  const seeds = createSeeds(site.store.db);
  const now = site.now;
  for (const id of await seeds.due({ now, limit: 10 })) {
    const claim = await seeds.claim(id, { now, leaseMs: 1_000 });
    if (claim !== undefined) await seeds.settle(claim, { state: 'passed', findings: [], at: now });
  }
  await judgeCanaries({
    canaries: createCanaries(site.store.db),
    editions: site.store.editions,
    hasChanged: async () => false,
    clock: () => now,
  });
}

const dayMs = 86_400_000;

test('during a warm-up the recipients of the first day wait for the seeds, and those of later days for their day', async () => {
  const site = await DeliveryFixture.create({
    recipients: 50,
    batchSize: 20,
    seeds: { addresses, until: 61_000 },
    warmUp: {
      overflow: 'hold',
      expiryMs: 12 * 3_600_000,
      days: [
        { date: '2026-12-01', at: 1_000, cap: 10 },
        { date: '2026-12-02', at: 1_000 + dayMs, cap: null },
      ],
    },
  });
  await setSeeds(site);
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ intended: 50, accepted: 0, pending: 50 });

  site.now = 30_000;
  await passSeeds(site);
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ accepted: 10, pending: 40 });

  site.now = 1_000 + dayMs;
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ accepted: 50, pending: 0 });
  expect(new Set(site.sessions.sent.map(({ to }) => to)).size).toBe(50);
});

test('seeds that are checked for longer than a day of a warm-up hold its recipients too', async () => {
  const site = await DeliveryFixture.create({
    recipients: 30,
    batchSize: 10,
    seeds: { addresses, until: 61_000 },
    warmUp: {
      overflow: 'hold',
      expiryMs: 3 * dayMs,
      days: [
        { date: '2026-12-01', at: 1_000, cap: 10 },
        { date: '2026-12-02', at: 1_000 + dayMs, cap: null },
      ],
    },
  });
  await setSeeds(site);
  site.now = 1_000 + 2 * dayMs;
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ accepted: 0, pending: 30 });

  await passSeeds(site);
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ accepted: 30, pending: 0 });
});

test('by local time no wave begins before the seeds have passed, and then each at its own time', async () => {
  const publishedAt = Date.parse('2026-11-22T20:00Z');
  const terms = { time: '06:00', timeZone: 'America/Chicago', expiryHours: 12 };
  const site = await DeliveryFixture.create({
    recipients: 3,
    batchSize: 2,
    seeds: { addresses, until: publishedAt + 600_000 },
  });
  await setSeeds(site);
  const { db } = site.store;
  for (const [index, time_zone] of ['Pacific/Auckland', 'Asia/Kolkata', null].entries())
    await db
      .updateTable('subscribers')
      .set({ time_zone })
      .where('id', '=', index + 1)
      .execute();
  const expires_at = lastExpiryOf({ ...terms, date: '2026-11-23', publishedAt });
  const local_time = JSON.stringify(terms);
  await db.updateTable('editions').set({ published_at: publishedAt, expires_at, local_time }).execute();
  const acceptedAt = async (moment: string) => {
    site.now = Date.parse(moment);
    await site.deliverAllDue();
    return (await site.accounting()).accepted;
  };

  expect(await acceptedAt('2026-11-22T20:00Z')).toBe(0);
  expect(await acceptedAt('2026-11-22T20:08Z')).toBe(0);
  await passSeeds(site);
  expect(await acceptedAt('2026-11-22T20:09Z')).toBe(1);
  expect(await acceptedAt('2026-11-23T00:29Z')).toBe(1);
  expect(await acceptedAt('2026-11-23T00:30Z')).toBe(2);
  expect(await acceptedAt('2026-11-23T12:00Z')).toBe(3);
  expect((await site.store.editions.get(site.editionId)).state).toBe('sent');
});

/** As the revision says it that has seeds and no first recipients. */
async function setSeeds(site: DeliveryFixture): Promise<void> {
  const settings = JSON.stringify({ publication: { uncertain: 'resend', canary: { minutes: 5 } } });
  await site.store.db.updateTable('revisions').set({ settings }).execute();
}
