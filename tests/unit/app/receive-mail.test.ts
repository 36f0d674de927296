import { describe, expect, test } from 'vitest';

import { receiveMail } from '../../../src/app/inbound/receive-mail.ts';
import type { Arrival } from '../../../src/domain/inbound/feedback.ts';
import { readReport } from '../../../src/inbound/read-report.ts';
import { readSentTo } from '../../../src/inbound/sent-to.ts';
import { createSecrets } from '../../../src/secrets/create-secrets.ts';

const now = Date.parse('2026-11-27T06:00:00Z');
const { inboundAddresses, verp } = createSecrets(['a secret of tests that nobody else uses']);
const domain = 'news.example.org';
const subject = { publicationId: 1, subscriberId: 7 };
const leave = inboundAddresses.leave(subject, domain);

function intake() {
  const stored: Arrival[] = [];
  const receive = receiveMail({
    addresses: inboundAddresses,
    read: (raw, envelope) =>
      readReport(raw, {
        keys: { delivery: (address) => verp.parse(address, new Date(now)), link: () => undefined },
        ...(envelope === undefined ? {} : { envelope }),
      }),
    sentTo: readSentTo,
    hash: () => 'hash',
    store: async (arrival) => {
      stored.push(arrival);
      return 'applied';
    },
    clock: () => now,
  });
  return { stored, receive };
}

function message(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'));
}

describe('a message to the address to unsubscribe at', () => {
  const empty = message('From: Ana <ana@example.com>', `To: ${leave}`, 'Subject: unsubscribe', '', '');

  test('ends the subscription, whatever it says', async () => {
    const { stored, receive } = intake();

    await receive({ raw: empty, source: 'smtp', envelope: { from: 'ana@example.com', to: leave } });
    await receive({ raw: empty, source: 'imap' });

    expect(stored.map(({ leaves }) => leaves)).toEqual([subject, subject]);
    expect(stored.map(({ report }) => report.kind)).toEqual(['unsubscribe', 'unsubscribe']);
  });

  test.each([
    ['the null sender', empty, ''],
    [
      'an absence notice',
      message('Subject: Automatic reply: unsubscribe', 'Auto-Submitted: auto-replied', '', 'I am away.'),
      'ana@example.com',
    ],
  ])('changes nothing if it is from %s', async (_, raw, from) => {
    const { stored, receive } = intake();

    await receive({ raw, source: 'smtp', envelope: { from, to: leave } });

    expect(stored.map(({ leaves }) => leaves)).toEqual([undefined]);
    expect(stored[0]?.report.kind).not.toBe('unsubscribe');
  });
});

test('a complaint is trusted only at the address for feedback loops', async () => {
  const { stored, receive } = intake();
  const raw = message(
    'Content-Type: multipart/report; report-type=feedback-report; boundary=b',
    '',
    '--b',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'Original-Rcpt-To: ana@example.com',
    '',
    '--b--',
  );
  const to = inboundAddresses.feedback(domain);

  await receive({ raw, source: 'smtp', envelope: { from: 'fbl@example.net', to } });
  await receive({ raw, source: 'imap' });

  expect(stored.map(({ isTrusted }) => isTrusted)).toEqual([true, false]);
  expect(stored.map(({ report }) => report.recipient)).toEqual(['ana@example.com', 'ana@example.com']);
});
