import { once } from 'node:events';
import { connect } from 'node:net';

import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';

import { MailCatcher } from '../../../src/catcher/mail-catcher.ts';
import { until } from '../../support/until.ts';

/** Sends each text as the body of a message that is ready, because writing one of 9 MB takes long. */
async function send(port: number, texts: readonly string[]): Promise<readonly string[]> {
  const envelope = { from: 'a@example.org', to: 'b@example.org' };
  const transport = createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 4 });
  const results = await Promise.allSettled(
    texts.map((text) => transport.sendMail({ envelope, raw: `Subject: A message\r\n\r\n${text}\r\n` })),
  );
  transport.close();
  return results.map((result) => (result.status === 'fulfilled' ? 'taken' : String(result.reason)));
}

test('keeps the newest thousand messages under the numbers they had', async () => {
  await using catcher = new MailCatcher();
  const port = await catcher.listen();

  await send(
    port,
    Array.from({ length: 1_010 }, (_, index) => `message ${index}`),
  );

  expect(catcher.count).toBe(1_010);
  expect(catcher.messages).toHaveLength(1_000);
  expect(catcher.messages[0]?.number).toBe(11);
  expect(catcher.messages.at(-1)?.number).toBe(1_010);
});

test('keeps at most 128 MB, and refuses a message above 10 MB', async () => {
  await using catcher = new MailCatcher();
  const port = await catcher.listen();
  const line = `${'x'.repeat(70)}\r\n`;

  const results = await send(port, [
    line.repeat(160_000),
    ...Array.from({ length: 16 }, () => line.repeat(130_000)),
  ]);

  expect(results[0]).toMatch(/552|size/iu);
  expect(results.slice(1)).toEqual(Array(16).fill('taken'));
  const kept = catcher.messages.reduce((sum, { raw }) => sum + raw.length, 0);
  expect(kept).toBeLessThanOrEqual(128 * 1024 * 1024);
  expect(catcher.messages.length).toBeLessThan(16);
});

test('a session that breaks off in the middle of a message leaves no memory taken', async () => {
  await using catcher = new MailCatcher();
  const port = await catcher.listen();
  for (let round = 0; round < 10; round += 1) {
    const socket = connect(port, '127.0.0.1').setEncoding('latin1');
    let replies = '';
    socket.on('data', (text: string) => (replies += text));
    await once(socket, 'connect');
    for (const [line, reply] of [
      ['', '220'],
      ['EHLO x', '250 '],
      ['MAIL FROM:<a@example.org>', 'Accepted'],
      ['RCPT TO:<b@example.org>', 'Accepted'],
      ['DATA', '354'],
    ] as const) {
      const before = replies.length;
      if (line !== '') socket.write(`${line}\r\n`);
      await until(reply, () => replies.includes(reply, line === '' ? 0 : before));
    }
    socket.write(`${'y'.repeat(70)}\r\n`.repeat(130_000));
    await once(socket, 'drain');
    socket.destroy();
  }

  const [result] = await send(port, [`${'z'.repeat(70)}\r\n`.repeat(100_000)]);

  expect(result).toBe('taken');
  expect(catcher.count).toBe(1);
});
