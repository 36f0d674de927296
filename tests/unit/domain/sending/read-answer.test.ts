import { describe, expect, test } from 'vitest';

import { readAnswer } from '../../../../src/domain/sending/read-answer.ts';
import type { AnswerContext, Verdict } from '../../../../src/domain/sending/read-answer.ts';
import type { SmtpAnswer, SmtpStage } from '../../../../src/domain/sending/smtp-answer.ts';
import { refusal } from '../../../support/smtp/refusal.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 10, 23, 6, 0);
const context: AnswerContext = {
  attempts: 0,
  uncertainTimes: 0,
  policy: 'resend',
  now,
  expiresAt: now + 12 * hour,
  random: 0,
};

function refused(reply: string, stage: SmtpStage = 'rcpt'): SmtpAnswer {
  return refusal(`${stage} ${reply}`);
}

function read(answer: SmtpAnswer, changes: Partial<AnswerContext> = {}): Verdict {
  return readAnswer(answer, { ...context, ...changes });
}

describe('a refusal', () => {
  test.each([
    ['550 5.1.1 address ana not listed in directory', 'bad-address', 'bad-address'],
    ['550 5.7.1 Recipient address rejected: not listed in directory', 'bad-address', 'bad-address'],
    ['550 5.1.1 user ana not listed in Domino Directory', 'bad-address', 'bad-address'],
    ['550 5.1.1 User unknown', 'bad-address', 'bad-address'],
    ['550 5.1.2 Bad destination system', 'bad-address', 'bad-address'],
    ['501 5.1.3 Bad recipient address syntax', 'bad-address', 'bad-address'],
    ['551 5.1.6 Mailbox has moved', 'bad-address', 'bad-address'],
    ['556 5.1.10 Recipient address has null MX', 'bad-address', 'bad-address'],
    ['550 5.2.1 Mailbox disabled', 'dead-mailbox', 'dead-mailbox'],
    ['550 5.7.13 User account disabled', 'dead-mailbox', 'dead-mailbox'],
    ['550 No such user here', 'bad-address', 'bad-address'],
    ['550 <x@example.org>: User unknown in virtual table', 'bad-address', 'bad-address'],
    [
      "554 delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com)",
      'bad-address',
      'bad-address',
    ],
    ['554 30 Sorry, this mailbox is disabled (554.30)', 'dead-mailbox', 'dead-mailbox'],
    [
      '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)',
      'bad-address',
      'microsoft-unknown-user',
    ],
  ])('%s: fails and suppresses the address', (reply, answerClass, reason) => {
    const verdict = read(refused(reply));

    expect(verdict.row).toMatchObject({
      state: 'failed',
      outcome: 'valid-email',
      suppress: answerClass,
      attempts: 1,
      reason,
    });
    expect(verdict).toMatchObject({
      class: answerClass,
      stopEdition: false,
      slowDomain: false,
      alarm: false,
    });
  });

  test.each([
    ['452 4.2.2 Over quota', 'full'],
    ['552 5.2.2 Mailbox full', 'full'],
    ['552 Requested mail action aborted: exceeded storage allocation', 'full'],
    ['550 Mailbox quota exceeded', 'full'],
    ['451 4.4.1 No answer from host', 'network'],
    ['421 4.4.2 Connection timed out', 'network'],
    ['451 4.2.0 Try later', 'temporary'],
    ['450 4.2.1 The user you are trying to contact is receiving mail too quickly - gsmtp', 'mailbox-busy'],
    ['450 Busy', 'temporary'],
  ])('%s: is retried after a minute and counts as an attempt', (reply, answerClass) => {
    const verdict = read(refused(reply));

    expect(verdict.class).toBe(answerClass);
    expect(verdict.row).toMatchObject({ state: 'deferred', attempts: 1, nextAttemptAt: now + minute });
    expect(verdict.row).not.toHaveProperty('outcome');
    expect(verdict.row).not.toHaveProperty('suppress');
  });

  test.each([
    ['421 Too many messages'],
    ['421 4.7.0 Try again later'],
    ['421 4.3.2 System not accepting network messages'],
    ['450 4.7.0 Slow down'],
    ['451 4.7.0 Temporary rate limit'],
    ['450 4.7.28 Unusual rate of mail - gsmtp'],
    ['421 4.7.28 Unusual rate of mail - gsmtp'],
    ['421 4.7.0 [TSS04] Messages temporarily deferred due to unexpected volume'],
    ['553 5.7.1 [TSS09] All messages from 192.0.2.1 will be permanently deferred'],
    ['451 4.7.650 The mail server has been temporarily rate limited due to IP reputation'],
    ['451 4.7.500 Server busy'],
    ['550 5.2.0 OFR004_104 Too many connections, slow down'],
  ])('%s: slows the receiving domain and does not count as an attempt', (reply) => {
    const verdict = read(refused(reply), { attempts: 2 });

    expect(verdict).toMatchObject({ class: 'rate', slowDomain: true, stopEdition: false });
    expect(verdict.row).toMatchObject({ state: 'deferred', attempts: 2 });
  });

  test('a 421 to MAIL comes from the relay and slows no receiving domain', () => {
    expect(read(refused('421 Closing', 'mail'))).toMatchObject({ class: 'rate', slowDomain: false });
  });

  test.each([['450 4.7.1 Greylisted'], ['451 4.7.1 Try again'], ['451 Greylisting in action']])(
    '%s: is retried, but not before five minutes',
    (reply) => {
      const early = read(refused(reply));
      const late = read(refused(reply), { attempts: 4 });

      expect(early.class).toBe('greylist');
      expect(early.row).toMatchObject({ state: 'deferred', nextAttemptAt: now + 5 * minute, attempts: 1 });
      expect(late.row.nextAttemptAt).toBe(now + 16 * minute);
    },
  );

  test.each([
    ['550 5.7.1 Message rejected due to local policy', 'policy', 'policy'],
    [
      '554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org',
      'reputation',
      'reputation',
    ],
    ['550 5.1.1 blocked using zen.spamhaus.org', 'reputation', 'reputation'],
    ['550 5.7.1 Part of their network is on our block list (S3140)', 'reputation', 'reputation'],
    ['553 5.7.1 [BL21] Connections not accepted; see spamhaus', 'reputation', 'reputation'],
    ['554 refused by SpamCop', 'reputation', 'reputation'],
    ['550 5.7.99 listed', 'reputation', 'reputation'],
    ['550 5.7.28 Mail flood detected', 'policy', 'mail-flood'],
    ['550 Rejected', 'policy', 'policy'],
    ['554 Transaction failed', 'policy', 'policy'],
  ])('%s: fails for this edition with an alarm, and suppresses no address', (reply, answerClass, reason) => {
    const verdict = read(refused(reply));

    expect(verdict).toMatchObject({ class: answerClass, alarm: true, stopEdition: false });
    expect(verdict.row).toMatchObject({ state: 'failed', outcome: 'subscription-failed', reason });
    expect(verdict.row).not.toHaveProperty('suppress');
  });

  test.each([
    ['452 4.3.1 Insufficient system storage', 'mail', 'relay-trouble'],
    ['451 4.3.0 Try later', 'message', 'relay-trouble'],
    ['503 5.5.1 Error: nested MAIL command', 'mail', 'connection'],
  ] as const)('%s: is retried and does not count as an attempt', (reply, stage, answerClass) => {
    const verdict = read(refused(reply, stage), { attempts: 2 });

    expect(verdict).toMatchObject({ class: answerClass, slowDomain: false, stopEdition: false });
    expect(verdict.row).toMatchObject({ state: 'deferred', attempts: 2 });
  });

  test.each([
    ['550 5.7.26 Unauthenticated email is not accepted', 'rcpt'],
    ['421 4.7.26 Rate limited: SPF and DKIM do not pass - gsmtp', 'message'],
    ['550 5.7.27 SPF does not pass', 'message'],
    ['550 5.7.515 Access denied, sending domain does not meet the required authentication level', 'message'],
    ['550 5.7.9 Message not accepted for policy reasons', 'message'],
    ['550 5.7.30 DKIM does not pass - gsmtp', 'message'],
    ['530 5.7.0 Must issue a STARTTLS command first', 'mail'],
    ['535 Authentication failed', 'rcpt'],
    ['553 5.7.1 Sender address rejected: not owned by user', 'mail'],
    ['550 5.1.1 You may not send', 'mail'],
    ['550 5.4.5 Daily user sending limit exceeded - gsmtp', 'message'],
    ['550 Sender verify failed: no such user', 'rcpt'],
    ['451 4.7.515 Access denied, sending domain does not meet the required level', 'message'],
  ] as const)('%s: stops the edition; the row stays due and never fails', (reply, stage) => {
    const verdict = read(refused(reply, stage), { attempts: 1, expiresAt: now + 1 });

    expect(verdict).toMatchObject({ class: 'account', stopEdition: true, alarm: true, slowDomain: false });
    expect(verdict.row).toMatchObject({ state: 'deferred', attempts: 1, nextAttemptAt: now + minute });
    expect(verdict.row).not.toHaveProperty('suppress');
  });

  test.each([
    ['552 5.3.4 Message too big', 'too-big', 'too-big'],
    ['552 5.2.3 Message length exceeds limit', 'too-big', 'too-big'],
    ['550 5.6.7 Address needs SMTPUTF8', 'needs-smtputf8', 'needs-smtputf8'],
    ['550 5.4.1 Host not found', 'refused', 'refused'],
    ['501 Syntax error', 'refused', 'refused'],
    ['553 Mailbox name not allowed', 'refused', 'refused'],
  ])('%s: fails and suppresses no address', (reply, answerClass, reason) => {
    const verdict = read(refused(reply));

    expect(verdict.class).toBe(answerClass);
    expect(verdict.row).toMatchObject({ state: 'failed', outcome: 'subscription-failed', reason });
    expect(verdict.row).not.toHaveProperty('suppress');
  });
});

describe('an answer that is not a refusal', () => {
  test('an accepted message has the outcome thank-you and keeps the reply', () => {
    const verdict = read({ kind: 'accepted', relay: 'mx:25', code: 250, text: '2.0.0 queued' });

    expect(verdict.row).toEqual({
      state: 'accepted',
      outcome: 'thank-you',
      reason: 'accepted',
      attempts: 1,
      uncertainTimes: 0,
      relay: 'mx:25',
      replyCode: 250,
      replyText: '2.0.0 queued',
    });
  });

  test('a connection that broke before the final dot is retried and counts as an attempt', () => {
    const verdict = read({ kind: 'not-sent', relay: 'mx:25', text: 'connection reset' }, { attempts: 2 });

    expect(verdict.class).toBe('network');
    expect(verdict.row).toMatchObject({ state: 'deferred', attempts: 3, nextAttemptAt: now + 4 * minute });
  });

  test('an address that needs SMTPUTF8 fails without being called invalid', () => {
    const verdict = read({ kind: 'needs-smtputf8', relay: 'mx:25' });

    expect(verdict.row).toMatchObject({
      state: 'failed',
      outcome: 'subscription-failed',
      reason: 'needs-smtputf8',
    });
    expect(verdict.row).not.toHaveProperty('suppress');
  });

  const lost: SmtpAnswer = { kind: 'uncertain', relay: 'mx:25', text: 'connection reset' };

  test('under the policy resend an uncertain delivery is due again once, or up to a limit, then final', () => {
    expect([0, 1].map((uncertainTimes) => read(lost, { uncertainTimes }).row.reason)).toEqual([
      'uncertain',
      'uncertain-resends-used',
    ]);
    const rows = [0, 1, 2, 3].map((uncertainTimes) => read(lost, { uncertainTimes, resendLimit: 3 }).row);

    expect(rows.map((row) => row.nextAttemptAt)).toEqual([
      now + minute,
      now + 2 * minute,
      now + 4 * minute,
      undefined,
    ]);
    expect(rows.map((row) => row.uncertainTimes)).toEqual([1, 2, 3, 4]);
    expect(rows.every((row) => row.state === 'uncertain')).toBe(true);
    expect(rows.map((row) => row.outcome)).toEqual([undefined, undefined, undefined, 'subscription-failed']);
    expect(rows[3]?.reason).toBe('uncertain-resends-used');
  });

  test('under the policy hold an uncertain delivery is final at once', () => {
    expect(read(lost, { policy: 'hold' }).row).toMatchObject({
      state: 'uncertain',
      outcome: 'subscription-failed',
      reason: 'uncertain-held',
      uncertainTimes: 1,
    });
  });

  test('an uncertain delivery is not sent again after the expiry', () => {
    const { row } = read(lost, { expiresAt: now + minute });

    expect(row).toMatchObject({ state: 'uncertain', reason: 'uncertain-expired' });
    expect(row).not.toHaveProperty('nextAttemptAt');
  });

  test('a delivery that may have arrived stays uncertain if the next attempt would be after the expiry', () => {
    const options = { uncertainTimes: 1, expiresAt: now + minute };
    const { row } = read(refused('451 4.2.0 Later'), options);

    expect(row).toMatchObject({ state: 'uncertain', uncertainTimes: 1, reason: 'uncertain-expired' });
    expect(row).not.toHaveProperty('nextAttemptAt');
  });
});
