import { expect, test } from 'vitest';

import { listSchedule } from '../../../src/app/schedule/list-schedule.ts';
import { publishEdition } from '../../../src/app/sending/publish-edition.ts';
import { createFeedback } from '../../../src/store/feedback/feedback.ts';
import { createMetricsSnapshot } from '../../../src/store/metrics-snapshot.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { FeedbackFixture } from '../../support/store/feedback-fixture.ts';
import {
  ClockFixture,
  deadlineAt,
  minuteAt,
  minutes,
  wednesday,
} from '../../support/store/schedule-fixture.ts';

/** A publication whose edition of Tuesday was accepted by so many and complained about by some of them. */
async function complained(options: { readonly of: number; readonly complaints: number }) {
  const clock = await ClockFixture.create({ subscribers: options.of });
  const fixture = FeedbackFixture.on(clock.store);
  const editionId = await fixture.sent('2026-11-24', minuteAt - minutes(24 * 60));
  const arrivals = Array.from({ length: options.complaints }, (_, index) =>
    fixture.complaint(editionId, index + 1),
  );
  await fixture.feedback.record(arrivals, { now: minuteAt - minutes(180) });
  return { clock, fixture, editionId };
}

async function outlook(clock: ClockFixture): Promise<string | undefined> {
  const { editions, loadPublication, findPublicationId, hasChanged } = clock.ports;
  const { db, keys } = clock.store;
  const [schedule] = await listSchedule(['sample'], {
    editions,
    proofs: { summaries: async () => [] },
    feedback: createFeedback(db, { keys }),
    loadPublication,
    findPublicationId,
    hasDigest: async () => false,
    hasChanged,
    clock: () => clock.now,
  });
  return schedule?.days.find(({ date }) => date === wednesday)?.outlook;
}

const released = { event: 'released', actor: 'jo', detail: '' };

test('keeps the next edition from being sent until a person releases it', async () => {
  const { clock } = await complained({ of: 20, complaints: 5 });
  const { id } = await clock.approve(wednesday);

  expect(await outlook(clock)).toBe('needs-release');
  await clock.tick(minuteAt);
  await clock.tick(minuteAt + minutes(1));
  expect(await clock.edition(wednesday)).toMatchObject({ state: 'approved' });
  expect(await clock.alarms()).toEqual([`sample/${wednesday}/halted/due`]);
  const bySend = publishEdition(
    { id, date: wednesday, localTime: null },
    { editions: clock.ports.editions, clock: () => clock.now },
    { actor: 'jo', publication: samplePublication },
  );
  await expect(bySend).rejects.toMatchObject({ code: 'COMPLAINTS_HIGH' });

  await clock.store.editions.release(id, { at: clock.now, ...released });

  expect(await outlook(clock)).toBe('goes-out');
  await clock.tick(minuteAt + minutes(2));
  expect(await clock.edition(wednesday)).toMatchObject({ state: 'sending' });
  const events = await clock.store.editions.events(id);
  expect(events.find(({ event }) => event === 'complaints-accepted')).toMatchObject({
    actor: 'jo',
    detail: '5 of 20 recipients of one of the last editions complained (25.00 %)',
  });
});

test('counts only complaints since the release for the editions after it', async () => {
  const { clock, fixture, editionId } = await complained({ of: 40, complaints: 5 });
  const { id } = await clock.approve(wednesday);
  await clock.store.editions.release(id, { at: minuteAt - minutes(60), ...released });
  const rate = async () => fixture.feedback.complaintRate(1, { now: minuteAt });

  expect(await rate()).toMatchObject({ level: 'ok', complained: 0 });

  const more = [6, 7, 8, 9, 10].map((subscriber) => fixture.complaint(editionId, subscriber));
  await fixture.feedback.record(more.slice(0, 4), { now: minuteAt - minutes(30) });
  expect(await rate()).toMatchObject({ level: 'warn', complained: 4 });
  await fixture.feedback.record(more.slice(4), { now: minuteAt - minutes(20) });
  expect(await rate()).toMatchObject({ level: 'halt', complained: 5 });
});

test('an edition that nobody releases is missed at its deadline', async () => {
  const { clock } = await complained({ of: 20, complaints: 5 });
  await clock.approve(wednesday);

  await clock.tick(deadlineAt);

  expect(await clock.edition(wednesday)).toMatchObject({ state: 'missed' });
});

test('a few complaints of a small list stop nothing', async () => {
  const { clock } = await complained({ of: 20, complaints: 4 });
  await clock.approve(wednesday);

  await clock.tick(minuteAt);

  expect(await clock.edition(wednesday)).toMatchObject({ state: 'sending' });
});

test('complaints about another publication, or a month ago, do not count', async () => {
  const { clock, fixture, editionId } = await complained({ of: 20, complaints: 5 });
  expect(await fixture.feedback.complaintRate(2, { now: minuteAt })).toMatchObject({ level: 'ok' });
  await clock.store.db
    .updateTable('editions')
    .set({ published_at: minuteAt - minutes(31 * 24 * 60) })
    .where('id', '=', editionId)
    .execute();
  expect(await fixture.feedback.complaintRate(1, { now: minuteAt })).toMatchObject({
    level: 'ok',
    editions: 0,
  });
});

test('release refuses an edition that nothing holds', async () => {
  const { clock } = await complained({ of: 20, complaints: 1 });
  const { id } = await clock.approve(wednesday);

  const release = clock.store.editions.release(id, { at: clock.now, ...released });

  await expect(release).rejects.toMatchObject({ code: 'EDITION_STATE' });
});

test('raises the alarm when the complaints come in, and shows them in the metrics', async () => {
  const { clock, fixture, editionId } = await complained({ of: 20, complaints: 5 });

  await fixture.feedback.review(editionId, { now: minuteAt - minutes(170) });
  await fixture.feedback.review(editionId, { now: minuteAt - minutes(160) });

  expect(await clock.alarms()).toContain('sample/2026-11-24/halted/last editions');
  const { complaints } = await createMetricsSnapshot(clock.store.db, { now: () => minuteAt })();
  expect(complaints).toEqual([{ publication: 'sample', share: 0.25, isHalted: true }]);
});
