import { describe, expect, test } from 'vitest';

import type { CheckMailDomain, MailDomain } from '../../../src/app/ports/signup.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { fieldsNamed, readRaw } from '../../support/smtp/read-message.ts';
import { acceptAll, relay } from '../../support/smtp/scripted-sessions.ts';
import { leaseMs } from '../../support/store/signup-fixture.ts';
import { SignupHarness } from '../../support/web/signup-harness.ts';

const ada = 'ada@example.org';
const hourMs = 3_600_000;

describe('from the form to the first edition', () => {
  test('mail asks, the button confirms, mail welcomes, and every attempt is counted once', async () => {
    await using harness = await SignupHarness.open();

    await harness.signUp(ada);
    await harness.work();
    const confirmed = await harness.linkActions.confirm(harness.token(ada, 'confirm'));
    await harness.work();

    expect(confirmed?.outcome).toBe('thank-you');
    expect(harness.texts(ada)).toHaveLength(2);
    expect((await harness.fixture.subscriber(ada)).state).toBe('active');
    expect(await harness.fixture.outcomes()).toEqual({
      'thank-you confirmation-accepted': 1,
      'thank-you confirmed': 1,
    });
  });

  test('a confirmation is no list mail, a welcome is one', async () => {
    await using harness = await SignupHarness.open();
    await harness.signUp(ada);
    await harness.work();
    await harness.linkActions.confirm(harness.token(ada, 'confirm'));
    await harness.work();

    const [confirm, welcome] = harness.sessions.sent.map(({ message }) => readRaw(Buffer.concat(message)));

    for (const name of ['List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Precedence']) {
      expect(confirm && fieldsNamed(confirm, name)).toEqual([]);
      expect(welcome && fieldsNamed(welcome, name)).toHaveLength(1);
    }
    expect(confirm && fieldsNamed(confirm, 'Auto-Submitted')).toEqual(['auto-generated']);
  });

  test('where no confirmation is asked for, the welcome is the first mail', async () => {
    await using harness = await SignupHarness.open({ publication: { doubleOptIn: false } });

    await harness.signUp(ada);
    await harness.work();

    expect(harness.texts(ada).map((text) => text.includes('Welcome to'))).toEqual([true]);
    expect((await harness.fixture.subscriber(ada)).state).toBe('active');
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
    await using harness = await SignupHarness.open({
      latest: {
        date: '2026-11-23',
        subject: page.subject,
        changedAt: 1,
        publishedAt: 1,
        page,
        corrections: [],
      },
    });
    await harness.signUp(ada);
    await harness.work();
    await harness.linkActions.confirm(harness.token(ada, 'confirm'));
    await harness.work();

    const [confirm, welcome] = harness.texts(ada);

    expect(confirm).not.toContain('long coat');
    expect(welcome).toContain('Take the long coat');
    expect(welcome).toContain('https://news.example.org/p/sample/archive/2026-11-23');
  });
});

describe('whatever breaks between two steps', () => {
  test.each(['claim', 'admit', 'claim-mail', 'begin'] as const)(
    'a worker that dies after %s loses no attempt and sends no second copy unsaid',
    async (died) => {
      await using harness = await SignupHarness.open();
      const { signups, mails } = harness.fixture;
      await harness.signUp(ada);
      const [signupId = 0] = (await harness.due()).signups;
      const lease = { now: harness.now, leaseMs };
      const day = '2026-11-23';

      const claim = await signups.claim(signupId, lease);
      if (claim !== undefined && died !== 'claim') {
        const admitted = await signups.admit(claim, { now: harness.now, day, doubleOptIn: true });
        if (admitted !== undefined && died !== 'admit') {
          const held = await mails.claim(admitted.mailId, { ...lease, resendLimit: 3, dayOf: () => day });
          if (held !== undefined && died === 'begin') await mails.begin(held, { ...lease, day });
        }
      }
      harness.now += leaseMs;
      await harness.work();

      expect(harness.texts(ada)).toHaveLength(1);
      const rows = await harness.fixture.store.db.selectFrom('mails').select('uncertain_times').execute();
      expect(rows).toEqual([{ uncertain_times: died === 'begin' ? 1 : 0 }]);
      expect(await harness.fixture.outcomes()).toEqual({ 'thank-you confirmation-accepted': 1 });
    },
  );

  test('an answer that never came is a doubt, and the second copy has the same Message-ID and link', async () => {
    await using harness = await SignupHarness.open();
    harness.sessions.script = (_to, copy): SmtpAnswer =>
      copy === 1 ? { kind: 'uncertain', relay, text: 'connection lost' } : acceptAll();

    await harness.signUp(ada);
    await harness.work();
    harness.now += hourMs;
    await harness.work();

    const [first, second] = harness.sessions.sent.map(({ message }) => readRaw(Buffer.concat(message)));
    expect(first && fieldsNamed(first, 'Message-ID')).toEqual(second && fieldsNamed(second, 'Message-ID'));
    expect(harness.texts(ada)[0]).toBe(harness.texts(ada)[1]);
  });

  test('a server that says later is asked later, one that says never ends it as no valid email', async () => {
    await using harness = await SignupHarness.open();
    harness.sessions.script = (_to, copy): SmtpAnswer =>
      copy === 1
        ? { kind: 'refused', relay, stage: 'rcpt', code: 451, enhanced: '4.7.1', text: 'greylisted' }
        : { kind: 'refused', relay, stage: 'rcpt', code: 550, enhanced: '5.1.1', text: 'no such user' };

    await harness.signUp(ada);
    await harness.work();
    const soon = await harness.due();
    harness.now += hourMs;
    await harness.work();

    expect(soon.mails).toEqual([]);
    expect(await harness.fixture.outcomes()).toEqual({ 'valid-email confirmation-bad-address': 1 });
    expect((await harness.fixture.subscriber(ada)).state).toBe('suppressed');
  });

  test('a relay that is down counts no attempt', async () => {
    await using harness = await SignupHarness.open();
    harness.sessions.goDown();
    await harness.signUp(ada);

    await harness.work();
    harness.sessions.comeBack();
    harness.now += 61_000;
    await harness.work();

    expect(await harness.fixture.outcomes()).toEqual({ 'thank-you confirmation-accepted': 1 });
    const row = await harness.fixture.store.db
      .selectFrom('mails')
      .select('attempts')
      .executeTakeFirstOrThrow();
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
    await using harness = await SignupHarness.open({ checkMailDomain });

    await harness.signUp(ada);
    await harness.work();

    expect(await harness.fixture.outcomes()).toEqual({ [outcome]: 1 });
  });
});

test('mail that cannot be made takes no session away from mail that can', async () => {
  await using harness = await SignupHarness.open();
  await harness.signUp(ada);
  const [signupId = 0] = (await harness.due()).signups;
  await harness.processSignup(signupId);
  const [mailId = 0] = (await harness.due()).mails;
  const open = async () => () => {
    throw new Error('no such slot');
  };

  const making = harness.sendMail(mailId, { messages: { open } });

  await expect(making).rejects.toThrow('no such slot');
  expect(harness.sessions.freeCount).toBe(harness.sessions.count);
  harness.now += leaseMs;
  await harness.work();
  expect(harness.texts(ada)).toHaveLength(1);
});
