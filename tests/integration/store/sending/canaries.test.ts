import { expect, test } from 'vitest';

import { judgeCanaries } from '../../../../src/app/sending/judge-canaries.ts';
import type { Arrival } from '../../../../src/domain/inbound/feedback.ts';
import type { CanarySettings } from '../../../../src/domain/sending/canary.ts';
import { createCanaries } from '../../../../src/store/sending/canaries.ts';
import { publishEdition } from '../../../../src/store/sending/publish.ts';
import { acceptAll, relay } from '../../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../../support/store/delivery-fixture.ts';
import { FeedbackFixture } from '../../../support/store/feedback-fixture.ts';

const canary: CanarySettings = {
  share: 0.1,
  minutes: 5,
  limits: { bounced: 0.02, complained: 0.01, deferred: 0.25, failed: 0.05 },
};
const overAt = 1_000 + 5 * 60_000;

class CanarySite {
  readonly site: DeliveryFixture;
  hasChanged = false;

  private constructor(site: DeliveryFixture) {
    this.site = site;
  }

  /** 200 recipients, of whom 50 come first. */
  static async create(): Promise<CanarySite> {
    return new CanarySite(await DeliveryFixture.create({ recipients: 200, batchSize: 40, canary }));
  }

  async judge(at: number): Promise<void> {
    const { site } = this;
    site.now = at;
    await judgeCanaries({
      canaries: createCanaries(site.store.db),
      editions: site.store.editions,
      hasChanged: async () => this.hasChanged,
      clock: () => site.now,
    });
  }

  async edition() {
    return this.site.store.editions.get(this.site.editionId);
  }

  async lastEvent() {
    return (await this.site.store.editions.events(this.site.editionId)).at(-1);
  }

  async alarms() {
    return this.site.store.db.selectFrom('alarms').select(['kind', 'text']).execute();
  }
}

test('first recipients get an edition at once, and all others when the time is over', async () => {
  const canaries = await CanarySite.create();
  const { site } = canaries;

  await site.deliverAllDue();
  await canaries.judge(overAt - 1);
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ intended: 200, accepted: 50, pending: 150 });
  expect((await canaries.edition()).canaryUntil).toBe(overAt);

  await canaries.judge(overAt);
  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ intended: 200, accepted: 200, pending: 0 });
  expect(new Set(site.sessions.sent.map(({ to }) => to)).size).toBe(200);
  expect(await canaries.edition()).toMatchObject({ state: 'sent', canaryUntil: null });
  const events = await site.store.editions.events(site.editionId);
  expect(events.find(({ event }) => event === 'canary-passed')).toMatchObject({
    actor: 'canary',
    detail: '50 of 50 first recipients accepted, 0 bounced, 0 complained',
  });
  expect(await canaries.alarms()).toEqual([]);
});

test('too many deferrals halt an edition with an alarm, and `resume` sends it to the others', async () => {
  const canaries = await CanarySite.create();
  const { site } = canaries;
  site.sessions.script = (to) =>
    Number(/\d+/u.exec(to)?.[0]) % 3 === 0
      ? { kind: 'refused', relay, stage: 'message', code: 451, text: '4.7.1 try later' }
      : acceptAll();

  await site.deliverAllDue();
  await canaries.judge(2_000);

  const { accepted, pending } = await site.accounting();
  expect(accepted).toBeLessThan(50);
  expect(await canaries.edition()).toMatchObject({ state: 'paused', canaryUntil: null });
  expect(await canaries.lastEvent()).toMatchObject({ event: 'halted' });
  const [alarm] = await canaries.alarms();
  expect(alarm?.kind).toBe('halted');
  expect(alarm?.text).toContain(`${50 - accepted} of 50 were deferred`);
  expect(alarm?.text).toContain('at most 25 %). The other 150 recipients did not get it');
  expect(alarm?.text).toContain('daybrief resume sample/2026-11-23');
  expect(pending).toBe(200 - accepted);

  site.sessions.script = acceptAll;
  site.now = 200_000;
  await site.resume();
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ accepted: 200, pending: 0 });
});

test('bounces that come in during the wait halt it', async () => {
  const canaries = await CanarySite.create();
  const { site } = canaries;
  await site.deliverAllDue();
  const feedback = FeedbackFixture.on(site.store);
  const served = await site.store.db.selectFrom('deliveries').select('subscriber_id as id').execute();
  const arrivals: Arrival[] = [];
  for (const { id } of served.slice(0, 3)) {
    arrivals.push(feedback.bounce(site.editionId, id, { class: 'hard' }));
  }
  await feedback.feedback.record(arrivals, { now: 50_000 });

  await canaries.judge(60_000);

  expect((await canaries.edition()).state).toBe('paused');
  expect((await canaries.lastEvent())?.detail).toContain('3 of 50 bounced (6 %; at most 2 %)');
});

test('a digest that was changed after the first recipients got it halts it', async () => {
  const canaries = await CanarySite.create();
  await canaries.site.deliverAllDue();
  canaries.hasChanged = true;

  await canaries.judge(overAt);

  expect((await canaries.edition()).state).toBe('paused');
  expect((await canaries.lastEvent())?.detail).toContain('its digest was changed');
});

test('an edition that a person paused and resumed still waits for its canary', async () => {
  const canaries = await CanarySite.create();
  const { site } = canaries;
  await site.steer('paused');
  await canaries.judge(overAt);
  await site.resume();
  site.now = overAt;
  await site.deliverAllDue();
  expect((await site.accounting()).accepted).toBe(50);

  await canaries.judge(overAt + 1);
  await site.deliverAllDue();
  expect((await site.accounting()).accepted).toBe(200);
});

test('cancelled, nobody else gets it, and every recipient has a final outcome', async () => {
  const canaries = await CanarySite.create();
  const { site } = canaries;
  await site.deliverAllDue();
  await site.steer('cancelled');
  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ accepted: 50, failed: 150, pending: 0 });
  expect(site.sessions.sent).toHaveLength(50);
});

test('while nothing is accepted it neither passes nor halts', async () => {
  const canaries = await CanarySite.create();
  await canaries.judge(overAt + 1);

  expect(await canaries.edition()).toMatchObject({ state: 'sending', canaryUntil: overAt });
});

test('an audience of fifty gets the edition at once', async () => {
  const site = await DeliveryFixture.create({ recipients: 50, canary });
  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ accepted: 50, pending: 0 });
  expect((await site.store.editions.get(site.editionId)).canaryUntil).toBeNull();
});

test('each edition has other first recipients', async () => {
  const site = await DeliveryFixture.create({ recipients: 200, batchSize: 40, canary });
  const next = await site.store.approve('2026-11-24');
  const published = { editionId: next, actor: 'test', now: 1_000, expiresAt: 1_000_000, batchSize: 40 };
  await publishEdition(site.store.db, { ...published, canary: { share: 0.1, until: 2_000 } });

  const firsts = await site.store.db
    .selectFrom('batches')
    .select((eb) => ['edition_id', eb.fn.min('first_subscriber_id').as('first')])
    .where('due_at', '=', 1_000)
    .groupBy('edition_id')
    .execute();

  expect(firsts).toHaveLength(2);
  expect(firsts[0]?.first).not.toBe(firsts[1]?.first);
});
