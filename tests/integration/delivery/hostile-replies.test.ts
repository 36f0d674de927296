import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ScriptedServer, politeScript } from '../../support/smtp/scripted-server.ts';
import { messageTo, openSession } from '../../support/smtp/smtp-client.ts';

const outgoing = messageTo('a@example.org');
const patient = { envelopeMs: 300_000, messageMs: 300_000 };

async function answerTo(changes: Readonly<Record<string, string | Buffer | undefined>>, timeouts = patient) {
  await using server = await ScriptedServer.start(politeScript(changes));
  await using session = await openSession(server.port, { timeouts });
  return await session.send(outgoing);
}

test('a reply of many lines becomes one text, with its code and enhanced code once', async () => {
  const reply = '550-5.1.1 The account does not exist. Please\r\n550-5.1.1 check it\r\n550 5.1.1 - gsmtp\r\n';

  expect(await answerTo({ RCPT: reply })).toMatchObject({
    code: 550,
    enhanced: '5.1.1',
    text: '5.1.1 The account does not exist. Please check it - gsmtp',
  });
});

test('a huge reply is cut to 500 characters', async () => {
  const answer = await answerTo({ '.': `554 ${'x'.repeat(60_000)}\r\n` });

  expect(answer.kind === 'refused' && answer.text).toBe('x'.repeat(500));
});

test.each([
  ['one line without an end', `250 ${'x'.repeat(200_000)}`],
  ['lines without an end', '250-more\r\n'.repeat(20_000)],
])('%s breaks the connection instead of filling the memory', async (_what, reply) => {
  expect(await answerTo({ '.': reply })).toMatchObject({ kind: 'uncertain', text: 'the reply does not end' });
  expect(await answerTo({ MAIL: reply })).toMatchObject({ kind: 'not-sent' });
});

test('controls, bidirectional marks and escape sequences do not survive', async () => {
  const reply = Buffer.from('550 5.7.1 a\u001b[31mb\0c\u202Ed\u2028e\u200Bf\u0085g\th\r\n');
  const answer = await answerTo({ RCPT: reply });

  expect(answer).toMatchObject({ kind: 'refused', text: '5.7.1 a [31mb c d e f g h' });
});

test('UTF-8 is read as such, and other octets as Latin-1', async () => {
  expect(await answerTo({ RCPT: Buffer.from('550 Empfänger unbekannt\r\n') })).toMatchObject({
    text: 'Empfänger unbekannt',
  });
  expect(await answerTo({ RCPT: Buffer.from('550 Empf\xe4nger\r\n', 'latin1') })).toMatchObject({
    text: 'Empfänger',
  });
});

test.each([
  ['MAIL', '354 go on\r\n'],
  ['MAIL', '199 what\r\n'],
  ['MAIL', '999 what\r\n'],
  ['MAIL', 'hello\r\n'],
  ['MAIL', '250-one\r\n550 two\r\n'],
  ['RCPT', '25 short\r\n'],
  ['RCPT', '354 go on\r\n'],
  ['DATA', '250 ok\r\n'],
  ['DATA', '\0\u0001\u0002\r\n'],
])(
  '%s answered with %j: the connection cannot be trusted, and the message is not sent',
  async (word, reply) => {
    expect((await answerTo({ [word]: reply })).kind).toBe('not-sent');
  },
);

test.each(['354 go on\r\n', 'hello\r\n', '2500 ok\r\n', '250-one\r\n451 two\r\n'])(
  'the final dot answered with %j leaves the message uncertain',
  async (reply) => {
    expect((await answerTo({ '.': reply })).kind).toBe('uncertain');
  },
);

test('a good answer counts, whatever nonsense comes behind it in the same packet', async () => {
  await using server = await ScriptedServer.start(politeScript({ '.': '250 taken\r\n550 no\r\n\0\0\r\n' }));
  await using session = await openSession(server.port);

  expect((await session.send(outgoing)).kind).toBe('accepted');
  expect(session.isOpen).toBe(false);
});

test('an answer given in advance is not taken for that of the next message', async () => {
  await using server = await ScriptedServer.start(politeScript({ '.': '250 one\r\n250 two\r\n' }));
  await using session = await openSession(server.port);

  expect((await session.send(outgoing)).kind).toBe('accepted');
  expect((await session.send(outgoing)).kind).toBe('not-sent');
});

test('empty lines between replies and bare line feeds are forgiven', async () => {
  expect((await answerTo({ MAIL: '\r\n250 ok\n', '.': '\n\n250 taken\n' })).kind).toBe('accepted');
});

test('replies that come octet by octet are put together', async () => {
  const script = politeScript();
  await using server = await ScriptedServer.start((line, socket) => {
    const reply = script(line, socket);
    if (!line.startsWith('RCPT')) return reply;
    for (const octet of '550-5.1.1 No\r\n550 5.1.1 such user\r\n') socket.write(octet);
    return undefined;
  });
  await using session = await openSession(server.port);

  expect(await session.send(outgoing)).toMatchObject({ code: 550, text: '5.1.1 No such user' });
});

test('random octets in any place end in an answer, never in an error or a hang', async () => {
  const word = fc.constantFrom('MAIL', 'RCPT', 'DATA', '.');
  await fc.assert(
    fc.asyncProperty(word, fc.uint8Array({ maxLength: 60 }), async (at, octets) => {
      const reply = Buffer.concat([Buffer.from(octets), Buffer.from('\r\n')]);
      // Some octets are the beginning of a reply: a short limit ends the wait for the rest of it.
      const short = at === '.' ? { messageMs: 200 } : { envelopeMs: 200 };
      const answer = await answerTo({ [at]: reply }, { ...patient, ...short });

      expect(answer.kind).toMatch(
        at === '.' ? /^(?:uncertain|refused|accepted)$/u : /^(?:not-sent|refused)$/u,
      );
      if ('text' in answer) expect(answer.text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
    { numRuns: 60 },
  );
});
