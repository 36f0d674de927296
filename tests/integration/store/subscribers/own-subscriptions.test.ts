import { describe, expect, test } from 'vitest';

import { SignupFixture } from '../../../support/store/signup-fixture.ts';

const ada = 'ada@example.org';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

async function withPending() {
  const fixture = await SignupFixture.create();
  await fixture.sendMail(await fixture.signUp(ada));
  const { id } = await fixture.subscriber(ada);
  return { fixture, subject: { publicationId: 1, subscriberId: id } };
}

describe('confirming', () => {
  test('makes active once, with one welcome mail, however often the button is pressed', async () => {
    const { fixture, subject } = await withPending();
    await using _ = fixture;

    const all = await Promise.all(
      Array.from({ length: 5 }, () =>
        fixture.ownSubscriptions.confirm(subject, { issuedAt: 0, now: hourMs }),
      ),
    );

    expect(all.map(({ kind }) => kind).toSorted()).toEqual([
      'already-active',
      'already-active',
      'already-active',
      'already-active',
      'confirmed',
    ]);
    expect((await fixture.subscriber(ada)).state).toBe('active');
    expect(await fixture.mails.due({ now: hourMs, limit: 10 })).toHaveLength(1);
  });

  test('a link from before an unsubscription does not subscribe again, one requested since does', async () => {
    const { fixture, subject } = await withPending();
    await using _ = fixture;
    await fixture.ownSubscriptions.unsubscribe(subject, { now: hourMs });

    const old = await fixture.ownSubscriptions.confirm(subject, { issuedAt: 0, now: 2 * hourMs });
    const since = await fixture.ownSubscriptions.confirm(subject, { issuedAt: 2 * hourMs, now: 3 * hourMs });

    expect([old.kind, since.kind]).toEqual(['refused', 'confirmed']);
  });

  test('confirming is refused to unknown, suppressed and erased addresses', async () => {
    const { fixture, subject } = await withPending();
    await using _ = fixture;
    const confirm = (subscriberId: number) =>
      fixture.ownSubscriptions.confirm({ ...subject, subscriberId }, { issuedAt: 0, now: 0 });

    const unknown = await confirm(99);
    await fixture.suppressions.add(ada, { reason: 'complaint', now: 0 });
    const suppressed = await confirm(subject.subscriberId);
    await fixture.subscribers.erase(ada, { now: 0 });
    const erased = await confirm(subject.subscriberId);

    expect([unknown.kind, suppressed.kind, erased.kind]).toEqual(['refused', 'refused', 'refused']);
  });
});

describe('leaving', () => {
  test('ends an active and a pending subscription, and a second time changes nothing', async () => {
    const { fixture, subject } = await withPending();
    await using _ = fixture;

    const first = await fixture.ownSubscriptions.unsubscribe(subject, { now: hourMs });
    const second = await fixture.ownSubscriptions.unsubscribe(subject, { now: 2 * hourMs });
    const unknown = await fixture.ownSubscriptions.unsubscribe(
      { ...subject, publicationId: 2 },
      { now: hourMs },
    );

    expect(first).toEqual({ changedAt: hourMs, changed: true });
    expect(second).toEqual({ changedAt: hourMs, changed: false });
    expect(unknown).toBeUndefined();
  });

  test('can be undone for a while, by a link that was made afterwards', async () => {
    const { fixture, subject } = await withPending();
    await using _ = fixture;
    await fixture.ownSubscriptions.unsubscribe(subject, { now: 10 * hourMs });
    const undo = (issuedAt: number, now: number) =>
      fixture.ownSubscriptions.undo(subject, { issuedAt, now, withinMs: dayMs });

    const older = await undo(9 * hourMs, 11 * hourMs);
    const tooLate = await undo(10 * hourMs, 10 * hourMs + dayMs + 1);
    const inTime = await undo(10 * hourMs, 11 * hourMs);
    const again = await undo(10 * hourMs, 11 * hourMs);

    expect([older, tooLate, inTime, again]).toEqual([false, false, true, false]);
    expect((await fixture.subscriber(ada)).state).toBe('active');
  });
});

describe('a reader’s own page', () => {
  test('shows and keeps name, zone and pause', async () => {
    const { fixture, subject } = await withPending();
    await using _ = fixture;

    await fixture.ownSubscriptions.saveProfile(subject.subscriberId, {
      name: 'Ada',
      timeZone: 'Asia/Kathmandu',
    });
    await fixture.ownSubscriptions.pause(subject.subscriberId, { until: dayMs });

    expect(await fixture.ownSubscriptions.profile(subject.subscriberId)).toMatchObject({
      subscriber: { address: ada, name: 'Ada', timeZone: 'Asia/Kathmandu' },
      subscriptions: [{ publicationId: 1, state: 'pending', pausedUntil: dayMs }],
    });
    expect(await fixture.ownSubscriptions.profile(99)).toBeUndefined();
  });

  test('gives all that is kept of them, and nothing of anybody else', async () => {
    const { fixture, subject } = await withPending();
    await using _ = fixture;
    await fixture.subscribe('bob@example.org');
    await fixture.ownSubscriptions.confirm(subject, { issuedAt: 0, now: hourMs });

    const personalData = await fixture.ownSubscriptions.personalData(subject.subscriberId);

    expect(personalData).toMatchObject({
      subscriber: { address: ada, knownSince: '1970-01-01T00:00:00.000Z' },
      subscriptions: [{ publication: 'sample', state: 'active', source: 'form' }],
      signups: [{ publication: 'sample', outcome: 'thank-you', reason: 'confirmation-accepted' }],
      mails: [{ publication: 'sample', kind: 'confirm', state: 'accepted' }, { kind: 'welcome' }],
      editions: [],
      events: [{ type: 'subscription.asked' }, { type: 'subscription.confirmed', sentTo: [] }],
    });
    expect(JSON.stringify(personalData)).not.toContain('bob');
  });
});
