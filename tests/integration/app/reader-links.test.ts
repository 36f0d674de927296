import { describe, expect, test } from 'vitest';

import { SignupDesk } from '../../support/signup-desk.ts';

const ada = 'ada@example.org';
const dayMs = 24 * 3_600_000;

describe('links', () => {
  test('confirm for a week, and not after', async () => {
    await using desk = await SignupDesk.open();
    await desk.signUp(ada);
    await desk.work();
    const token = desk.token(ada, 'confirm');

    desk.now += 7 * dayMs + 1_000;
    const late = await desk.readers.confirm(token);

    expect(late.outcome).toBe('subscription-failed');
    expect((await desk.fixture.person(ada)).state).toBe('pending');
    expect(await desk.fixture.outcomes()).toMatchObject({ 'subscription-failed token-expired': 1 });
  });

  test('open for nothing but what they were made for, and under no other secret', async () => {
    await using desk = await SignupDesk.open();
    await using stranger = await SignupDesk.open({ secrets: ['somebody else’s secret'] });
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    const dated = { ...holder, issuedAt: desk.now };
    const tokens = [
      ...(['confirm', 'undo', 'manage'] as const).map((purpose) => desk.links.issue(purpose, dated)),
      ...(['unsubscribe', 'preferences'] as const).map((of) => desk.links.issueLasting(of, holder)),
      stranger.links.issueLasting('unsubscribe', holder),
    ];
    const opens = async (token: string) => [
      (await desk.readers.confirmation(token)) !== undefined,
      (await desk.readers.undo(token)).publication !== undefined,
      (await desk.readers.manage(token)) !== undefined,
      (await desk.readers.unsubscribe(token)).publication !== undefined,
      (await desk.readers.preferences(token)) !== undefined,
    ];

    const opened = await Promise.all(tokens.map(opens));

    expect(opened.map((row) => row.filter((is) => is).length)).toEqual([1, 1, 1, 1, 1, 0]);
  });

  test('survive a change of keys', async () => {
    const old = 'the first secret of all';
    await using before = await SignupDesk.open({ secrets: [old] });
    await using desk = await SignupDesk.open({ secrets: ['a newer secret than that', old] });
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };

    const token = before.links.issueLasting('unsubscribe', holder);

    expect((await desk.readers.unsubscribe(token)).undoToken).toBeDefined();
  });

  test('leave and undo, and undoing is over after a day', async () => {
    await using desk = await SignupDesk.open();
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    const token = desk.links.issueLasting('unsubscribe', holder);

    const { undoToken = '' } = await desk.readers.unsubscribe(token);
    const undone = await desk.readers.undo(undoToken);
    desk.now += 1_000;
    const again = await desk.readers.unsubscribe(token);
    desk.now += dayMs + 1_000;
    const tooLate = await desk.readers.undo(again.undoToken ?? '');

    expect([undone.done, tooLate.done]).toEqual([true, false]);
    expect((await desk.fixture.person(ada)).state).toBe('unsubscribed');
  });
});

describe('a mail that was passed on', () => {
  test('shows its new holder no address, and lets them download, erase and subscribe nothing', async () => {
    await using desk = await SignupDesk.open();
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    const token = desk.links.issueLasting('preferences', holder);

    const seen = JSON.stringify(await desk.readers.preferences(token));
    const got = [
      await desk.readers.manage(token),
      await desk.readers.download(token),
      await desk.readers.erase(token),
    ];

    expect(seen).not.toContain(ada);
    expect(got).toEqual([undefined, undefined, false]);
  });

  test('can only ask for the link to one’s data, which goes to the owner’s mailbox twice a day', async () => {
    await using desk = await SignupDesk.open();
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    const token = desk.links.issueLasting('preferences', holder);
    const before = desk.texts(ada).length;

    for (let press = 0; press < 5; press += 1) await desk.readers.requestManageLink(token);
    await desk.work();

    const mails = desk
      .texts(ada)
      .slice(before)
      .filter((text) => text.includes('/manage/'));
    expect(mails).toHaveLength(2);
    expect(await desk.readers.manage(desk.token(ada, 'manage'))).toMatchObject({ address: ada });
  });

  test('gets its owner no third mail either where all the requests come at once', async () => {
    await using desk = await SignupDesk.open();
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    const token = desk.links.issueLasting('preferences', holder);

    await Promise.all(Array.from({ length: 50 }, () => desk.readers.requestManageLink(token)));
    await desk.work();

    expect(desk.texts(ada).filter((text) => text.includes('/manage/'))).toHaveLength(2);
  });

  test('erases by that link alone, leaves nothing behind, and the address never comes back', async () => {
    await using desk = await SignupDesk.open();
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    await desk.readers.requestManageLink(desk.links.issueLasting('preferences', holder));
    await desk.work();

    const erased = await desk.readers.erase(desk.token(ada, 'manage'));
    await desk.signUp(ada);
    await desk.work();

    expect(erased).toBe(true);
    expect(await desk.fixture.subscribers.findByCanonical(ada)).toBeUndefined();
    expect(await desk.fixture.outcomes()).toMatchObject({ 'subscription-failed suppressed': 1 });
  });
});

describe('preferences', () => {
  const input = { name: '', timeZone: '', pausedUntil: '', publications: ['sample'], network: '192.0.2.1' };

  test('keep a name, a zone and a pause, and show them again', async () => {
    await using desk = await SignupDesk.open();
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    const token = desk.links.issueLasting('preferences', holder);

    const saved = await desk.readers.savePreferences(token, {
      ...input,
      name: ' Ada\r\nBcc: eve@example.org ',
      timeZone: 'europe/berlin',
      pausedUntil: '2026-12-24',
    });

    expect(saved).toBe('saved');
    expect(await desk.readers.preferences(token)).toMatchObject({
      name: 'Ada Bcc: eve@example.org',
      timeZone: 'Europe/Berlin',
      pausedUntil: '2026-12-24',
      publications: [{ subscribed: true }],
    });
  });

  test.each([{ timeZone: 'Mars/Olympus' }, { pausedUntil: '2026-02-30' }, { pausedUntil: '2099-01-01' }])(
    'refuse %j and keep what there was',
    async (wrong) => {
      await using desk = await SignupDesk.open();
      const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
      const token = desk.links.issueLasting('preferences', holder);

      const saved = await desk.readers.savePreferences(token, { ...input, name: 'Ada', ...wrong });

      expect(saved).toBe('invalid');
      expect(await desk.readers.preferences(token)).toMatchObject({ name: '', timeZone: '' });
    },
  );

  test('let one leave, and come back only by their own mailbox', async () => {
    await using desk = await SignupDesk.open();
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    const token = desk.links.issueLasting('preferences', holder);

    await desk.readers.savePreferences(token, { ...input, publications: [] });
    const left = (await desk.fixture.person(ada)).state;
    await desk.readers.savePreferences(token, input);
    await desk.work();

    expect(left).toBe('unsubscribed');
    expect((await desk.fixture.person(ada)).state).toBe('unsubscribed');
    await desk.readers.confirm(desk.token(ada, 'confirm'));
    expect((await desk.fixture.person(ada)).state).toBe('active');
  });

  test('count an attempt to come back that the limits stop, as the form does', async () => {
    await using desk = await SignupDesk.open();
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    const token = desk.links.issueLasting('preferences', holder);
    await desk.readers.savePreferences(token, { ...input, publications: [] });

    for (let press = 0; press < 7; press += 1) await desk.readers.savePreferences(token, input);

    expect(await desk.counted()).toMatchObject({ 'thank-you address-limit': 2 });
  });

  test('never say a name in a mail that was typed by who knows whom', async () => {
    await using desk = await SignupDesk.open();
    const holder = { publicationId: 1, subscriberId: await desk.fixture.subscribe(ada, desk.now) };
    const token = desk.links.issueLasting('preferences', holder);
    await desk.readers.savePreferences(token, { ...input, name: 'You won a prize' });

    await desk.readers.requestManageLink(token);
    await desk.work();

    const bytes = desk.sessions.sent.map(({ message }) => Buffer.concat(message).toString());
    expect(bytes.join('')).not.toContain('prize');
  });
});
