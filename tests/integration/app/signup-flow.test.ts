import { describe, expect, test } from 'vitest';

import type { CheckMailDomain, MailDomain } from '../../../src/app/ports/signup.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { fieldsNamed, readRaw } from '../../support/read-message.ts';
import { acceptAll, relay } from '../../support/scripted-sessions.ts';
import { SignupDesk } from '../../support/signup-desk.ts';
import { leaseMs } from '../../support/signup-fixture.ts';

const ada = 'ada@example.org';
const hourMs = 3_600_000;

describe('from the form to the first edition', () => {
  test('mail asks, the button confirms, mail welcomes, and every attempt is counted once', async () => {
    await using desk = await SignupDesk.open();

    await desk.signUp(ada);
    await desk.work();
    const confirmed = await desk.readers.confirm(desk.token(ada, 'confirm'));
    await desk.work();

    expect(confirmed.outcome).toBe('thank-you');
    expect(desk.texts(ada)).toHaveLength(2);
    expect((await desk.fixture.person(ada)).state).toBe('active');
    expect(await desk.fixture.outcomes()).toEqual({
      'thank-you confirmation-accepted': 1,
      'thank-you confirmed': 1,
    });
  });

  test('a confirmation is no list mail, a welcome is one', async () => {
    await using desk = await SignupDesk.open();
    await desk.signUp(ada);
    await desk.work();
    await desk.readers.confirm(desk.token(ada, 'confirm'));
    await desk.work();

    const [confirm, welcome] = desk.sessions.sent.map(({ message }) => readRaw(Buffer.concat(message)));

    for (const name of ['List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Precedence']) {
      expect(confirm && fieldsNamed(confirm, name)).toEqual([]);
      expect(welcome && fieldsNamed(welcome, name)).toHaveLength(1);
    }
    expect(confirm && fieldsNamed(confirm, 'Auto-Submitted')).toEqual(['auto-generated']);
  });

  test('where no confirmation is asked for, the welcome is the first mail', async () => {
    await using desk = await SignupDesk.open({ publication: { doubleOptIn: false } });

    await desk.signUp(ada);
    await desk.work();

    expect(desk.texts(ada).map((text) => text.includes('Welcome to'))).toEqual([true]);
    expect((await desk.fixture.person(ada)).state).toBe('active');
  });

  test('a welcome brings the latest edition, and a confirmation does not', async () => {
    const page = {
      version: 1,
      subject: 'Sleet before sunrise',
      preheader: 'Plus, the ferries',
      count: '',
      byline: '',
      html: '<p>Take the <a href="https://example.org/coat">long coat</a>.</p>\n',
      text: 'Take the long coat: https://example.org/coat\n',
      imageOrigins: [],
    } as const;
    await using desk = await SignupDesk.open({
      latest: {
        date: '2026-11-23',
        subject: page.subject,
        changedAt: 1,
        publishedAt: 1,
        page,
        corrections: [],
      },
    });
    await desk.signUp(ada);
    await desk.work();
    await desk.readers.confirm(desk.token(ada, 'confirm'));
    await desk.work();

    const [confirm, welcome] = desk.texts(ada);

    expect(confirm).not.toContain('long coat');
    expect(welcome).toContain('Take the long coat');
    expect(welcome).toContain('https://news.example.org/p/sample/archive/2026-11-23');
  });
});

describe('whatever breaks between two steps', () => {
  test.each(['claim', 'admit', 'claim-mail', 'begin'] as const)(
    'a worker that dies after %s loses no attempt and sends no second copy unsaid',
    async (died) => {
      await using desk = await SignupDesk.open();
      const { signups, mails } = desk.fixture;
      await desk.signUp(ada);
      const [signupId = 0] = (await desk.due()).signups;
      const lease = { now: desk.now, leaseMs };
      const day = '2026-11-23';

      const claim = await signups.claim(signupId, lease);
      if (claim !== undefined && died !== 'claim') {
        const admitted = await signups.admit(claim, { now: desk.now, day, doubleOptIn: true });
        if (admitted !== undefined && died !== 'admit') {
          const held = await mails.claim(admitted.mailId, { ...lease, resendLimit: 3, dayOf: () => day });
          if (held !== undefined && died === 'begin') await mails.begin(held, { ...lease, day });
        }
      }
      desk.now += leaseMs;
      await desk.work();

      expect(desk.texts(ada)).toHaveLength(1);
      const rows = await desk.fixture.store.db.selectFrom('mails').select('uncertain_times').execute();
      expect(rows).toEqual([{ uncertain_times: died === 'begin' ? 1 : 0 }]);
      expect(await desk.fixture.outcomes()).toEqual({ 'thank-you confirmation-accepted': 1 });
    },
  );

  test('an answer that never came is a doubt, and the second copy has the same Message-ID and link', async () => {
    await using desk = await SignupDesk.open();
    desk.sessions.script = (_to, copy): SmtpAnswer =>
      copy === 1 ? { kind: 'uncertain', relay, text: 'connection lost' } : acceptAll();

    await desk.signUp(ada);
    await desk.work();
    desk.now += hourMs;
    await desk.work();

    const [first, second] = desk.sessions.sent.map(({ message }) => readRaw(Buffer.concat(message)));
    expect(first && fieldsNamed(first, 'Message-ID')).toEqual(second && fieldsNamed(second, 'Message-ID'));
    expect(desk.texts(ada)[0]).toBe(desk.texts(ada)[1]);
  });

  test('a server that says later is asked later, one that says never ends it as no valid email', async () => {
    await using desk = await SignupDesk.open();
    desk.sessions.script = (_to, copy): SmtpAnswer =>
      copy === 1
        ? { kind: 'refused', relay, stage: 'rcpt', code: 451, enhanced: '4.7.1', text: 'greylisted' }
        : { kind: 'refused', relay, stage: 'rcpt', code: 550, enhanced: '5.1.1', text: 'no such user' };

    await desk.signUp(ada);
    await desk.work();
    const soon = await desk.due();
    desk.now += hourMs;
    await desk.work();

    expect(soon.mails).toEqual([]);
    expect(await desk.fixture.outcomes()).toEqual({ 'valid-email confirmation-bad-address': 1 });
    expect((await desk.fixture.person(ada)).state).toBe('suppressed');
  });

  test('a relay that is down costs nobody an attempt', async () => {
    await using desk = await SignupDesk.open();
    desk.sessions.goDown();
    await desk.signUp(ada);

    await desk.work();
    desk.sessions.comeBack();
    desk.now += 61_000;
    await desk.work();

    expect(await desk.fixture.outcomes()).toEqual({ 'thank-you confirmation-accepted': 1 });
    const row = await desk.fixture.store.db.selectFrom('mails').select('attempts').executeTakeFirstOrThrow();
    expect(row.attempts).toBe(1);
  });

  test.each<[MailDomain, string]>([
    ['no-such-domain', 'valid-email no-such-domain'],
    ['null-mx', 'valid-email null-mx'],
    ['no-mail-server', 'valid-email no-mail-server'],
    ['unknown', 'thank-you confirmation-accepted'],
    ['takes-mail', 'thank-you confirmation-accepted'],
  ])('a domain that is %s ends as %s', async (found, outcome) => {
    const checkMailDomain: CheckMailDomain = async () => found;
    await using desk = await SignupDesk.open({ checkMailDomain });

    await desk.signUp(ada);
    await desk.work();

    expect(await desk.fixture.outcomes()).toEqual({ [outcome]: 1 });
  });
});

test('mail that cannot be made takes no session away from mail that can', async () => {
  await using desk = await SignupDesk.open();
  await desk.signUp(ada);
  const [signupId = 0] = (await desk.due()).signups;
  await desk.processSignup(signupId);
  const [mailId = 0] = (await desk.due()).mails;
  const open = async () => () => {
    throw new Error('no such slot');
  };

  const making = desk.sendMail(mailId, { messages: { open } });

  await expect(making).rejects.toThrow('no such slot');
  expect(desk.sessions.freeCount).toBe(desk.sessions.count);
  desk.now += leaseMs;
  await desk.work();
  expect(desk.texts(ada)).toHaveLength(1);
});
