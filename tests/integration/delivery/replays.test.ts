import { expect, test } from 'vitest';

import { ReplayServer } from '../../support/smtp/replay-server.ts';
import type { Conversation } from '../../support/smtp/replay-server.ts';
import { messageTo, openSession } from '../../support/smtp/smtp-client.ts';

const crlf = '\r\n';
const lines = (...texts: readonly string[]) => texts.map((text) => text + crlf).join('');
const [a, b, c] = ['a@example.org', 'b@example.org', 'c@example.org'].map((to) => messageTo(to)) as [
  ReturnType<typeof messageTo>,
  ReturnType<typeof messageTo>,
  ReturnType<typeof messageTo>,
];

function contentOf({ message }: typeof a): string {
  return Buffer.concat(message).toString('latin1');
}

function envelope({ from, to }: typeof a): string {
  return lines(`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`);
}

/** As RFC 3030 has it, with RSET before all but the first. */
function chunk(outgoing: typeof a, reset = ''): string {
  return `${reset}${envelope(outgoing)}BDAT ${outgoing.sizeBytes} LAST${crlf}${contentOf(outgoing)}`;
}

/** nodemailer says EHLO first, and the session says it again when it takes the connection over. */
function greeting(...keywords: readonly string[]): Conversation {
  const words = ['replay', ...keywords];
  const offers = lines(...words.map((word, index) => `250${index === words.length - 1 ? ' ' : '-'}${word}`));
  const hello = lines('EHLO news.example.org');
  return [
    { server: lines('220 replay ESMTP') },
    { client: hello },
    { server: offers },
    { client: hello },
    { server: offers },
  ];
}

test('replays lock-step octet by octet: one command at a time, and the content after 354', async () => {
  await using server = await ReplayServer.start([
    ...greeting('8BITMIME'),
    { client: lines(`MAIL FROM:<${a.from}>`) },
    { server: lines('250-2.1.0 Sender', '250 2.1.0 ok') },
    { client: lines(`RCPT TO:<${a.to}>`) },
    { server: lines('250 2.1.5 ok') },
    { client: lines('DATA') },
    { server: lines('354 go on') },
    { client: `${contentOf(a)}.${crlf}` },
    { server: lines('250 2.0.0 taken as 1') },
  ]);
  await using session = await openSession(server.port);

  const answer = await session.send(a);

  expect(server.differences).toEqual([]);
  expect(answer).toMatchObject({ kind: 'accepted', code: 250, text: '2.0.0 taken as 1' });
});

test('replays PIPELINING octet by octet: the next envelope goes out behind the content', async () => {
  await using server = await ReplayServer.start([
    ...greeting('PIPELINING'),
    { client: envelope(a) + lines('DATA') },
    { server: lines('250 2.1.0 ok', '250 2.1.5 ok', '354 go on') },
    { client: `${contentOf(a)}.${crlf}${envelope(b)}${lines('DATA')}` },
    { server: lines('250 2.0.0 taken', '250 2.1.0 ok', '550 5.1.1 no such user', '503 5.5.1 no recipient') },
  ]);
  await using session = await openSession(server.port);

  const first = await session.send(a, b);
  const second = await session.send(b);

  expect(server.differences).toEqual([]);
  expect(first.kind).toBe('accepted');
  expect(second).toMatchObject({ kind: 'refused', stage: 'rcpt', code: 550, enhanced: '5.1.1' });
});

test('replays CHUNKING octet by octet: three messages in one go, and a refusal between them', async () => {
  const reset = lines('RSET');
  await using server = await ReplayServer.start([
    ...greeting('PIPELINING', 'CHUNKING'),
    { client: chunk(a) + chunk(b, reset) + chunk(c, reset) },
    { server: lines('250 2.1.0 ok', '250 2.1.5 ok', '250 2.0.0 first taken') },
    { server: lines('250 2.0.0 ok', '250 2.1.0 ok', '452 4.2.2 mailbox full', '503 5.5.1 no recipient') },
    { server: lines('250 2.0.0 ok', '250 2.1.0 ok', '250 2.1.5 ok', '250 2.0.0 third taken') },
  ]);
  await using session = await openSession(server.port);

  const answers = await Promise.all([a, b, c].map((outgoing) => session.send(outgoing)));

  expect(server.differences).toEqual([]);
  expect(answers).toMatchObject([
    { kind: 'accepted', text: '2.0.0 first taken' },
    { kind: 'refused', stage: 'rcpt', code: 452, enhanced: '4.2.2' },
    { kind: 'accepted', text: '2.0.0 third taken' },
  ]);
});

test('replays a relay that goes away in the middle of a window: nothing behind its 421 is in doubt', async () => {
  const reset = lines('RSET');
  await using server = await ReplayServer.start([
    ...greeting('PIPELINING', 'CHUNKING'),
    { client: chunk(a) + chunk(b, reset) + chunk(c, reset) },
    { server: lines('250 2.1.0 ok', '250 2.1.5 ok', '250 2.0.0 taken', '421 4.3.2 going down') },
    'close',
  ]);
  await using session = await openSession(server.port);

  const answers = await Promise.all([a, b, c].map((outgoing) => session.send(outgoing)));

  expect(server.differences).toEqual([]);
  expect(answers.map(({ kind }) => kind)).toEqual(['accepted', 'not-sent', 'not-sent']);
  expect(session.isOpen).toBe(false);
});

test('replays a connection that breaks in the middle of a window: what was written whole is in doubt', async () => {
  const reset = lines('RSET');
  await using server = await ReplayServer.start([
    ...greeting('PIPELINING', 'CHUNKING'),
    { client: chunk(a) + chunk(b, reset) },
    { server: `${lines('250 2.1.0 ok', '250 2.1.5 ok', '250 2.0.0 taken')}25` },
    'close',
  ]);
  await using session = await openSession(server.port);

  const answers = await Promise.all([a, b].map((outgoing) => session.send(outgoing)));

  expect(server.differences).toEqual([]);
  expect(answers.map(({ kind }) => kind)).toEqual(['accepted', 'uncertain']);
});
