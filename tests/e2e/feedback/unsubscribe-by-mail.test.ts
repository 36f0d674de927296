import { once } from 'node:events';

import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { expect, test } from 'vitest';

import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

async function mail(port: number, envelope: { readonly from: string; readonly to: string }): Promise<void> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
  const connected = once(connection, 'connect');
  connection.connect();
  await connected;
  await new Promise<void>((resolve, reject) => {
    connection.send(envelope, 'Subject: unsubscribe\r\n\r\n', (error) => (error ? reject(error) : resolve()));
  });
  connection.quit();
}

test('mail to the address in List-Unsubscribe unsubscribes, and an absence notice there does not', async () => {
  const port = await freePort();
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({
    relay: sink.port,
    env: { INBOUND_SMTP_PORT: String(port), PORT: '0' },
  });
  await harness.prepare(2);
  await harness.succeed('send', firstEdition);
  const running = harness.start('start');
  await running.shows('Reports come in by SMTP on');
  const addresses = sink.messages.map(({ raw, to }) => ({
    to,
    leave: /<mailto:([^?>]+)\?subject=unsubscribe>/u.exec(raw.toString('latin1'))?.[1] ?? '',
  }));
  const leaveOf = (to: string) => addresses.find((one) => one.to === to)?.leave ?? '';

  await mail(port, { from: 'reader1@example.org', to: leaveOf('reader1@example.org').toUpperCase() });
  await mail(port, { from: '', to: leaveOf('reader2@example.org') });
  const stateOf = (id: number) =>
    harness.query<{ state: string }>('select state from subscriptions where subscriber_id = ?', id)[0]?.state;
  await until('the first has left', () => stateOf(1) === 'unsubscribed');

  expect(stateOf(2)).toBe('active');
  await expect(mail(port, { from: '', to: 'leave-forged@letter.example.org' })).rejects.toThrow('550');
  expect((await running.kill('SIGTERM')).status).toBe(0);
});
