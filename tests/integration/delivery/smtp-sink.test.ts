import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

import { expect, test } from 'vitest';

import { freePort } from '../../support/free-port.ts';
import { programOf } from '../../support/postfix.ts';
import { kindsOf, recipients, relaysTo, sendAll } from '../../support/relays-fixture.ts';
import { messageTo, openSession, relayTo } from '../../support/smtp-client.ts';
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
