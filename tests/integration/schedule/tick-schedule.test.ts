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

describe('an approved edition', () => {
  test('goes out at its minute and not before', async () => {
    const clock = await ClockFixture.create({ subscribers: 3 });
    await clock.approve(wednesday);

    await clock.tick(minuteAt - 1);
    const before = await clock.stateOf(wednesday);
    await clock.tick(minuteAt);

    const edition = await clock.edition(wednesday);
    expect([before, edition?.state, edition?.intended]).toEqual(['approved', 'sending', 3]);
    expect(edition?.expires_at).toBe(minuteAt + samplePublication.expiryHours * 3_600_000);
    expect(await clock.alarms()).toEqual([]);
  });

  test('goes out once, however many schedulers see its minute come', async () => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday);

    clock.now = minuteAt;
    await Promise.all(Array.from({ length: 10 }, () => tickSchedule(clock.ports)));

    expect(await clock.events(wednesday)).toEqual(['approved', 'published']);
    expect(await clock.store.db.selectFrom('batches').selectAll().execute()).toHaveLength(1);
    expect(await clock.alarms()).toEqual([]);
  });

  test('is not sent to subscribers who came since if its links lead to this machine, and an alarm says so once', async () => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday, { baseUrl: 'http://localhost:8080' });
    clock.isReachable = true;

    await clock.tick(minuteAt);
    await clock.tick(minuteAt + 1);
    const refused = await clock.stateOf(wednesday);
    const alarms = await clock.alarms();
    clock.isReachable = false;
    await clock.tick(minuteAt + 2);

    expect([refused, await clock.stateOf(wednesday)]).toEqual(['approved', 'sending']);
    expect(alarms).toEqual([`sample/${wednesday}/not-sent`]);
    expect(await clock.lastAlarmText()).toContain('http://localhost:8080, which only this machine can open');
  });

  test('is caught up after a restart until the deadline', async () => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday);

    await clock.tick(deadlineAt - 1);

    expect(await clock.stateOf(wednesday)).toBe('sending');
  });

  test.each([
    ['at the deadline', deadlineAt],
    ['ten days later', deadlineAt + minutes(14_400)],
  ])('is missed, loudly and once, where nothing ran before: %s', async (_, restart) => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday);
    clock.publications.clear();

    await clock.tick(restart);
    await clock.tick(restart + 1);

    expect(await clock.stateOf(wednesday)).toBe('missed');
    expect(await clock.events(wednesday)).toEqual(['approved', 'missed']);
    expect(await clock.alarms()).toEqual([`sample/${wednesday}/missed`]);
    expect(await clock.lastAlarmText()).toContain('09:00 America/Chicago');
  });

  test('goes out at once where it is approved between the minute and the deadline', async () => {
    const clock = await ClockFixture.create();
    await clock.tick(minuteAt + minutes(5));

    clock.now = minuteAt + minutes(6);
    await clock.approve(wednesday);
    await clock.tick();

    expect(await clock.stateOf(wednesday)).toBe('sending');
  });

  test('stays with people where it is approved after the deadline, even after it was missed', async () => {
    const clock = await ClockFixture.create();
    await clock.tick(deadlineAt + 1);
    const missed = await clock.stateOf(wednesday);

    await clock.approve(wednesday);
    await clock.tick(deadlineAt + minutes(1));

    expect([missed, await clock.stateOf(wednesday)]).toEqual(['missed', 'approved']);
    expect(await clock.alarms()).toEqual([`sample/${wednesday}/missed`]);
  });

  test.each([
    ['of a day off', '2026-11-28', {}],
    ['of a holiday', wednesday, { holidays: [wednesday] }],
    ['of a publication that skips', wednesday, { atSendTime: 'skip' as const }],
  ])('%s goes out only where somebody schedules it', async (_, date, changes) => {
    const clock = await ClockFixture.create();
    clock.publications.set('sample', { ...samplePublication, ...changes });
    const { id, sendWindow } = await clock.approve(date, { changes });
    const sendAt = sendWindow?.sendAt ?? 0;

    await clock.tick(sendAt);
    const unscheduled = await clock.stateOf(date);
    await clock.ports.scheduledSends.schedule(id, event);
    await clock.tick(sendAt + 1);

    expect([unscheduled, await clock.stateOf(date)]).toEqual(['approved', 'sending']);
    expect((await clock.alarms()).filter((key) => key.includes(date))).toEqual([]);
  });

  test('an edition of the policy hold alarms once, waits for a user, and is missed', async () => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday, { changes: { atSendTime: 'hold' } });

    for (let at = minuteAt - minutes(90); at < deadlineAt; at += minutes(7)) await clock.tick(at);
    const waiting = await clock.stateOf(wednesday);
    await clock.tick(deadlineAt);

    expect([waiting, await clock.stateOf(wednesday)]).toEqual(['approved', 'missed']);
    expect(await clock.alarms()).toEqual([`sample/${wednesday}/awaiting-send`, `sample/${wednesday}/missed`]);
  });

  test('an edition on hold stays on hold when a correction is approved, and is sent when scheduled again', async () => {
    const clock = await ClockFixture.create();
    const { id } = await clock.approve(wednesday);
    await clock.ports.scheduledSends.schedule(id, event);
    await clock.ports.scheduledSends.hold(id, event);

    await clock.approve(wednesday, { content: 'corrected' });
    await clock.tick(minuteAt);
    const held = await clock.stateOf(wednesday);
    await clock.ports.scheduledSends.schedule(id, event);
    await clock.tick(minuteAt + 1);

    expect([held, await clock.stateOf(wednesday)]).toEqual(['approved', 'sending']);
    expect((await clock.edition(wednesday))?.revision).toBe(2);
    expect(await clock.alarms()).toEqual([`sample/${wednesday}/awaiting-send`]);
  });

  test('that was scheduled stays scheduled when its correction is approved', async () => {
    const clock = await ClockFixture.create();
    const { id } = await clock.approve(wednesday, { changes: { atSendTime: 'hold' } });
    await clock.ports.scheduledSends.schedule(id, event);

    const { state } = await clock.approve(wednesday, {
      content: 'corrected',
      changes: { atSendTime: 'hold' },
    });

    expect(state).toBe('scheduled');
  });

  test('an edition put on hold after the schedule has read it is not sent', async () => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday);
    const { scheduledSends } = clock.ports;

    await clock.tick(minuteAt, {
      scheduledSends: {
        ...scheduledSends,
        due: async (now) => {
          const due = await scheduledSends.due(now);
          for (const { edition } of due) await scheduledSends.hold(edition.id, event);
          return due;
        },
      },
    });

    expect(await clock.stateOf(wednesday)).toBe('approved');
    expect(await clock.alarms()).toEqual([]);
  });

  test('goes by the minute it was approved with, whatever publication.yaml says since', async () => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday);
    clock.publications.set('sample', { ...samplePublication, sendAt: '07:00' });

    await clock.tick(minuteAt);

    expect(await clock.stateOf(wednesday)).toBe('sending');
  });

  test('an edition without recipients alarms once and is missed', async () => {
    const clock = await ClockFixture.create({ subscribers: 0 });
    await clock.approve(wednesday);

    await clock.tick(minuteAt);
    await clock.tick(minuteAt + 1);
    const waiting = await clock.stateOf(wednesday);
    await clock.tick(deadlineAt);

    expect([waiting, await clock.stateOf(wednesday)]).toEqual(['approved', 'missed']);
    expect(await clock.alarms()).toEqual([`sample/${wednesday}/not-sent`, `sample/${wednesday}/missed`]);
  });

  test('that was sent, or missed, stays so when the clock is set back', async () => {
    const clock = await ClockFixture.create();
    await clock.approve('2026-11-24');
    await clock.approve(wednesday);
    clock.now = minuteAt;
    await clock.tick();

    for (const back of [60, 300, 1_440, 2_880]) await clock.tick(minuteAt - minutes(back));
    await clock.tick(minuteAt);

    expect(await clock.events(wednesday)).toEqual(['approved', 'published']);
    expect(await clock.events('2026-11-24')).toEqual(['approved']);
  });
});

describe('a publication.yaml with mistakes', () => {
  test('alarms once a day, stops no other publication, and holds up nothing that is approved', async () => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday);
    await clock.approve(wednesday, { slug: 'zebra' });
    const details = ['publication.yaml:3:1: error: ... [key-unknown]'];
    clock.publications.set('sample', new AppError('PUBLICATION_INVALID', 'It has 1 mistake.', { details }));
    clock.publications.set('zebra', { ...samplePublication, slug: 'zebra' });

    for (const at of [minuteAt, minuteAt + 1]) await clock.tick(at);

    expect(await clock.stateOf(wednesday)).toBe('sending');
    expect(await clock.stateOf(wednesday, 'zebra')).toBe('sending');
    expect(await clock.alarms()).toEqual([`sample/${wednesday}/publication-unreadable`]);
    expect(await clock.lastAlarmText()).toContain('publication.yaml:3:1');
  });
});

test('whatever goes wrong with one edition, the others go out', async () => {
  const clock = await ClockFixture.create();
  const { id } = await clock.approve(wednesday);
  await clock.approve(wednesday, { slug: 'zebra' });
  await clock.store.db.updateTable('revisions').set({ digest: 'x' }).where('edition_id', '=', id).execute();
  const { editions } = clock.ports;

  await clock.tick(minuteAt, {
    editions: {
      ...editions,
      revision: (of, revision) =>
        of === id ? Promise.reject(new Error('broken for ana@example.org')) : editions.revision(of, revision),
    },
  });

  expect(await clock.stateOf(wednesday, 'zebra')).toBe('sending');
  expect(await clock.alarms()).toEqual([`sample/${wednesday}/not-sent`]);
  expect(await clock.lastAlarmText()).toContain('broken for (address)');
});
