import { describe, expect, test } from 'vitest';

import { tickSchedule } from '../../../src/app/tick-schedule.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { ClockFixture, deadlineAt, minuteAt, minutes, wednesday } from '../../support/clock-fixture.ts';
import { samplePublication } from '../../support/sample-publication.ts';

const event = { at: 0, event: 'test', actor: 'jo', detail: '' };

describe('an approved edition', () => {
  test('goes out at its minute and not before', async () => {
    const clock = await ClockFixture.create({ readers: 3 });
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
    const { id, departure } = await clock.approve(date, { changes });
    const sendAt = departure?.sendAt ?? 0;

    await clock.tick(sendAt);
    const unscheduled = await clock.stateOf(date);
    await clock.ports.departures.schedule(id, event);
    await clock.tick(sendAt + 1);

    expect([unscheduled, await clock.stateOf(date)]).toEqual(['approved', 'sending']);
    expect((await clock.alarms()).filter((key) => key.includes(date))).toEqual([]);
  });

  test('of a publication that holds alarms once, waits for somebody, and is missed', async () => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday, { changes: { atSendTime: 'hold' } });

    for (let at = minuteAt - minutes(90); at < deadlineAt; at += minutes(7)) await clock.tick(at);
    const waiting = await clock.stateOf(wednesday);
    await clock.tick(deadlineAt);

    expect([waiting, await clock.stateOf(wednesday)]).toEqual(['approved', 'missed']);
    expect(await clock.alarms()).toEqual([`sample/${wednesday}/held`, `sample/${wednesday}/missed`]);
  });

  test('that somebody holds back stays held when its correction is approved, and goes when scheduled again', async () => {
    const clock = await ClockFixture.create();
    const { id } = await clock.approve(wednesday);
    await clock.ports.departures.schedule(id, event);
    await clock.ports.departures.hold(id, event);

    await clock.approve(wednesday, { content: 'corrected' });
    await clock.tick(minuteAt);
    const held = await clock.stateOf(wednesday);
    await clock.ports.departures.schedule(id, event);
    await clock.tick(minuteAt + 1);

    expect([held, await clock.stateOf(wednesday)]).toEqual(['approved', 'sending']);
    expect((await clock.edition(wednesday))?.revision).toBe(2);
    expect(await clock.alarms()).toEqual([`sample/${wednesday}/held`]);
  });

  test('that was scheduled stays scheduled when its correction is approved', async () => {
    const clock = await ClockFixture.create();
    const { id } = await clock.approve(wednesday, { changes: { atSendTime: 'hold' } });
    await clock.ports.departures.schedule(id, event);

    const { state } = await clock.approve(wednesday, {
      content: 'corrected',
      changes: { atSendTime: 'hold' },
    });

    expect(state).toBe('scheduled');
  });

  test('that somebody holds back after the clock has looked is not sent', async () => {
    const clock = await ClockFixture.create();
    await clock.approve(wednesday);
    const { departures } = clock.ports;

    await clock.tick(minuteAt, {
      departures: {
        ...departures,
        due: async (now) => {
          const due = await departures.due(now);
          for (const { edition } of due) await departures.hold(edition.id, event);
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

  test('to nobody alarms once and is missed', async () => {
    const clock = await ClockFixture.create({ readers: 0 });
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

describe('a morning that nothing is approved for', () => {
  test('alarms an hour and half an hour before, at its minute, and is missed; each told once by all schedulers', async () => {
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

  test('is nothing to alarm about where nobody is subscribed, or nobody was yet', async () => {
    const clock = await ClockFixture.create({ readers: 0 });
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
