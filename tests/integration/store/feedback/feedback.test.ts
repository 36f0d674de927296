import { describe, expect, test } from 'vitest';

import { openDatabase } from '../../../../src/store/database/open-database.ts';
import { readAccounting } from '../../../../src/store/sending/accounting.ts';
import { createSubscribers } from '../../../../src/store/subscribers/subscribers.ts';
import { dayMs, FeedbackFixture } from '../../../support/store/feedback-fixture.ts';
import { isOnPostgres } from '../../../support/store/test-database.ts';

const now = Date.parse('2026-11-27T08:00:00Z');
const hard = { class: 'hard', refusal: 'bad-address' } as const;
const soft = { class: 'soft', refusal: 'full' } as const;
const audit = { actor: 'jo', reason: 'asked by phone', now };

describe('a hard bounce', () => {
  test('suppresses the subscriber, records its evidence, and leaves the delivery accepted', async () => {
    await using fixture = await FeedbackFixture.create(3);
    const editionId = await fixture.sent('2026-11-27');

    const [recorded] = await fixture.feedback.record([fixture.bounce(editionId, 2, hard)], { now });

    expect(recorded).toEqual({ disposal: 'applied', editionId });
    expect(await fixture.state(2)).toBe('suppressed');
    expect(await fixture.isSuppressed(2)).toBe(true);
    expect(await fixture.feedback.counts(editionId)).toEqual({ bounced: 1, complained: 0 });
    const accepted = await readAccounting(fixture.store.db, editionId);
    expect(accepted).toMatchObject({ intended: 3, accepted: 3 });
    const [entry] = await fixture.changes.log('reader2@example.org');
    expect(entry).toMatchObject({ actor: 'inbound', action: 'suppressed' });
    expect(entry?.reason).toContain('bad-address');
    expect(entry?.reason).not.toContain('@');
  });

  test('can be reverted, and a repeated report does not suppress again', async () => {
    await using fixture = await FeedbackFixture.create(2);
    const editionId = await fixture.sent('2026-11-27');
    await fixture.feedback.record([fixture.bounce(editionId, 1, hard)], { now });

    await fixture.changes.unsuppress(['reader1@example.org'], audit);
    await fixture.feedback.record([fixture.bounce(editionId, 1, hard)], { now: now + 1 });

    expect(await fixture.state(1)).toBe('active');
    expect(await fixture.isSuppressed(1)).toBe(false);
    expect(await fixture.feedback.counts(editionId)).toEqual({ bounced: 1, complained: 0 });
  });

  test('outweighs an earlier soft bounce of the same delivery, and not the other way round', async () => {
    await using fixture = await FeedbackFixture.create(2);
    const editionId = await fixture.sent('2026-11-27');
    const arrivals = [
      fixture.bounce(editionId, 1, soft),
      fixture.bounce(editionId, 1, hard),
      fixture.bounce(editionId, 2, hard),
      fixture.bounce(editionId, 2, soft),
    ];

    for (const arrival of arrivals) await fixture.feedback.record([arrival], { now });

    expect(await fixture.state(1)).toBe('suppressed');
    const reasons = await fixture.feedback.reasons({ editions: 7 });
    expect(reasons).toMatchObject([{ kind: 'bounced', class: 'hard', reason: 'bad-address', count: 2 }]);
  });

  test('of a forwarding copy at another domain is soft', async () => {
    await using fixture = await FeedbackFixture.create(1);
    const editionId = await fixture.sent('2026-11-27');
    const copy = fixture.bounce(editionId, 1, { ...hard, recipient: 'private@elsewhere.example' });

    await fixture.feedback.record([copy], { now });

    expect(await fixture.state(1)).toBe('active');
  });

  test('of most of a receiver suppresses nobody and raises an alarm', async () => {
    await using fixture = await FeedbackFixture.create(40);
    const editionId = await fixture.sent('2026-11-27');
    const arrivals = Array.from({ length: 30 }, (_, index) => fixture.bounce(editionId, index + 1, hard));
    await fixture.feedback.record(arrivals, { now });

    const domains = await fixture.feedback.review(editionId, { now });

    expect(domains).toEqual(['example.org']);
    expect(await fixture.state(1)).toBe('active');
    expect(await fixture.isSuppressed(30)).toBe(false);
    expect(await fixture.alarms()).toEqual([
      'sample/2026-11-27/bad-addresses/reported example.org',
      'sample/2026-11-27/bounces',
    ]);
    expect(await fixture.feedback.counts(editionId)).toEqual({ bounced: 30, complained: 0 });
  });
});

describe('soft bounces', () => {
  test('suppress after four editions in a row over two weeks, and not before', async () => {
    await using fixture = await FeedbackFixture.create(2);
    const editions: number[] = [];
    for (const date of ['2026-11-01', '2026-11-06', '2026-11-11', '2026-11-16']) {
      editions.push(await fixture.sent(date));
    }
    const [last = 0] = editions.slice(-1);
    for (const editionId of editions.slice(0, -1)) {
      await fixture.feedback.record([fixture.bounce(editionId, 1, soft)], { now });
    }
    const before = await fixture.state(1);

    await fixture.feedback.record([fixture.bounce(last, 1, soft)], { now });

    expect(before).toBe('active');
    expect(await fixture.state(1)).toBe('suppressed');
    expect(await fixture.state(2)).toBe('active');
  });

  test('do not suppress if an edition in between was not reported', async () => {
    await using fixture = await FeedbackFixture.create(1);
    const dates = ['2026-11-01', '2026-11-06', '2026-11-11', '2026-11-16', '2026-11-20'];
    for (const [index, date] of dates.entries()) {
      const editionId = await fixture.sent(date);
      if (index !== 2) await fixture.feedback.record([fixture.bounce(editionId, 1, soft)], { now });
    }

    expect(await fixture.state(1)).toBe('active');
  });

  test('do not suppress if they say nothing about the mailbox', async () => {
    await using fixture = await FeedbackFixture.create(1);
    for (let day = 0; day < 20; day += 1) {
      const at = now - (20 - day) * dayMs;
      const editionId = await fixture.sent(new Date(at).toISOString().slice(0, 10), at);
      const arrival = fixture.bounce(editionId, 1, { class: 'soft', refusal: 'greylist' });
      await fixture.feedback.record([arrival], { now: at });
    }

    expect(await fixture.state(1)).toBe('active');
  });
});

describe('a refusal of the sender or the content', () => {
  test('is counted and suppresses nobody', async () => {
    await using fixture = await FeedbackFixture.create(1);
    const editionId = await fixture.sent('2026-11-27');

    const blocked = fixture.bounce(editionId, 1, { class: 'blocked', refusal: 'reputation' });
    await fixture.feedback.record([blocked], { now });

    expect(await fixture.state(1)).toBe('active');
    expect(await fixture.feedback.counts(editionId)).toEqual({ bounced: 1, complained: 0 });
  });
});

describe('a complaint', () => {
  test('suppresses for good, also after a bounce', async () => {
    await using fixture = await FeedbackFixture.create(2);
    const editionId = await fixture.sent('2026-11-27');
    await fixture.feedback.record([fixture.bounce(editionId, 1, hard)], { now });

    await fixture.feedback.record([fixture.complaint(editionId, 1)], { now });
    const { refused } = await fixture.changes.unsuppress(['reader1@example.org'], audit);

    expect(refused).toEqual([{ canonical: 'reader1@example.org', reason: 'complaint' }]);
    expect(await fixture.state(1)).toBe('suppressed');
    expect(await fixture.feedback.counts(editionId)).toEqual({ bounced: 0, complained: 1 });
  });

  test('without ids is believed only from an address that providers know', async () => {
    await using fixture = await FeedbackFixture.create(2);
    const editionId = await fixture.sent('2026-11-27');
    const report = {
      kind: 'complaint',
      reason: 'abuse',
      recipient: 'Reader2@example.org',
      evidence: { text: 'abuse', source: 'feedback' },
    } as const;

    const untrusted = await fixture.feedback.record([fixture.arrival(report)], { now });
    const before = await fixture.state(2);
    const trusted = await fixture.feedback.record([fixture.arrival(report, { isTrusted: true })], { now });

    expect(untrusted).toEqual([{ disposal: 'kept' }]);
    expect(before).toBe('active');
    expect(trusted).toEqual([{ disposal: 'applied', editionId }]);
    expect(await fixture.state(2)).toBe('suppressed');
  });

  test('raises alarms at 0.1 % and at 0.3 %', async () => {
    await using fixture = await FeedbackFixture.create(1_000);
    const editionId = await fixture.sent('2026-11-27');
    await fixture.feedback.record(
      [1, 2].map((id) => fixture.complaint(editionId, id)),
      { now },
    );
    await fixture.feedback.review(editionId, { now });
    const first = await fixture.alarms();

    await fixture.feedback.record([fixture.complaint(editionId, 3)], { now });
    await fixture.feedback.review(editionId, { now });

    expect(first).toEqual(['sample/2026-11-27/complaints/0.1 %']);
    expect(await fixture.alarms()).toEqual([...first, 'sample/2026-11-27/complaints/0.3 %']);
  });
});

describe('a message that cannot be classified', () => {
  const unclear = { class: 'unclassified' } as const;

  test('is kept once, and settled as a person decides', async () => {
    await using fixture = await FeedbackFixture.create(2);
    const editionId = await fixture.sent('2026-11-27');
    const arrival = fixture.bounce(editionId, 1, unclear);

    await fixture.feedback.record([arrival, arrival], { now });
    const [message] = await fixture.kept.list({ limit: 10, afterId: 0 });
    const { raw } = await fixture.kept.read(message?.id ?? 0);
    await fixture.kept.settle(message?.id ?? 0, { as: 'hard', actor: 'jo', now });

    expect(Buffer.from(raw).toString()).toContain('a report');
    expect(await fixture.kept.count()).toBe(0);
    expect(await fixture.state(1)).toBe('suppressed');
    await expect(fixture.kept.read(message?.id ?? 0)).rejects.toMatchObject({ code: 'REPORT_NOT_FOUND' });
  });

  test('is only closed if it is settled as nothing', async () => {
    await using fixture = await FeedbackFixture.create(1);
    const editionId = await fixture.sent('2026-11-27');
    await fixture.feedback.record([fixture.bounce(editionId, 1, unclear)], { now });
    const [message] = await fixture.kept.list({ limit: 10, afterId: 0 });

    await fixture.kept.settle(message?.id ?? 0, { as: 'nothing', actor: 'jo', now });

    expect(await fixture.kept.count()).toBe(0);
    expect(await fixture.state(1)).toBe('active');
    expect(await fixture.feedback.counts(editionId)).toEqual({ bounced: 0, complained: 0 });
  });

  test('is counted by kind with all others', async () => {
    await using fixture = await FeedbackFixture.create(1);
    const editionId = await fixture.sent('2026-11-27');
    const delay = fixture.arrival({
      kind: 'delay',
      reason: 'delayed',
      evidence: { text: '', source: 'text' },
    });

    await fixture.feedback.record([fixture.bounce(editionId, 1, unclear), delay, delay], { now });
    await fixture.feedback.record([delay], { now: now + dayMs });

    expect(await fixture.feedback.inboundCounts()).toEqual([
      { kind: 'bounce', class: 'unclassified', count: 1 },
      { kind: 'delay', class: '', count: 3 },
    ]);
  });
});

test('an erasure leaves no words of a report and no kept message', async () => {
  await using fixture = await FeedbackFixture.create(2);
  const { db, keys } = fixture.store;
  const editionId = await fixture.sent('2026-11-27');
  const arrivals = [
    fixture.bounce(editionId, 1, hard),
    fixture.bounce(editionId, 1, { class: 'unclassified' }),
  ];
  await fixture.feedback.record(arrivals, { now });

  await createSubscribers(db, { keys }).erase('reader1@example.org', { now });

  const rows = await db.selectFrom('feedback').select('reply_text').execute();
  expect(rows).toEqual([{ reply_text: null }]);
  expect(await fixture.kept.count()).toBe(0);
  expect(await fixture.feedback.counts(editionId)).toEqual({ bounced: 1, complained: 0 });
});

test('writes of another connection show where there is one writer, and own ones do not', async () => {
  await using fixture = await FeedbackFixture.create(1);
  const editionId = await fixture.sent('2026-11-27');
  const other = await openDatabase(fixture.store.database.place);
  const { feedback } = fixture;

  const before = await feedback.writesOfOthers();
  await feedback.record([fixture.bounce(editionId, 1, soft)], { now });
  const afterOwn = await feedback.writesOfOthers();
  await other.updateTable('editions').set({ published_at: now }).execute();
  const afterOther = await feedback.writesOfOthers();
  await other.destroy();

  expect(afterOwn).toBe(before);
  expect(afterOther === before).toBe(isOnPostgres());
});
