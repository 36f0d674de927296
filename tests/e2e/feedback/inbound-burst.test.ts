import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { expect, test } from 'vitest';

import { createSecrets } from '../../../src/secrets/create-secrets.ts';
import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { FastSink } from '../../support/smtp/fast-sink.ts';
import { until } from '../../support/until.ts';

/** TEST_BURST sets another size, for measuring. */
const recipients = Number(process.env['TEST_BURST'] ?? 1_500);
const connections = 20;

function report(address: string): string {
  return [
    'From: MAILER-DAEMON@mx.example.com',
    'Subject: Undelivered Mail Returned to Sender',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.com',
    '',
    `Final-Recipient: rfc822; ${address}`,
    'Action: failed',
    'Status: 5.2.2',
    'Diagnostic-Code: smtp; 552 5.2.2 mailbox is over quota',
    '',
    '--b--',
    '.',
    '',
  ].join('\r\n');
}

/** Sends reports one after the other over one connection, and counts those that were answered with 250. */
async function sendReports(
  port: number,
  reports: readonly { readonly to: string; readonly raw: string }[],
): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  const replies = repliesOf(socket);
  await replies(1);
  socket.write('EHLO mx.example.com\r\n');
  await replies(1);
  let stored = 0;
  for (const { to, raw } of reports) {
    socket.write(`MAIL FROM:<>\r\nRCPT TO:<${to}>\r\nDATA\r\n`);
    await replies(3);
    socket.write(raw);
    if ((await replies(1)).startsWith('250 ')) stored += 1;
  }
  socket.destroy();
  return stored;
}

function repliesOf(socket: Socket): (count: number) => Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  return async (count) => {
    while ((text.match(/^\d{3} .*\r\n/gmu)?.length ?? 0) < count) await once(socket, 'data');
    const taken = text;
    text = '';
    return taken;
  };
}

test('a burst of bounces during a send loses nothing, and nothing of the send', async () => {
  await using sink = await FastSink.start();
  using harness = new ProgramHarness({ relay: sink.port });
  await harness.prepare(recipients);
  const { verp } = createSecrets([readFileSync(harness.path('data/secret'), 'utf8').trim()]);
  const editionId = harness.number('select max(id) from editions');
  const rows = harness.query<{ id: number; address: string }>('select id, address from subscribers');
  const reports = rows.map(({ id, address }) => ({
    to: verp.address({ editionId, subscriberId: id, domain: 'letter.example.org', now: new Date() }),
    raw: report(address),
  }));
  const intake = harness.start('inbound', '--smtp', '0');
  await intake.shows('Reports come in by');
  const port = Number(/on 127\.0\.0\.1:(\d+)/u.exec(intake.stderr)?.[1]);

  const began = performance.now();
  const sending = harness.start('send', firstEdition);
  const share = Math.ceil(reports.length / connections);
  const stored = await Promise.all(
    Array.from({ length: connections }, (_, index) =>
      sendReports(port, reports.slice(index * share, (index + 1) * share)),
    ),
  );
  const burstMs = performance.now() - began;
  const sent = await sending.end();
  const sendMs = performance.now() - began;
  await until('all are recorded', () => harness.number('select count(*) from feedback') === recipients);

  if (process.env['TEST_BURST'] !== undefined) console.log({ recipients, burstMs, sendMs });
  expect(sent.status).toBe(0);
  expect(stored.reduce((sum, count) => sum + count, 0)).toBe(recipients);
  const { stdout } = await harness.succeed('status', firstEdition, '--json');
  const status = JSON.parse(stdout) as { readonly accounting: object; readonly feedback: object };
  expect(status.accounting).toMatchObject({ intended: recipients, accepted: recipients, pending: 0 });
  expect(status.feedback).toEqual({ bounced: recipients, complained: 0 });
  expect((await intake.kill('SIGTERM')).status).toBe(0);
});
