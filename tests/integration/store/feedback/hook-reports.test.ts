import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { HooksFixture } from '../../../support/store/hooks-fixture.ts';

let on: HooksFixture;

beforeEach(async () => {
  on = await HooksFixture.create();
});

afterEach(async () => {
  await on[Symbol.asyncDispose]();
});

describe('what providers report', () => {
  test('is recorded with its delivery, found by the envelope sender', async () => {
    await on.post('mailjet', [
      {
        event: 'bounce',
        email: 'reader1@example.org',
        hard_bounce: true,
        error: 'user unknown',
        CustomID: on.from(1),
      },
      {
        event: 'bounce',
        email: 'reader2@example.org',
        hard_bounce: false,
        error: 'quota exceeded',
        CustomID: on.from(2),
      },
      { event: 'spam', email: 'reader3@example.org', CustomID: on.from(3) },
      { event: 'blocked', email: 'reader4@example.org', error: 'preblocked', CustomID: on.from(4) },
    ]);

    await on.work();

    expect(await on.fixture.feedback.counts(on.editionId)).toEqual({ bounced: 3, complained: 1 });
    expect(await Promise.all([1, 2, 3, 4].map((id) => on.fixture.isSuppressed(id)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(await on.fixture.state(3)).toBe('suppressed');
  });

  test('is found by the Message-ID where the provider returns only that', async () => {
    await on.post('sendgrid', [
      {
        event: 'bounce',
        email: 'Reader1@Example.org',
        reason: '550 5.1.1 unknown',
        'smtp-id': `<${on.messageId(1)}>`,
      },
      { event: 'spamreport', email: 'reader2@example.org', 'smtp-id': `<${on.messageId(2)}>` },
      // Another recipient's Message-ID names nothing.
      {
        event: 'bounce',
        email: 'reader3@example.org',
        reason: '550 5.1.1 unknown',
        'smtp-id': `<${on.messageId(1)}>`,
      },
    ]);

    await on.work();

    expect(await on.fixture.feedback.counts(on.editionId)).toEqual({ bounced: 1, complained: 1 });
    expect(await on.fixture.isSuppressed(1)).toBe(true);
    expect(await on.fixture.isSuppressed(3)).toBe(false);
  });

  test('of a bounce without ids waits for a person, and a complaint without ids is believed', async () => {
    await on.post('brevo', {
      event: 'hard_bounce',
      email: 'reader1@example.org',
      'message-id': '<a@b.example>',
    });
    await on.post('brevo', { event: 'spam', email: 'reader2@example.org', 'message-id': '<a@b.example>' });

    await on.work();

    const kept = await on.fixture.kept.list({ limit: 10, afterId: 0 });
    expect(kept.map(({ source, kind, recipient }) => [source, kind, recipient])).toEqual([
      ['webhook', 'bounce', 'reader1@example.org'],
    ]);
    expect(Buffer.from((await on.fixture.kept.read(kept[0]?.id ?? 0)).raw).toString()).toContain(
      '"hard_bounce"',
    );
    expect(await on.fixture.isSuppressed(1)).toBe(false);
    expect(await on.fixture.isSuppressed(2)).toBe(true);
    expect(await on.fixture.feedback.counts(on.editionId)).toEqual({ bounced: 0, complained: 1 });
  });

  test('of a complaint that may be any of several people is not believed without ids', async () => {
    const complaint = {
      complainedRecipients: [
        { emailAddress: 'reader1@example.org' },
        { emailAddress: 'reader2@example.org' },
      ],
    };
    const notification = { notificationType: 'Complaint', complaint, mail: { source: 'desk@example.org' } };
    await on.post('ses', { Message: JSON.stringify(notification) });

    await on.work();

    expect(await on.fixture.feedback.counts(on.editionId)).toEqual({ bounced: 0, complained: 0 });
    expect(await on.fixture.kept.count()).toBe(2);
  });

  test('again, in another order or in another request changes nothing', async () => {
    const bounce = {
      type: 'bounce',
      class: 'hard',
      'envelope-sender': on.from(1),
      reply: '550 5.1.1 unknown',
    };
    const soft = { type: 'bounce', class: 'soft', 'envelope-sender': on.from(1) };
    const complaint = { type: 'complaint', 'envelope-sender': on.from(2) };
    await on.post('generic', { events: [complaint, soft, bounce] });
    await on.post('generic', { events: [bounce, complaint, soft], again: true });
    await on.post('generic', { events: [soft], again: 2 });

    await on.work();

    expect(await on.fixture.feedback.counts(on.editionId)).toEqual({ bounced: 1, complained: 1 });
    const rows = await on.fixture.store.db
      .selectFrom('feedback')
      .select(['subscriber_id', 'class'])
      .execute();
    expect(rows.toSorted((a, b) => a.subscriber_id - b.subscriber_id)).toEqual([
      { subscriber_id: 1, class: 'hard' },
      { subscriber_id: 2, class: null },
    ]);
  });

  test('unsubscribes who left at the provider, from the publication of the edition', async () => {
    await on.post('generic', { type: 'unsubscribe', 'envelope-sender': on.from(1) });
    await on.post('generic', { type: 'unsubscribe', recipient: 'reader2@example.org' });

    await on.work();

    expect(await on.fixture.state(1)).toBe('unsubscribed');
    expect(await on.fixture.isSuppressed(1)).toBe(false);
    expect(await on.fixture.state(2)).toBe('active');
    expect(await on.fixture.kept.count()).toBe(0);
  });

  test('about an address that is not the subscriber is not hard', async () => {
    await on.post('generic', {
      type: 'bounce',
      class: 'hard',
      recipient: 'other@elsewhere.example',
      'envelope-sender': on.from(1),
    });

    await on.work();

    expect(await on.fixture.isSuppressed(1)).toBe(false);
  });

  test('in thousands of events of one request is recorded whole', async () => {
    const events = Array.from({ length: 2_000 }, (_, index) => ({
      type: 'bounce',
      class: 'soft',
      'envelope-sender': on.from((index % 6) + 1),
    }));
    await on.post('generic', { events });

    await on.work();

    expect(await on.fixture.feedback.counts(on.editionId)).toEqual({ bounced: 6, complained: 0 });
    const counted = await on.fixture.feedback.inboundCounts();
    expect(counted).toEqual([{ kind: 'bounce', class: 'soft', count: 2_000 }]);
  });

  test('with hostile text is stored', async () => {
    await on.post('generic', {
      type: 'bounce',
      class: 'hard',
      recipient: "x'; drop table hooks; --@example.org",
      reply: '\u0000\u202e<script>\ud800 550 \u001b[2J',
      'envelope-sender': on.from(1),
    });
    await on.post('postmark', { RecordType: 'SpamComplaint', Email: '\u0000reader2@example.org\u0000' });

    await on.work();

    expect(await on.waiting()).toBe(0);
    expect(await on.fixture.isSuppressed(2)).toBe(true);
  });
});
