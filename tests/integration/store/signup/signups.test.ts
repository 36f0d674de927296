import { describe, expect, test } from 'vitest';

import {
  day,
  dayOf,
  leaseMs,
  resendLimit,
  SignupFixture,
  storesOver,
} from '../../../support/store/signup-fixture.ts';

const ada = 'ada@example.org';
const hourMs = 3_600_000;

describe('an attempt', () => {
  test('is found by the sweeper until a worker has ended it, and is one worker’s at a time', async () => {
    await using fixture = await SignupFixture.create();
    const id = await fixture.add(ada);

    const due = await fixture.signups.due({ now: 0, limit: 10 });
    const claim = await fixture.claim(id);
    const second = await fixture.signups.claim(id, { now: 0, leaseMs });
    const whileHeld = await fixture.signups.due({ now: leaseMs - 1, limit: 10 });
    const afterLease = await fixture.signups.due({ now: leaseMs, limit: 10 });

    expect(claim).toMatchObject({ signupId: id, address: ada, epoch: 1 });
    expect(second).toBeUndefined();
    expect([due, whileHeld, afterLease]).toEqual([[id], [], [id]]);
  });

  test('many at once share commits, and each gets its own id', async () => {
    await using fixture = await SignupFixture.create();
    const addresses = Array.from({ length: 1_200 }, (_, index) => `reader${index}@example.org`);

    const ids = await Promise.all(addresses.map((address) => fixture.add(address)));

    const rows = await fixture.store.db.selectFrom('signups').select(['id', 'address']).execute();
    const byId = new Map(rows.map((row) => [row.id, row.address]));
    expect(ids.map((id) => byId.get(id))).toEqual(addresses);
  });

  test('a signup of a new address adds a pending subscription and one mail in the same commit', async () => {
    await using fixture = await SignupFixture.create();

    const mailId = await fixture.signUp(ada);

    expect(mailId).toBeDefined();
    expect((await fixture.subscriber(ada)).state).toBe('pending');
    expect(await fixture.mails.due({ now: 0, limit: 10 })).toEqual([mailId]);
    expect(await fixture.signups.due({ now: hourMs, limit: 10 })).toEqual([]);
    expect(await fixture.outcomes()).toEqual({});
  });

  test('forgets its address once it is decided', async () => {
    await using fixture = await SignupFixture.create();

    await fixture.signUp(ada);

    const rows = await fixture.store.db.selectFrom('signups').select(['address', 'canonical']).execute();
    expect(rows).toEqual([{ address: '', canonical: '' }]);
  });

  test('spellings of one mailbox that are decided at the same moment get two confirmation mails', async () => {
    await using fixture = await SignupFixture.create();
    const spellings = Array.from({ length: 12 }, (_, tag) => `ada+${tag}@example.org`);

    const mails = await Promise.all(spellings.map((address) => fixture.signUp(address)));

    expect(mails.filter((mailId) => mailId !== undefined)).toHaveLength(2);
    expect(await fixture.outcomes()).toEqual({ 'thank-you confirmation-sent-already': 10 });
  });

  test('spellings of one mailbox get two confirmation mails in any 24 hours, whatever the hour and after restarts', async () => {
    await using fixture = await SignupFixture.create();
    const mailedAt: number[] = [];

    for (let hour = 0; hour < 72; hour += 1) {
      const now = hour * hourMs;
      // A process that has just started knows what the database knows.
      const { signups } = storesOver(fixture.store.db);
      const claim = await fixture.claim(await fixture.add(`ada+${hour}@example.org`, now), now);
      const { mailId } = (await signups.admit(claim, { now, day, doubleOptIn: true })) ?? {};
      if (mailId === undefined) continue;
      await fixture.sendMail(mailId, now);
      mailedAt.push(hour);
    }

    const busiest = mailedAt.map((from) => mailedAt.filter((at) => at >= from && at < from + 24).length);
    expect(Math.max(...busiest)).toBe(2);
    expect(mailedAt.at(-1)).toBeGreaterThan(47);
  });

  test('ends as its mail does', async () => {
    await using fixture = await SignupFixture.create();

    await fixture.sendMail(await fixture.signUp(ada));

    expect(await fixture.outcomes()).toEqual({ 'thank-you confirmation-accepted': 1 });
  });

  test('leads to two confirmation mails a day at most, whatever the hour and however many try', async () => {
    await using fixture = await SignupFixture.create();
    const ids = await Promise.all(Array.from({ length: 20 }, () => fixture.add(ada)));
    const claims = await Promise.all(ids.map((id) => fixture.claim(id)));
    const admit = { now: 0, day, doubleOptIn: true };

    const mails = await Promise.all(claims.map((claim) => fixture.signups.admit(claim, admit)));
    const nextDay = await fixture.signUp(ada, 24 * hourMs + 1);

    expect(mails.filter((mail) => mail !== undefined)).toHaveLength(2);
    expect(nextDay).toBeDefined();
    expect(await fixture.outcomes()).toEqual({ 'thank-you confirmation-sent-already': 18 });
  });

  test('of an active subscriber sends nothing, and of one who left asks them first', async () => {
    await using fixture = await SignupFixture.create();
    const subscriberId = await fixture.subscribe(ada);

    const active = await fixture.signUp(ada, hourMs, false);
    await fixture.ownSubscriptions.unsubscribe({ publicationId: 1, subscriberId }, { now: 2 * hourMs });
    const gone = await fixture.signUp(ada, 3 * hourMs, false);

    expect(active).toBeUndefined();
    expect(gone).toBeDefined();
    expect((await fixture.subscriber(ada)).state).toBe('unsubscribed');
  });

  test('a signup of an erased address leaves no personal data', async () => {
    await using fixture = await SignupFixture.create();
    await fixture.subscribers.erase(ada, { now: 0 });

    const mailId = await fixture.signUp(ada);

    expect(mailId).toBeUndefined();
    expect(await fixture.subscribers.findByCanonical(ada)).toBeUndefined();
    expect(await fixture.outcomes()).toEqual({ 'subscription-failed suppressed': 1 });
  });

  test('where the publication asks for no confirmation makes them active and welcomes them', async () => {
    await using fixture = await SignupFixture.create();

    await fixture.sendMail(await fixture.signUp(ada, 0, false));

    expect((await fixture.subscriber(ada)).state).toBe('active');
    expect(await fixture.outcomes()).toEqual({ 'thank-you welcome-accepted': 1 });
  });

  test('a worker whose lease was taken over decides and ends nothing', async () => {
    await using fixture = await SignupFixture.create();
    const id = await fixture.add(ada);
    const late = await fixture.claim(id);
    const held = await fixture.claim(id, leaseMs);

    const byLate = await fixture.signups.admit(late, { now: leaseMs, day, doubleOptIn: true });
    await fixture.signups.end(late, { outcome: 'valid-email', reason: 'no-such-domain', now: leaseMs, day });
    const byHeld = await fixture.signups.admit(held, { now: leaseMs, day, doubleOptIn: true });

    expect(byLate).toBeUndefined();
    expect(byHeld).toBeDefined();
    expect(await fixture.outcomes()).toEqual({});
  });

  test('is counted once, however often it is ended', async () => {
    await using fixture = await SignupFixture.create();
    const claim = await fixture.claim(await fixture.add(ada));
    const ending = { outcome: 'valid-email', reason: 'no-such-domain', now: 0, day } as const;

    await fixture.signups.end(claim, ending);
    await fixture.signups.end(claim, ending);
    await fixture.signups.count([
      { publicationId: 1, outcome: 'valid-email', reason: 'space', day, attempts: 3 },
    ]);
    await fixture.signups.count([
      { publicationId: 1, outcome: 'valid-email', reason: 'space', day, attempts: 2 },
    ]);

    expect(await fixture.outcomes()).toEqual({ 'valid-email no-such-domain': 1, 'valid-email space': 5 });
  });
});

describe('a mail', () => {
  test('left in flight by a worker that died is a doubt, and after some of them it ends as one', async () => {
    await using fixture = await SignupFixture.create();
    const mailId = await fixture.signUp(ada);
    let now = 0;

    for (let kill = 0; kill <= resendLimit; kill += 1) {
      const claim = await fixture.claimMail(mailId, now);
      expect(claim.uncertainTimes).toBe(kill);
      await fixture.mails.begin(claim, { now, leaseMs, day });
      now += leaseMs;
    }
    const last = await fixture.mails.claim(mailId ?? 0, { now, leaseMs, resendLimit, dayOf });

    expect(last).toBeUndefined();
    expect(await fixture.mails.due({ now: 100 * hourMs, limit: 10 })).toEqual([]);
    expect(await fixture.outcomes()).toEqual({
      'subscription-failed confirmation-uncertain-resends-used': 1,
    });
  });

  test('that is put off is due again then, and expires after a day', async () => {
    await using fixture = await SignupFixture.create();
    const mailId = await fixture.signUp(ada);
    const claim = await fixture.claimMail(mailId);
    await fixture.mails.begin(claim, { now: 0, leaseMs, day });

    const later = { state: 'deferred', attempts: 1, uncertainTimes: 0, reason: 'greylist' } as const;
    await fixture.mails.settle(claim, { ...later, nextAttemptAt: hourMs }, { now: 1, day });
    const before = await fixture.mails.due({ now: hourMs - 1, limit: 10 });
    const then = await fixture.mails.due({ now: hourMs, limit: 10 });
    const tooLate = await fixture.mails.claim(mailId ?? 0, { now: 25 * hourMs, leaseMs, resendLimit, dayOf });

    expect([before, then, tooLate]).toEqual([[], [mailId], undefined]);
    expect(await fixture.outcomes()).toEqual({ 'subscription-failed confirmation-expired': 1 });
  });

  test('that is given back was not sent, and is no doubt', async () => {
    await using fixture = await SignupFixture.create();
    const mailId = await fixture.signUp(ada);
    const claim = await fixture.claimMail(mailId);
    await fixture.mails.begin(claim, { now: 0, leaseMs, day });

    await fixture.mails.release(claim, { dueAt: 5 });

    expect(await fixture.claimMail(mailId, 5)).toMatchObject({ uncertainTimes: 0, attempts: 0 });
  });

  test('to an address that the server says is none ends so, and suppresses it everywhere', async () => {
    await using fixture = await SignupFixture.create();
    const claim = await fixture.claimMail(await fixture.signUp(ada));
    await fixture.mails.begin(claim, { now: 0, leaseMs, day });

    const dead = { state: 'failed', attempts: 1, uncertainTimes: 0, reason: 'bad-address' } as const;
    await fixture.mails.settle(
      claim,
      { ...dead, outcome: 'valid-email', suppress: 'bad-address', replyText: 'no such user' },
      { now: 0, day },
    );

    expect(await fixture.outcomes()).toEqual({ 'valid-email confirmation-bad-address': 1 });
    expect((await fixture.subscriber(ada)).state).toBe('suppressed');
    expect(await fixture.suppressions.has([ada])).toEqual(new Set([ada]));
    expect(await fixture.signUp(ada, hourMs)).toBeUndefined();
  });

  test.each(['erased', 'suppressed', 'already-subscribed'] as const)(
    'is not begun to somebody who is %s meanwhile',
    async (reason) => {
      await using fixture = await SignupFixture.create();
      const claim = await fixture.claimMail(await fixture.signUp(ada));
      const { id } = await fixture.subscriber(ada);

      if (reason === 'erased') await fixture.subscribers.erase(ada, { now: 0 });
      else if (reason === 'suppressed') await fixture.suppressions.add(ada, { reason: 'complaint', now: 0 });
      else
        await fixture.ownSubscriptions.confirm(
          { publicationId: 1, subscriberId: id },
          { issuedAt: 0, now: 0 },
        );
      const begun = await fixture.mails.begin(claim, { now: 0, leaseMs, day });

      const outcome = reason === 'already-subscribed' ? 'thank-you' : 'subscription-failed';
      expect(begun).toBe(false);
      expect(await fixture.outcomes()).toEqual({ [`${outcome} confirmation-${reason}`]: 1 });
    },
  );

  test('a reply to a mail that another worker has claimed changes nothing', async () => {
    await using fixture = await SignupFixture.create();
    const mailId = await fixture.signUp(ada);
    const late = await fixture.claimMail(mailId);
    await fixture.mails.begin(late, { now: 0, leaseMs, day });
    const held = await fixture.claimMail(mailId, leaseMs);

    const accepted = { state: 'accepted', attempts: 1, uncertainTimes: 0, reason: 'accepted' } as const;
    await fixture.mails.settle(late, { ...accepted, outcome: 'thank-you' }, { now: leaseMs, day });
    const begunLate = await fixture.mails.begin(late, { now: leaseMs, leaseMs, day });

    expect(begunLate).toBe(false);
    expect(await fixture.outcomes()).toEqual({});
    expect(await fixture.mails.begin(held, { now: leaseMs, leaseMs, day })).toBe(true);
  });
});
