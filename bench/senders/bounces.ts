import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

import { readSecrets } from '../../src/config/secret.ts';
import { createSecrets } from '../../src/secrets/create-secrets.ts';

/**
 * The mail servers that return messages: sends bounces to an intake over SMTP. Prints in JSON how long that took.
 * Arguments: port, bounces, connections, bounces a second at most (0: as fast as they are taken), home. Runs at the
 * lowest priority, because in reality these are other machines.
 */
const [port = 0, bounces = 0, connections = 0, perSecond = 0] = process.argv.slice(2, 6).map(Number);
setPriority(19);
const { verp } = createSecrets(readSecrets({ home: process.argv[6] ?? '', secrets: [] }));
const now = new Date();
const mails = Array.from({ length: bounces }, (_, index) => mailOf(index + 1));

const startedAt = performance.now();
let next = 0;
await Promise.all(Array.from({ length: connections }, () => send()));
console.log(JSON.stringify({ seconds: (performance.now() - startedAt) / 1_000 }));

async function send(): Promise<void> {
  const socket = createConnection(port, '127.0.0.1');
  socket.setNoDelay(true);
  const replies = repliesOf(socket);
  await replies(1);
  socket.write('EHLO bench.example.org\r\n');
  await replies(1);
  for (let mail = mails[next++]; mail !== undefined; mail = mails[next++]) {
    const dueAt = perSecond === 0 ? 0 : startedAt + (next * 1_000) / perSecond;
    if (dueAt > performance.now()) await pause(dueAt - performance.now());
    socket.write(mail.envelope);
    await replies(3);
    socket.write(mail.content);
    await replies(1);
  }
  socket.end('QUIT\r\n');
}

/** Waits for so many replies, all of which must be positive. */
function repliesOf(socket: ReturnType<typeof createConnection>): (count: number) => Promise<void> {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  return async (count) => {
    while ((text.match(/^\d{3} .*\r\n/gmu)?.length ?? 0) < count) await once(socket, 'data');
    const refused = /^[45]\d\d.*/mu.exec(text);
    if (refused !== null) throw new Error(`The intake said: ${refused[0]}`);
    text = '';
  };
}

/** A full mailbox, so that no recipient is suppressed before they are served. The edition has the id 1. */
function mailOf(subscriberId: number): { readonly envelope: string; readonly content: string } {
  const to = verp.address({ editionId: 1, subscriberId, domain: 'news.example.org', now });
  const content = [
    'From: MAILER-DAEMON@mx.example.org',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.org',
    '',
    `Final-Recipient: rfc822; reader${subscriberId}@example.org`,
    'Action: failed',
    'Status: 5.2.2',
    'Diagnostic-Code: smtp; 552 5.2.2 Mailbox is over quota',
    '',
    '--b--',
    '.',
    '',
  ].join('\r\n');
  return { envelope: `MAIL FROM:<>\r\nRCPT TO:<${to}>\r\nDATA\r\n`, content };
}
