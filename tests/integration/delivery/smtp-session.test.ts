import { expect, test } from 'vitest';

import { readAnswer } from '../../../src/domain/sending/read-answer.ts';
import { ScriptedServer, politeScript } from '../../support/smtp/scripted-server.ts';
import { messageTo, openSession } from '../../support/smtp/smtp-client.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import type { Behaviour } from '../../support/smtp/smtp-sink.ts';

test('one connection carries many messages, each with its exact bytes and one recipient', async () => {
  await using sink = await SmtpSink.start();
  await using session = await openSession(sink.port);
  const sent = Array.from({ length: 50 }, (_, index) => messageTo(`p${index}@example.org`, `Text ${index}`));

  for (const outgoing of sent)
    expect(await session.send(outgoing)).toEqual({
      kind: 'accepted',
      relay: session.relay,
      code: 250,
      text: '2.0.0 Taken',
    });

  expect(sink.connections).toBe(1);
  expect(session.served).toBe(50);
  expect(sink.messages.map(({ to, raw }) => ({ to, raw }))).toEqual(
    sent.map(({ to, message }) => ({ to, raw: Buffer.concat(message) })),
  );
  expect(sink.messages[0]).toMatchObject({ ehloName: 'news.example.org', from: 'bounce@news.example.org' });
  expect(sink.messages[0]?.parameters).toEqual({ SIZE: String(sent[0]?.sizeBytes) });
});

test('a message larger than any buffer on the way arrives whole, and so does an empty one', async () => {
  await using sink = await SmtpSink.start();
  await using session = await openSession(sink.port);
  const large = {
    ...messageTo('a@example.org'),
    message: [Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(100_000))],
  };
  const unfinished = { ...messageTo('b@example.org'), message: [Buffer.from('A: b\r\n\r\nno line end')] };
  const empty = { ...messageTo('c@example.org'), message: [] };

  for (const outgoing of [large, unfinished, empty])
    expect((await session.send(outgoing)).kind).toBe('accepted');

  expect(sink.messages[0]?.raw.equals(Buffer.concat(large.message))).toBe(true);
  expect(sink.messages[1]?.raw.toString()).toBe('A: b\r\n\r\nno line end\r\n');
  expect(sink.messages[2]?.raw).toHaveLength(0);
});

test('a message above the SIZE that the relay names is not begun, and stops the edition without failing anybody', async () => {
  await using server = await ScriptedServer.start(
    politeScript({ EHLO: '250-scripted\r\n250-PIPELINING\r\n250 SIZE 500\r\n' }),
  );
  await using session = await openSession(server.port);
  const context = {
    attempts: 0,
    uncertainTimes: 0,
    policy: 'resend',
    now: 1,
    expiresAt: 9e9,
    random: 0,
  } as const;

  const answer = await session.send(messageTo('a@example.org', 'x'.repeat(600)));

  expect(answer).toMatchObject({ kind: 'refused', stage: 'mail', code: 552 });
  expect(readAnswer(answer, context)).toMatchObject({
    class: 'account',
    reason: 'too-big-for-relay',
    stopEdition: true,
    alarm: true,
    row: { state: 'deferred', attempts: 0 },
  });
  expect((await session.send(messageTo('a@example.org'))).kind).toBe('accepted');
});

test('without PIPELINING, SIZE and SMTPUTF8 the same messages go in lock-step', async () => {
  const server = { hidePIPELINING: true, hideSize: true, hideSMTPUTF8: true, size: 0 };
  const rule = (to: string): Behaviour | undefined =>
    to.startsWith('no') ? { refuse: '550 5.1.1 No such user', at: 'rcpt' } : undefined;
  await using sink = await SmtpSink.start({ server, rule });
  await using session = await openSession(sink.port);

  const answers = [];
  for (const to of [
    'a@example.org',
    'no@example.org',
    'b@example.org',
    'müller@example.org',
    'c@example.org',
  ])
    answers.push((await session.send(messageTo(to), messageTo('later@example.org'))).kind);

  expect(answers).toEqual(['accepted', 'refused', 'accepted', 'needs-smtputf8', 'accepted']);
  expect(sink.connections).toBe(1);
  expect(sink.messages[0]?.parameters).toEqual({});
});

const refusals: readonly Extract<Behaviour, { refuse: string }>[] = [
  { refuse: '550 5.1.1 No such user', at: 'rcpt' },
  { refuse: '450 4.7.1 Greylisted', at: 'rcpt' },
  { refuse: '552 5.2.2 Mailbox full', at: 'rcpt' },
  { refuse: '451 4.3.0 Try later', at: 'message' },
  { refuse: '554 5.7.1 Content refused', at: 'message' },
];

test.each(refusals)('after $refuse at $at the session goes on', async (behaviour) => {
  const rule = (to: string) => (to.startsWith('no') ? behaviour : undefined);
  await using sink = await SmtpSink.start({ rule });
  await using session = await openSession(sink.port);

  const refused = await session.send(messageTo('no@example.org'));
  const accepted = await session.send(messageTo('yes@example.org'));

  expect(refused).toEqual({
    kind: 'refused',
    relay: session.relay,
    stage: behaviour.at,
    code: Number(behaviour.refuse.slice(0, 3)),
    enhanced: behaviour.refuse.slice(4, 9),
    text: behaviour.refuse.slice(4),
  });
  expect(accepted.kind).toBe('accepted');
  expect(sink.connections).toBe(1);
});

test('a refused sender is reported at the stage MAIL, and the session continues', async () => {
  const script = politeScript();
  await using server = await ScriptedServer.start((line, socket) => {
    if (line.startsWith('MAIL') && server.received.split('MAIL').length === 2)
      return '553 5.1.8 Bad sender\r\n';
    if (line === 'DATA' && server.received.split('MAIL').length === 2) return '503 5.5.1 No recipients\r\n';
    return script(line, socket);
  });
  await using session = await openSession(server.port);

  expect(await session.send(messageTo('a@example.org'))).toMatchObject({
    kind: 'refused',
    stage: 'mail',
    code: 553,
    enhanced: '5.1.8',
  });
  expect(await session.send(messageTo('b@example.org'))).toMatchObject({ kind: 'accepted' });
});

test('DATA refused after a recipient is reset before the next message', async () => {
  let isRefusing = true;
  const script = politeScript();
  await using server = await ScriptedServer.start((line, socket) => {
    if (line !== 'DATA' || !isRefusing) return script(line, socket);
    isRefusing = false;
    return '451 4.3.0 Not now\r\n';
  });
  await using session = await openSession(server.port);

  expect(await session.send(messageTo('a@example.org'))).toMatchObject({ stage: 'data', code: 451 });
  expect(await session.send(messageTo('b@example.org'))).toMatchObject({ kind: 'accepted' });
  expect(server.received).toContain('DATA\r\nRSET\r\nMAIL FROM');
});

test('a server that wants content though it refused the recipient gets an empty message and stays usable', async () => {
  const replies = ['550 5.1.1 Unknown\r\n', '250 ok\r\n'];
  const script = politeScript();
  await using server = await ScriptedServer.start((line, socket) =>
    line.startsWith('RCPT') ? replies.shift() : script(line, socket),
  );
  await using session = await openSession(server.port);

  expect(await session.send(messageTo('a@example.org'))).toMatchObject({ stage: 'rcpt', code: 550 });
  expect(server.received.endsWith('DATA\r\n.\r\n')).toBe(true);
  expect(await session.send(messageTo('b@example.org'))).toMatchObject({ kind: 'accepted' });
  expect(server.connections).toBe(1);
});

test.each(['mail', 'rcpt', 'data', 'message'] as const)(
  'a 421 at %s is the answer, and the session is over',
  async (stage) => {
    const word = { mail: 'MAIL', rcpt: 'RCPT', data: 'DATA', message: '.' }[stage];
    await using server = await ScriptedServer.start(politeScript({ [word]: '421 4.7.0 Too much\r\n' }));
    await using session = await openSession(server.port);

    const answer = await session.send(messageTo('a@example.org'));

    expect(answer).toMatchObject({
      kind: 'refused',
      stage,
      code: 421,
      enhanced: '4.7.0',
      text: '4.7.0 Too much',
    });
    expect(session.isOpen).toBe(false);
    expect(await session.send(messageTo('b@example.org'))).toMatchObject({ kind: 'not-sent' });
  },
);

test('a non-ASCII local part is announced with SMTPUTF8 where that is offered', async () => {
  await using sink = await SmtpSink.start();
  await using session = await openSession(sink.port);

  expect((await session.send(messageTo('müller@example.org'))).kind).toBe('accepted');
  expect((await session.send(messageTo('miller@example.org'))).kind).toBe('accepted');

  expect(sink.messages[0]).toMatchObject({ to: 'müller@example.org', parameters: { SMTPUTF8: true } });
  expect(sink.messages[1]?.parameters).not.toHaveProperty('SMTPUTF8');
});

test('a non-ASCII local part is not even tried where SMTPUTF8 is not offered', async () => {
  await using server = await ScriptedServer.start(politeScript());
  await using session = await openSession(server.port);

  expect(await session.send(messageTo('müller@example.org'))).toEqual({
    kind: 'needs-smtputf8',
    relay: session.relay,
  });
  expect(server.received).not.toContain('MAIL');
});

test.each([
  'a@example.org>\r\nRCPT TO:<victim@example.org',
  'a b@example.org',
  'a@example.org\n',
  'a\0@example.org',
  '<a@example.org>',
  '',
])('the address %j never reaches the wire', async (to) => {
  await using server = await ScriptedServer.start(politeScript());
  await using session = await openSession(server.port);

  const answer = await session.send({ ...messageTo('a@example.org'), to });

  expect(answer).toMatchObject({ kind: 'refused', stage: 'rcpt', enhanced: '5.1.3' });
  expect(server.received).not.toContain('RCPT');
});

test('the next envelope goes out behind the final dot, and its content only with its own send', async () => {
  await using server = await ScriptedServer.start(politeScript());
  await using session = await openSession(server.port);
  const [first, second] = [messageTo('a@example.org'), messageTo('b@example.org')];

  expect((await session.send(first, second)).kind).toBe('accepted');

  expect(session.hasAnnounced).toBe(true);
  expect(
    server.received.match(/\r\n\.\r\nMAIL FROM:<[^>]+> SIZE=\d+\r\nRCPT TO:<b@example.org>\r\nDATA\r\n$/u),
  ).not.toBeNull();
  expect((await session.send(second)).kind).toBe('accepted');
  expect(session.hasAnnounced).toBe(false);
  expect(session.served).toBe(2);
});

test('an announced recipient that is refused gets its own answer', async () => {
  const rule = (to: string): Behaviour | undefined =>
    to.startsWith('no') ? { refuse: '550 5.1.1 No such user', at: 'rcpt' } : undefined;
  await using sink = await SmtpSink.start({ rule });
  await using session = await openSession(sink.port);
  const recipients = ['a', 'no1', 'no2', 'b', 'c', 'no3'].map((name) => messageTo(`${name}@example.org`));

  const kinds = [];
  for (const [index, subscriber] of recipients.entries())
    kinds.push((await session.send(subscriber, recipients[index + 1])).kind);

  expect(kinds).toEqual(['accepted', 'refused', 'refused', 'accepted', 'accepted', 'refused']);
  expect(sink.messages.map(({ to }) => to)).toEqual(['a@example.org', 'b@example.org', 'c@example.org']);
  expect(sink.connections).toBe(1);
});

test('a message other than the one announced is not sent, and the connection is given up', async () => {
  await using sink = await SmtpSink.start();
  await using session = await openSession(sink.port);

  await session.send(messageTo('a@example.org'), messageTo('b@example.org'));

  expect(await session.send(messageTo('c@example.org'))).toMatchObject({ kind: 'not-sent' });
  expect(session.isOpen).toBe(false);
  expect([...sink.copies.keys()]).toEqual(['a@example.org']);
});

test('closing says QUIT and leaves no socket', async () => {
  await using server = await ScriptedServer.start(politeScript());
  const session = await openSession(server.port);
  await session.send(messageTo('a@example.org'));

  await session[Symbol.asyncDispose]();

  expect(server.received.endsWith('QUIT\r\n')).toBe(true);
  expect(session.isOpen).toBe(false);
});
