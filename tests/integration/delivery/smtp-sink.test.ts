import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

import { expect, test } from 'vitest';

import { freePort } from '../../support/servers/free-port.ts';
import { programOf } from '../../support/servers/postfix.ts';
import { kindsOf, recipients, relaysTo, sendAll } from '../../support/smtp/relays-fixture.ts';
import { messageTo, openSession, relayTo } from '../../support/smtp/smtp-client.ts';
import { until } from '../../support/until.ts';

interface PostfixSink extends AsyncDisposable {
  readonly port: number;
}

/** Postfix's test server, with options of smtp-sink(1). */
async function startSink(options: readonly string[]): Promise<PostfixSink> {
  const port = await freePort();
  const account = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const args = [...account, ...options, `127.0.0.1:${port}`, '100'];
  const child = spawn(programOf('smtp-sink'), args, { stdio: 'ignore' });
  await until('smtp-sink listens', () => isListening(port));
  return {
    port,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

function isListening(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => resolve(true));
  socket.on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

const stages = [
  ['mail', 'mail'],
  ['rcpt', 'rcpt'],
  ['data', 'data'],
  ['.', 'message'],
] as const;

test.each(stages)(
  'smtp-sink -r %s: a refusal for now, at its stage, and the session goes on',
  async (command, stage) => {
    await using sink = await startSink(['-r', command]);
    await using session = await openSession(sink.port);

    for (const to of recipients(3)) {
      const answer = await session.send(messageTo(to));

      expect(answer).toMatchObject({ kind: 'refused', stage });
      expect(answer.kind === 'refused' && Math.trunc(answer.code / 100)).toBe(4);
    }
    expect(session.isOpen).toBe(true);
  },
);

test.each(stages)(
  'smtp-sink -f %s: a refusal for good, at its stage, and the session goes on',
  async (command, stage) => {
    await using sink = await startSink(['-f', command]);
    await using session = await openSession(sink.port);

    for (const to of recipients(3)) {
      const answer = await session.send(messageTo(to));

      expect(answer).toMatchObject({ kind: 'refused', stage });
      expect(answer.kind === 'refused' && Math.trunc(answer.code / 100)).toBe(5);
    }
  },
);

test.each([
  ['mail', 'not-sent'],
  ['rcpt', 'not-sent'],
  ['data', 'not-sent'],
  ['.', 'uncertain'],
])('smtp-sink -q %s: broken off without a reply, a message is %s', async (command, kind) => {
  await using sink = await startSink(['-q', command]);
  await using session = await openSession(sink.port);

  expect((await session.send(messageTo('a@example.org'))).kind).toBe(kind);
  expect(session.isOpen).toBe(false);
});

test.each(stages)('smtp-sink -Q %s: 421 is the answer, and the session is over', async (command, stage) => {
  await using sink = await startSink(['-Q', command]);
  await using session = await openSession(sink.port);

  expect(await session.send(messageTo('a@example.org'))).toMatchObject({ kind: 'refused', stage, code: 421 });
  expect(session.isOpen).toBe(false);
});

test.each([
  ['without ESMTP', ['-e']],
  ['without PIPELINING', ['-p']],
  ['without 8BITMIME', ['-8']],
  ['with PIPELINING', []],
])('smtp-sink %s takes every message', async (_what, options) => {
  await using sink = await startSink(options);
  await using relays = relaysTo([relayTo(sink.port, { sessions: 5 })]);

  const answers = await sendAll(relays, recipients(200));

  expect(kindsOf(answers)).toEqual(['accepted']);
});

test.each([
  ['-r connect', ['-r', 'connect']],
  ['-f connect', ['-f', 'connect']],
  ['-q connect', ['-q', 'connect']],
  ['-Q connect', ['-Q', 'connect']],
  ['-q ehlo', ['-q', 'ehlo']],
  ['-Q ehlo', ['-Q', 'ehlo']],
  ['-r ehlo,helo', ['-r', 'ehlo,helo']],
  ['-f ehlo,helo', ['-f', 'ehlo,helo']],
])('smtp-sink %s: the relay is unavailable, and no message is begun', async (_what, options) => {
  await using sink = await startSink(options);

  await expect(openSession(sink.port)).rejects.toMatchObject({ code: 'RELAY_UNAVAILABLE' });
});

test('smtp-sink -f ehlo: a server that knows only HELO takes every message', async () => {
  await using sink = await startSink(['-f', 'ehlo']);
  await using relays = relaysTo([relayTo(sink.port, { sessions: 5 })]);

  expect(kindsOf(await sendAll(relays, recipients(50)))).toEqual(['accepted']);
});

test.each([
  ['-b', '-r', '451 4.7.1 Greylisted, come back later'],
  ['-B', '-f', '552 5.2.2 Mailbox full'],
])('smtp-sink %s: the reply of its choice is kept with its codes', async (reply, refuse, text) => {
  await using sink = await startSink([reply, text, refuse, 'rcpt']);
  await using session = await openSession(sink.port);

  const answer = await session.send(messageTo('a@example.org'));

  const [code = '', enhanced = ''] = text.split(' ');
  expect(answer).toMatchObject({ kind: 'refused', stage: 'rcpt', code: Number(code), enhanced });
  expect('text' in answer && answer.text).toBe(text.slice(4));
});

test('smtp-sink -A 0: a message that is refused before its end is not taken for accepted', async () => {
  await using sink = await startSink(['-A', '0']);
  await using session = await openSession(sink.port);

  const answer = await session.send(messageTo('a@example.org'));

  expect(['refused', 'uncertain']).toContain(answer.kind);
  if (answer.kind === 'refused') expect(answer).toMatchObject({ stage: 'message', code: 550 });
});

test.each([
  ['-T 1024: a small TCP window', ['-T', '1024']],
  ['-W .:1: a late answer to each content', ['-W', '.:1']],
  ['-E: no enhanced status codes', ['-E']],
  ['-P: a greeting as of a PIX firewall', ['-P']],
])('smtp-sink %s takes every message', async (_what, options) => {
  await using sink = await startSink(options);
  await using relays = relaysTo([relayTo(sink.port, { sessions: 5 })]);

  expect(kindsOf(await sendAll(relays, recipients(20)))).toEqual(['accepted']);
});
