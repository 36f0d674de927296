import { describe, expect, test } from 'vitest';

import { fillMs, SignupHarness } from '../../support/web/signup-harness.ts';

const ada = 'ada@example.org';

describe('the gate', () => {
  test('writes an attempt down before it answers, and waits for no mail', async () => {
    await using harness = await SignupHarness.open();

    const answer = await harness.signUp(ada);

    expect(answer).toEqual({ outcome: 'thank-you', reason: 'accepted' });
    expect((await harness.due()).signups).toHaveLength(1);
    expect(harness.sessions.sent).toEqual([]);
  });

  test.each([
    ['', 'empty'],
    ['ada at example.org', 'space'],
    ['a@b.example,d@e.example', 'several-addresses'],
    ['a@b.example;d@e.example', 'several-addresses'],
    ['"a b"@example.org', 'quoted-local-part'],
    ['"a"@example.org', 'quoted-local-part'],
    ['ada@example.org\r\nBcc: eve@example.org', 'control-character'],
    ['ada@example.org\nBcc:eve@example.org', 'control-character'],
    ['ada@example.org\u2028', 'control-character'],
    ['<ada@example.org>', 'angle-brackets'],
    [`${'a'.repeat(65)}@example.org`, 'local-part-too-long'],
    [`${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`, 'too-long'],
    ['ada@[192.0.2.1]', 'domain-ip-literal'],
    ['ada@localhost', 'domain-one-label'],
  ])('asks for a valid email instead of %j', async (email, reason) => {
    await using harness = await SignupHarness.open();

    const answer = await harness.signUp(email);

    expect(answer).toEqual({ outcome: 'valid-email', reason });
    expect((await harness.due()).signups).toEqual([]);
  });

  test('reads no more of ten megabytes than it has to', async () => {
    await using harness = await SignupHarness.open();

    expect(await harness.signUp('x'.repeat(10_000_000))).toEqual({
      outcome: 'valid-email',
      reason: 'too-long',
    });
  });

  test.each([`${'a'.repeat(64)}@example.org`, 'jörg@bücher.example', 'a+b.c@xn--bcher-kva.example'])(
    'takes %j, which is one',
    async (email) => {
      await using harness = await SignupHarness.open();

      expect((await harness.signUp(email)).outcome).toBe('thank-you');
    },
  );

  test.each([
    ['a filled honeypot', { honeypot: 'https://example.net' }, 'honeypot'],
    ['no stamp', { stamp: '' }, 'stamp-missing'],
    ['a made-up stamp', { stamp: 'A'.repeat(30) }, 'stamp-forged'],
    ['a stamp of another form', { stamp: 'x' }, 'stamp-forged'],
  ])('fails for %s, and says no more than that', async (_what, changes, reason) => {
    await using harness = await SignupHarness.open();

    const answer = await harness.signUp(ada, changes);

    expect(answer).toEqual({ outcome: 'subscription-failed', reason });
    expect((await harness.due()).signups).toEqual([]);
  });

  test('fails for a form that was filled in within a second, or two days ago', async () => {
    await using harness = await SignupHarness.open();

    const quick = await harness.signUp(ada, { stamp: harness.stamps.issue(harness.now - 1_000) });
    const old = await harness.signUp(ada, { stamp: harness.stamps.issue(harness.now - 49 * 3_600_000) });

    expect([quick.reason, old.reason]).toEqual(['too-fast', 'stamp-old']);
  });

  test('takes a stamp that an older secret made', async () => {
    await using before = await SignupHarness.open({ secrets: ['the first secret of all'] });
    await using harness = await SignupHarness.open({
      secrets: ['a newer secret than that', 'the first secret of all'],
    });

    const answer = await harness.signUp(ada, { stamp: before.stamps.issue(harness.now - fillMs) });

    expect(answer.outcome).toBe('thank-you');
  });

  test('does and answers the same for every address', async () => {
    await using harness = await SignupHarness.open();
    const { fixture } = harness;
    await fixture.subscribe('active@example.org', harness.now);
    await fixture.signUp('pending@example.org', harness.now);
    const left = await fixture.subscribe('left@example.org', harness.now);
    await fixture.ownSubscriptions.unsubscribe(
      { publicationId: 1, subscriberId: left },
      { now: harness.now },
    );
    await fixture.subscribers.erase('erased@example.org', { now: harness.now });
    await fixture.suppressions.add('bounced@example.org', { reason: 'bad-address', now: harness.now });
    const subscriptions = ['new', 'active', 'pending', 'left', 'erased', 'bounced'];

    const answers = await Promise.all(subscriptions.map((name) => harness.signUp(`${name}@example.org`)));

    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect((await harness.due()).signups).toHaveLength(subscriptions.length);
  });
});

describe('against list bombing', () => {
  test('10,000 posts for one address from 1,000 networks cause two mails, and each is answered alike to the last word', async () => {
    await using harness = await SignupHarness.open();
    const answers = new Set<string>();

    for (let round = 0; round < 10; round += 1) {
      const posts = Array.from({ length: 1_000 }, (_, from) => {
        const network = `198.51.${Math.floor(from / 250)}.${from % 250}`;
        return harness.signUp('victim@example.org', { network });
      });
      for (const answer of await Promise.all(posts)) answers.add(JSON.stringify(answer));
    }
    await harness.work();

    expect(harness.sessions.copies('victim@example.org')).toBeLessThanOrEqual(2);
    expect(answers).toEqual(new Set([JSON.stringify({ outcome: 'thank-you', reason: 'accepted' })]));
    expect(await harness.counted()).toMatchObject({ 'thank-you address-limit': 9_995 });
  });

  test('10,000 addresses from one network hit its limit', async () => {
    await using harness = await SignupHarness.open();
    const reasons = new Map<string, number>();

    for (let post = 0; post < 10_000; post += 1) {
      // One customer's addresses: all of them in one /64.
      const network = `2001:db8:1:2:${post.toString(16)}::1`;
      const { reason } = await harness.signUp(`reader${post}@example.org`, { network });
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }

    expect(Object.fromEntries(reasons)).toEqual({ accepted: 30, 'network-limit': 9_970 });
    expect(await harness.counted()).toEqual({ 'subscription-failed network-limit': 9_970 });
  });

  test('25 spellings of one mailbox get as many mails as one: two', async () => {
    await using harness = await SignupHarness.open();
    const dotted = ['ada.byron', 'a.dabyron', 'ad.abyron', 'adab.yron', 'a.d.a.byron'];
    const spellings = [
      ...dotted.map((local) => `${local}@gmail.com`),
      ...Array.from({ length: 10 }, (_, tag) => `adabyron+${tag}@gmail.com`),
      ...Array.from({ length: 10 }, (_, tag) => `ada.byron+${tag}@googlemail.com`),
    ];

    for (const [index, address] of spellings.entries()) {
      await harness.signUp(address, { network: `203.0.113.${index}` });
    }
    await harness.work();

    const copies = spellings.reduce((sum, address) => sum + harness.sessions.copies(address), 0);
    expect(copies).toBe(2);
    expect(await harness.counted()).toMatchObject({
      'thank-you address-limit': 20,
      'thank-you confirmation-sent-already': 3,
    });
  });

  test('an IPv6 /48 may use sixteen times the limit of a /64, and a tenth of the overall limit', async () => {
    await using harness = await SignupHarness.open();
    await using small = await SignupHarness.open({ overall: 1_000 });
    const attack = async (target: SignupHarness) => {
      let accepted = 0;
      for (let post = 0; post < 1_000; post += 1) {
        const network = `2001:db8:1:${post.toString(16)}::1`;
        const { reason } = await target.signUp(`reader${post}@example.org`, { network });
        if (reason === 'accepted') accepted += 1;
      }
      return accepted;
    };

    // All of these networks are in four /56, each with four times the limit of 30.
    expect(await attack(harness)).toBe(480);
    expect(await attack(small)).toBe(100);
  });

  test('refused attempts count against the limit of their network, and not against the overall limit', async () => {
    await using harness = await SignupHarness.open({ overall: 1_000 });
    const reasons = new Set<string>();

    for (let post = 0; post < 40; post += 1) {
      const { reason } = await harness.signUp('no address', { network: '192.0.2.7' });
      if (post >= 30) reasons.add(reason);
    }
    const neighbour = await harness.signUp(ada, { network: '192.0.2.8' });

    expect(reasons).toEqual(new Set(['network-limit']));
    expect(neighbour.reason).toBe('accepted');
  });

  test('the overall limit stops an attack from many networks, is counted separately and logged once', async () => {
    await using harness = await SignupHarness.open({ overall: 100 });
    const reasons: string[] = [];

    for (let post = 0; post < 200; post += 1) {
      const answer = await harness.signUp(`reader${post}@example.org`, { network: `203.0.113.${post}` });
      reasons.push(answer.reason);
    }

    expect(reasons.filter((reason) => reason === 'accepted')).toHaveLength(100);
    expect(await harness.counted()).toEqual({ 'subscription-failed overall-limit': 100 });
    expect(harness.log.messages('error')).toEqual(['there are more signups than SIGNUPS_OVERALL allows']);
  });

  test('an address that others signed up too often can still confirm', async () => {
    await using harness = await SignupHarness.open();
    for (let post = 0; post < 20; post += 1) await harness.signUp(ada, { network: `203.0.113.${post}` });
    await harness.work();

    const confirmed = await harness.linkActions.confirm(harness.token(ada, 'confirm'));

    expect(confirmed?.outcome).toBe('thank-you');
    expect((await harness.fixture.subscriber(ada)).state).toBe('active');
  });
});
