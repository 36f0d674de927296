import { describe, expect, test } from 'vitest';

import { SignupHarness } from '../../support/web/signup-harness.ts';

const ada = 'ada@example.org';
const dayMs = 24 * 3_600_000;

describe('links', () => {
  test('confirm for a week, and not after', async () => {
    await using harness = await SignupHarness.open();
    await harness.signUp(ada);
    await harness.work();
    const token = harness.token(ada, 'confirm');

    harness.now += 7 * dayMs + 1_000;
    const late = await harness.linkActions.confirm(token);

    expect(late?.outcome).toBe('subscription-failed');
    expect((await harness.fixture.subscriber(ada)).state).toBe('pending');
    expect(await harness.fixture.outcomes()).toMatchObject({ 'subscription-failed token-expired': 1 });
  });

  test('open for nothing but what they were made for, and under no other secret', async () => {
    await using harness = await SignupHarness.open();
    await using stranger = await SignupHarness.open({ secrets: ['somebody else’s secret'] });
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const dated = { ...subject, issuedAt: harness.now };
    const tokens = [
      ...(['confirm', 'undo', 'manage'] as const).map((purpose) => harness.links.issue(purpose, dated)),
      ...(['unsubscribe', 'preferences'] as const).map((of) => harness.links.issueLasting(of, subject)),
      stranger.links.issueLasting('unsubscribe', subject),
    ];
    const opens = async (token: string) => [
      (await harness.linkActions.confirmation(token)) !== undefined,
      (await harness.linkActions.undo(token))?.publication !== undefined,
      (await harness.linkActions.manage(token)) !== undefined,
      (await harness.linkActions.unsubscribe(token))?.publication !== undefined,
      (await harness.linkActions.preferences(token)) !== undefined,
    ];

    const opened = await Promise.all(tokens.map(opens));

    expect(opened.map((row) => row.filter((is) => is).length)).toEqual([1, 1, 1, 1, 1, 0]);
  });

  test('survive a change of keys', async () => {
    const old = 'the first secret of all';
    await using before = await SignupHarness.open({ secrets: [old] });
    await using harness = await SignupHarness.open({ secrets: ['a newer secret than that', old] });
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };

    const token = before.links.issueLasting('unsubscribe', subject);

    expect((await harness.linkActions.unsubscribe(token))?.undo?.token).toBeDefined();
  });

  test('leave and undo, and undoing is over after a day', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('unsubscribe', subject);

    const left = await harness.linkActions.unsubscribe(token);
    const repeated = await harness.linkActions.unsubscribe(token);
    const undone = await harness.linkActions.undo(left?.undo?.token ?? '');
    harness.now += 1_000;
    const again = await harness.linkActions.unsubscribe(token);
    harness.now += dayMs + 1_000;
    const tooLate = await harness.linkActions.undo(again?.undo?.token ?? '');

    expect(left?.undo?.until).toBe(harness.now - 2_000);
    expect(repeated?.undo).toBeUndefined();
    expect([undone?.done, tooLate?.done]).toEqual([true, false]);
    expect((await harness.fixture.subscriber(ada)).state).toBe('unsubscribed');
  });
});

describe('the links of a page', () => {
  test('lead from leaving to the preferences of the same subscriber, and back', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };

    const leaving = await harness.linkActions.leaving(harness.links.issueLasting('unsubscribe', subject));
    const view = await harness.linkActions.preferences(leaving?.preferencesToken ?? '');
    const back = harness.links.readLasting('unsubscribe', view?.unsubscribeToken ?? '');

    expect(back).toEqual(subject);
    expect(await harness.linkActions.leaving(leaving?.preferencesToken ?? '')).toBeUndefined();
  });

  test('lead from a confirmation to the preferences, which says once that a welcome is on its way', async () => {
    await using harness = await SignupHarness.open();
    await harness.signUp(ada);
    await harness.work();
    const token = harness.token(ada, 'confirm');

    const first = await harness.linkActions.confirm(token);
    const second = await harness.linkActions.confirm(token);

    expect([first?.isWelcomed, second?.isWelcomed]).toEqual([true, false]);
    expect(await harness.linkActions.preferences(first?.preferencesToken ?? '')).toBeDefined();
  });

  test('name times by the clock of the subscriber, where it is known', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('unsubscribe', subject);

    const unknown = await harness.linkActions.unsubscribe(token);
    await harness.linkActions.undo(unknown?.undo?.token ?? '');
    await harness.linkActions.savePreferences(harness.links.issueLasting('preferences', subject), {
      name: '',
      timeZone: 'Asia/Tokyo',
      pausedUntil: '',
      publications: ['sample'],
      network: '192.0.2.1',
    });
    harness.now += 1_000;
    const known = await harness.linkActions.unsubscribe(token);
    const undone = await harness.linkActions.undo(known?.undo?.token ?? '');

    expect(unknown?.timeZone).toBe('America/Chicago');
    expect([known?.timeZone, undone?.timeZone]).toEqual(['Asia/Tokyo', 'Asia/Tokyo']);
  });
});

describe('a mail that was passed on', () => {
  test('shows its new holder no address, and lets them download, erase and subscribe nothing', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('preferences', subject);

    const seen = JSON.stringify(await harness.linkActions.preferences(token));
    const got = [
      await harness.linkActions.manage(token),
      await harness.linkActions.download(token),
      await harness.linkActions.erase(token),
    ];

    expect(seen).not.toContain(ada);
    expect(got).toEqual([undefined, undefined, false]);
  });

  test('can only ask for the link to one’s data, which goes to the owner’s mailbox twice a day', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('preferences', subject);
    const before = harness.texts(ada).length;

    for (let press = 0; press < 5; press += 1) await harness.linkActions.requestManageLink(token);
    await harness.work();

    const mails = harness
      .texts(ada)
      .slice(before)
      .filter((text) => text.includes('/manage/'));
    expect(mails).toHaveLength(2);
    expect(await harness.linkActions.manage(harness.token(ada, 'manage'))).toMatchObject({ address: ada });
  });

  test('gets its owner no third mail either where all the requests come at once', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('preferences', subject);

    await Promise.all(Array.from({ length: 50 }, () => harness.linkActions.requestManageLink(token)));
    await harness.work();

    expect(harness.texts(ada).filter((text) => text.includes('/manage/'))).toHaveLength(2);
  });

  test('erases by that link alone, leaves nothing behind, and the address never comes back', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    await harness.linkActions.requestManageLink(harness.links.issueLasting('preferences', subject));
    await harness.work();

    const erased = await harness.linkActions.erase(harness.token(ada, 'manage'));
    await harness.signUp(ada);
    await harness.work();

    expect(erased).toBe(true);
    expect(await harness.fixture.subscribers.findByCanonical(ada)).toBeUndefined();
    expect(await harness.fixture.outcomes()).toMatchObject({ 'subscription-failed suppressed': 1 });
  });
});

describe('preferences', () => {
  const input = { name: '', timeZone: '', pausedUntil: '', publications: ['sample'], network: '192.0.2.1' };

  test('keep a name, a zone and a pause, and show them again', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('preferences', subject);

    const saved = await harness.linkActions.savePreferences(token, {
      ...input,
      name: ' Ada\r\nBcc: eve@example.org ',
      timeZone: 'europe/berlin',
      pausedUntil: '2026-12-24',
    });

    expect(saved).toBe('saved');
    expect(await harness.linkActions.preferences(token)).toMatchObject({
      name: 'Ada Bcc: eve@example.org',
      timeZone: 'Europe/Berlin',
      pausedUntil: '2026-12-24',
      publications: [{ subscribed: true }],
    });
  });

  test.each([
    [{ timeZone: 'Mars/Olympus' }, 'invalid-time-zone'],
    [{ pausedUntil: '2026-02-30' }, 'invalid-pause'],
    [{ pausedUntil: '2099-01-01' }, 'invalid-pause'],
  ])('refuse %j and keep what there was', async (wrong, refusal) => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('preferences', subject);

    const saved = await harness.linkActions.savePreferences(token, { ...input, name: 'Ada', ...wrong });

    expect(saved).toBe(refusal);
    expect(await harness.linkActions.preferences(token)).toMatchObject({ name: '', timeZone: '' });
  });

  test('let one leave, and come back only by their own mailbox', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('preferences', subject);

    await harness.linkActions.savePreferences(token, { ...input, publications: [] });
    const left = (await harness.fixture.subscriber(ada)).state;
    await harness.linkActions.savePreferences(token, input);
    await harness.work();

    expect(left).toBe('unsubscribed');
    expect((await harness.fixture.subscriber(ada)).state).toBe('unsubscribed');
    await harness.linkActions.confirm(harness.token(ada, 'confirm'));
    expect((await harness.fixture.subscriber(ada)).state).toBe('active');
  });

  test('count an attempt to come back that the limits stop, as the form does', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('preferences', subject);
    await harness.linkActions.savePreferences(token, { ...input, publications: [] });

    for (let press = 0; press < 7; press += 1) await harness.linkActions.savePreferences(token, input);

    expect(await harness.counted()).toMatchObject({ 'thank-you address-limit': 2 });
  });

  test('never say a name in a mail that was typed by who knows whom', async () => {
    await using harness = await SignupHarness.open();
    const subject = { publicationId: 1, subscriberId: await harness.fixture.subscribe(ada, harness.now) };
    const token = harness.links.issueLasting('preferences', subject);
    await harness.linkActions.savePreferences(token, { ...input, name: 'You won a prize' });

    await harness.linkActions.requestManageLink(token);
    await harness.work();

    const bytes = harness.sessions.sent.map(({ message }) => Buffer.concat(message).toString());
    expect(bytes.join('')).not.toContain('prize');
  });
});
