import { describe, expect, test } from 'vitest';

import { tickSchedule } from '../../../src/app/schedule/tick-schedule.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import {
  ClockFixture,
  deadlineAt,
  minuteAt,
  minutes,
  wednesday,
} from '../../support/store/schedule-fixture.ts';

const event = { at: 0, event: 'test', actor: 'jo', detail: '' };

test('a digest that changed after its approval alarms 60 and 30 minutes before the send time and at it', async () => {
  const clock = await ClockFixture.create();
  await clock.approve(wednesday);
  clock.changed.add(`sample/${wednesday}`);

  for (let at = minuteAt - minutes(100); at < minuteAt + minutes(30); at += minutes(1)) await clock.tick(at);

  expect(await clock.alarms()).toEqual([
    `sample/${wednesday}/changed-since-approval/60`,
    `sample/${wednesday}/changed-since-approval/30`,
    `sample/${wednesday}/changed-since-approval/0`,
  ]);
  expect(await clock.lastAlarmText()).toContain(`\`daybrief pause sample/${wednesday}\` stops it`);
  expect(await clock.stateOf(wednesday)).toBe('sending');
});

describe('a morning that nothing is approved for', () => {
  test('alarms 60 and 30 minutes before the send time and at it, and is missed; each alarm once for all schedulers', async () => {
    const clock = await ClockFixture.create();

    for (let at = minuteAt - minutes(100); at < deadlineAt + minutes(30); at += minutes(1)) {
      clock.now = at;
      await Promise.all(Array.from({ length: 3 }, () => tickSchedule(clock.ports)));
    }

    expect(await clock.alarms()).toEqual([
      `sample/${wednesday}/not-approved/60`,
      `sample/${wednesday}/not-approved/30`,
      `sample/${wednesday}/not-approved/0`,
      `sample/${wednesday}/missed`,
    ]);
    const raised = await clock.store.db.selectFrom('alarms').select(['at', 'text']).orderBy('id').execute();
    expect(raised.map(({ at }) => (at - minuteAt) / 60_000)).toEqual([-60, -30, 0, 180]);
    expect(raised[0]?.text).toBe(
      `Nothing is approved for sample/${wednesday}. It is due in 60 minutes, at 06:00 America/Chicago.`,
    );
    expect(await clock.stateOf(wednesday)).toBe('missed');
  });

  test('alarms once for what is due where the scheduler starts late', async () => {
    const clock = await ClockFixture.create();

    await clock.tick(minuteAt - minutes(12));
    await clock.tick(minuteAt - minutes(11));

    expect(await clock.alarms()).toEqual([`sample/${wednesday}/not-approved/30`]);
    expect(await clock.lastAlarmText()).toContain('due in 12 minutes');
  });

  test('is missed after a restart on the next day', async () => {
    const clock = await ClockFixture.create();

    await clock.tick(minuteAt + minutes(1_200));

    expect(await clock.alarms()).toEqual([`sample/${wednesday}/missed`]);
  });

  test.each([
    ['on a day off', Date.parse('2026-11-29T12:00Z'), {}],
    ['on a holiday', minuteAt, { holidays: [wednesday] }],
    ['where everything is left to people', minuteAt, { atSendTime: 'skip' as const }],
  ])('is nothing to alarm about %s', async (_, at, changes) => {
    const clock = await ClockFixture.create();
    clock.publications.set('sample', { ...samplePublication, ...changes });

    await clock.tick(at);

    expect((await clock.alarms()).filter((key) => !key.includes('missed'))).toEqual([]);
  });

  test('raises no alarm for a publication without subscribers, or without any at the time', async () => {
    const clock = await ClockFixture.create({ subscribers: 0 });
    await clock.tick(minuteAt);
    const nobody = await clock.alarms();

    await clock.store.subscribe(2);
    await clock.store.db
      .updateTable('subscriptions')
      .set({ created_at: minuteAt + 1 })
      .execute();
    await clock.tick(deadlineAt + 1);

    expect([nobody, await clock.alarms()]).toEqual([[], []]);
  });

  test('is nothing to alarm about where its edition was cancelled', async () => {
    const clock = await ClockFixture.create();
    const { id } = await clock.approve(wednesday);
    await clock.store.editions.changeState(id, 'cancelled', event);

    for (const at of [minuteAt - minutes(50), minuteAt, deadlineAt]) await clock.tick(at);

    expect(await clock.alarms()).toEqual([]);
    expect(await clock.stateOf(wednesday)).toBe('cancelled');
  });

  test('of an evening paper is missed after midnight, and alarms before a minute past midnight', async () => {
    const clock = await ClockFixture.create();
    clock.publications.set('sample', { ...samplePublication, sendAt: '22:30', deadline: '01:00' });
    await clock.tick(Date.parse('2026-11-26T06:59Z'));
    await clock.tick(Date.parse('2026-11-26T07:00Z'));
    const evening = await clock.alarms();
    clock.publications.set('sample', { ...samplePublication, sendAt: '00:20', deadline: '01:30' });
    await clock.tick(Date.parse('2026-11-27T05:40Z'));

    expect(evening.filter((key) => key.includes(wednesday))).toEqual([
      `sample/${wednesday}/not-approved/0`,
      `sample/${wednesday}/missed`,
    ]);
    expect(await clock.alarms()).toContain('sample/2026-11-27/not-approved/60');
  });
});

describe('a publication that waives approval', () => {
  test('has its digest frozen and sent at its minute', async () => {
    const clock = await ClockFixture.create();
    clock.publications.set('sample', { ...samplePublication, approval: false });

    for (const at of [minuteAt - minutes(55), minuteAt - minutes(20)]) await clock.tick(at);
    const before = await clock.stateOf(wednesday);
    await clock.tick(minuteAt);
    await clock.tick(minuteAt + 1);

    expect([before, await clock.stateOf(wednesday)]).toEqual([undefined, 'sending']);
    expect(await clock.alarms()).toEqual([]);
  });

  test('alarms what is wrong with its digest', async () => {
    const clock = await ClockFixture.create();
    clock.publications.set('sample', { ...samplePublication, approval: false });
    const refuse = async () => {
      throw new AppError('DIGEST_INVALID', 'digests/sample/x.md has 2 mistakes.');
    };

    await clock.tick(minuteAt - minutes(55), { checkDigest: refuse });
    await clock.tick(minuteAt, { approveWaived: refuse });

    expect(await clock.alarms()).toEqual([
      `sample/${wednesday}/not-approved/60`,
      `sample/${wednesday}/not-approved/0`,
    ]);
    expect(await clock.lastAlarmText()).toContain('digests/sample/x.md has 2 mistakes.');
  });
});
