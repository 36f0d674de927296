import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { expect, test } from 'vitest';

import { until } from '../../support/until.ts';
import { WebFixture } from '../../support/web/web-fixture.ts';

test('a thousand unfinished requests block no other request, and their connections are closed', async () => {
  await using web = await WebFixture.open({
    limits: { headersTimeoutMs: 300_000, requestTimeoutMs: 600_000, closeGraceMs: 0 },
  });
  const slow = await connectSlowly(web);

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => web.post('/p/sample', { email: 'jo@example.org', stamp: 'a-stamp' })),
  );

  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(slow.filter(({ destroyed }) => !destroyed).length).toBeGreaterThan(900);

  await using impatient = await WebFixture.open({
    limits: { headersTimeoutMs: 500, requestTimeoutMs: 1_000, checkIntervalMs: 100 },
  });
  const left = await connectSlowly(impatient);
  await until('the slow ones are let go', () => left.every(({ destroyed }) => destroyed));
});

/** A thousand connections: half of them stop in the head of a request, half in its body. */
function connectSlowly(web: WebFixture): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(web.url);
  return Promise.all(
    Array.from({ length: 1_000 }, async (_, index) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => socket.destroy());
      await once(socket, 'connect');
      socket.write(index % 2 === 0 ? 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ' : slowPost);
      socket.resume();
      return socket;
    }),
  );
}

const slowPost =
  'POST /p/sample HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nemail=';

test('a stop waits for no connection longer than the grace time', async () => {
  const web = await WebFixture.open({ limits: { closeGraceMs: 200, requestTimeoutMs: 600_000 } });
  const { hostname, port } = new URL(web.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.resume();
  socket.on('error', () => {});
  socket.write(slowPost);
  await web.get('/healthz');

  await web[Symbol.asyncDispose]();

  if (!socket.destroyed) await once(socket, 'close');
  expect(socket.destroyed).toBe(true);
});
