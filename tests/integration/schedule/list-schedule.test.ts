import { expect, test } from 'vitest';

import { listSchedule } from '../../../src/app/schedule/list-schedule.ts';
import type { ListSchedulePorts } from '../../../src/app/schedule/list-schedule.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { restoredHold } from '../../../src/store/editions/edition-rows.ts';
import { createFeedback } from '../../../src/store/feedback/feedback.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { ClockFixture, deadlineAt, minuteAt, wednesday } from '../../support/store/schedule-fixture.ts';

const event = { at: 0, event: 'test', actor: 'jo', detail: '' };

function portsOf(clock: ClockFixture, digests: readonly string[]): ListSchedulePorts {
  const { editions, loadPublication, findPublicationId, hasChanged } = clock.ports;
  const hasDigest = async (reference: string) => digests.includes(reference);
  const proofs = { summaries: async () => [] };
  const { db, keys } = clock.store;
  return {
    editions,
    proofs,
    feedback: createFeedback(db, { keys }),
    loadPublication,
    findPublicationId,
    hasDigest,
    hasChanged,
    clock: () => clock.now,
  };
}

/** The days of `sample`, each with its state and what is to come. */
async function outlooks(clock: ClockFixture, digests: readonly string[] = []): Promise<string[]> {
  const [schedule] = await listSchedule(['sample'], portsOf(clock, digests));
  return (schedule?.days ?? []).map(({ date, day, state, outlook }) => `${date} ${state ?? day} ${outlook}`);
}

test('seven days are shown, today the first, each with what is to come', async () => {
  const clock = await ClockFixture.create();
  clock.publications.set('sample', { ...samplePublication, holidays: ['2026-11-26'] });
  await clock.approve(wednesday);
  const { id: held } = await clock.approve('2026-11-27');
  await clock.ports.scheduledSends.hold(held, event);
  const { id: special } = await clock.approve('2026-11-28');
  await clock.ports.scheduledSends.schedule(special, event);

  expect(await outlooks(clock, ['sample/2026-11-30'])).toEqual([
    '2026-11-25 approved goes-out',
    '2026-11-26 holiday none',
    '2026-11-27 approved needs-send',
    '2026-11-28 scheduled goes-out',
    '2026-11-29 day-off none',
    '2026-11-30 edition-day needs-approval',
    '2026-12-01 edition-day needs-digest',
  ]);
});

test('an edition of a restored backup waits for its release', async () => {
  const clock = await ClockFixture.create();
  const { id } = await clock.approve('2026-11-27');
  await clock.store.db.updateTable('editions').set({ on_hold: restoredHold }).where('id', '=', id).execute();

  expect((await outlooks(clock))[2]).toBe('2026-11-27 approved restored');
});

test('today is what a calendar on the wall of the publication says', async () => {
  const clock = await ClockFixture.create();
  clock.now = Date.parse('2026-11-26T05:59Z');

  expect((await outlooks(clock))[0]).toMatch(/^2026-11-25 /u);
  clock.now += 60_000;
  expect((await outlooks(clock))[0]).toMatch(/^2026-11-26 /u);
});

test('an edition on its way, or too late, promises nothing', async () => {
  const clock = await ClockFixture.create();
  await clock.approve(wednesday);
  await clock.tick(minuteAt);

  const sending = await outlooks(clock);
  clock.publications.set('late', { ...samplePublication, slug: 'late' });
  clock.now = deadlineAt;
  const [late] = await listSchedule(['late'], portsOf(clock, [`late/${wednesday}`]));

  expect(sending[0]).toBe(`${wednesday} sending none`);
  expect(late?.days[0]).toMatchObject({ date: wednesday, state: null, outlook: 'none' });
});

test.each([
  ['send' as const, 'goes-out'],
  ['hold' as const, 'needs-send'],
])('a digest that needs no approval %ss as the publication says', async (atSendTime, outlook) => {
  const clock = await ClockFixture.create();
  clock.publications.set('sample', { ...samplePublication, approval: false, atSendTime });

  expect((await outlooks(clock, [`sample/${wednesday}`]))[0]).toBe(`${wednesday} edition-day ${outlook}`);
});

test('a publication that cannot be read says why and hides no other', async () => {
  const clock = await ClockFixture.create();
  const details = ['publication.yaml:3:1: error: ...'];
  clock.publications.set('broken', new AppError('PUBLICATION_INVALID', 'It has 1 mistake.', { details }));

  const schedules = await listSchedule(['broken', 'sample'], portsOf(clock, []));

  expect(schedules.map(({ publication, problem, days }) => [publication, problem, days.length])).toEqual([
    ['broken', 'It has 1 mistake.\npublication.yaml:3:1: error: ...', 0],
    ['sample', undefined, 7],
  ]);
});
