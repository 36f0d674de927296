import { describe, expect, test } from 'vitest';

import { readReport } from '../../../src/inbound/read-report.ts';
import { createSecrets } from '../../../src/secrets/create-secrets.ts';

const now = new Date('2026-11-27T06:00:00Z');
const { verp, tokens } = createSecrets(['a secret for the tests of reports, long enough']);
const keys = {
  delivery: (address: string) => verp.parse(address, now),
  link: (token: string) => tokens.verify('unsubscribe', token),
};
const ours = verp.address({ editionId: 7, subscriberId: 4_711, domain: 'news.example.org', now });
const other = verp.address({ editionId: 8, subscriberId: 9, domain: 'news.example.org', now });

function bounce(options: { readonly to: string; readonly returned?: string }): Buffer {
  return Buffer.from(
    [
      'From: MAILER-DAEMON@mx.example.com',
      `To: ${options.to}`,
      'Subject: Undelivered Mail Returned to Sender',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.com',
      '',
      'Final-Recipient: rfc822; ana@example.com',
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      options.returned ?? 'Subject: Morning',
      '',
      '--b--',
      '',
    ].join('\r\n'),
  );
}

describe('the delivery of a report', () => {
  test('is found by the address that the report was sent to, whatever its header says', () => {
    const report = readReport(bounce({ to: other }), { keys, envelope: { from: '', to: ours } });

    expect(report.delivery).toEqual({ editionId: 7, subscriberId: 4_711, by: 'verp' });
  });

  test('is found by the header where the envelope is not known', () => {
    const report = readReport(bounce({ to: `<${ours.toUpperCase()}>` }), { keys });

    expect(report.delivery).toEqual({ editionId: 7, subscriberId: 4_711, by: 'verp' });
  });

  test('is found by the envelope sender of the returned message', () => {
    const raw = bounce({
      to: 'postmaster@example.org',
      returned: `Return-Path: <${ours}>\r\nSubject: Morning`,
    });

    expect(readReport(raw, { keys }).delivery).toEqual({
      editionId: 7,
      subscriberId: 4_711,
      by: 'returned-message',
    });
  });

  test('is found by the unsubscribe link of the returned message', () => {
    const token = tokens.issue('unsubscribe', { publicationId: 1, subscriberId: 4_711, editionId: 7 });
    const returned = `List-Unsubscribe:\r\n <https://news.example.org/unsubscribe/${token}>`;
    const raw = bounce({ to: 'postmaster@example.org', returned });

    expect(readReport(raw, { keys }).delivery).toMatchObject({ subscriberId: 4_711, by: 'returned-message' });
  });

  test('is not found by a forged or outdated address', () => {
    const forged = ours.replace(/^bounce-.{4}/u, 'bounce-aaaa');
    const old = verp.address({
      editionId: 7,
      subscriberId: 4_711,
      domain: 'news.example.org',
      now: new Date('2026-08-01T06:00:00Z'),
    });

    expect(readReport(bounce({ to: forged }), { keys }).delivery).toBeUndefined();
    expect(readReport(bounce({ to: old }), { keys }).delivery).toBeUndefined();
  });
});
