import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { firstEdition, Newsroom } from '../support/newsroom.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import type { Behaviour } from '../support/smtp-sink.ts';
import { until } from '../support/until.ts';

const people = 100;
const served = `${people} intended = ${people} accepted + 0 failed + 0 suppressed + 0 uncertain`;

/** With subscribers and an approved edition. */
const prepared = new Newsroom();
beforeAll(() => prepared.prepare(people));
afterAll(() => prepared[Symbol.dispose]());

test.concurrent('a relay that is down at first fails nobody and uses up nobody, and all are served once it is up', async () => {
  const port = await unusedPort();
  let probes = 0;
  const down = createServer((socket) => {
    probes += 1;
    socket.destroy();
  });
  await once(down.listen(port, '127.0.0.1'), 'listening');
  using newsroom = new Newsroom({ like: prepared, relay: port, env: { LOG_LEVEL: 'warn' } });
  const sending = newsroom.start('send', firstEdition);
  await sending.shows('relay is down');
  await until('the relay was tried three times', () => probes >= 3);
  expect(newsroom.number('select count(*) from deliveries')).toBe(0);
  await once(down.close(), 'close');

  await using sink = await SmtpSink.start({ port });
  const { status, stdout, stderr } = await sending.end();

  expect({ status, stdout }).toEqual({ status: 0, stdout: `${served}\n` });
  expect(stderr.match(/relay is down/gu)).toHaveLength(1);
  expect(sink.messages).toHaveLength(people);
  expect(sink.copies.size).toBe(people);
  expect(newsroom.number('select max(attempts) from deliveries')).toBe(1);
});

test.concurrent('a relay that goes away in the middle and comes back costs nobody a message or an attempt', async () => {
  const first = await SmtpSink.start({ answers: 20 });
  const { port } = first;
  const env = { LOG_LEVEL: 'warn' };
  using newsroom = new Newsroom({ like: prepared, relay: `${port}?sessions=2`, env });
  const sending = newsroom.start('send', firstEdition);
  await first.taken(22);
  await first[Symbol.asyncDispose]();
  await sending.shows('relay is down');

  await using second = await SmtpSink.start({ port });
  const { status, stdout } = await sending.end();

  expect({ status, stdout }).toEqual({ status: 0, stdout: `${served}\n` });
  const doubts = newsroom.number('select sum(uncertain_times) from deliveries');
  expect(doubts).toBeLessThanOrEqual(2);
  expect(first.messages.length + second.messages.length).toBeLessThanOrEqual(people + doubts);
  expect(new Set([...first.copies.keys(), ...second.copies.keys()]).size).toBe(people);
});

test.concurrent('addresses that always break the connection leave everybody else served once, and never end the send', async () => {
  const broken: Readonly<Record<string, Behaviour>> = {
    'reader7@example.org': { breakOff: 'at-rcpt' },
    'reader8@example.org': { breakOff: 'in-content' },
    'reader9@example.org': { refuse: '451 4.3.2 Never now', at: 'rcpt' },
  };
  await using sink = await SmtpSink.start({ rule: (address) => broken[address] });
  using newsroom = new Newsroom({ like: prepared, relay: `${sink.port}?sessions=4` });
  const sending = newsroom.start('send', firstEdition);

  await sink.taken(people - 3);
  await until('a second try for each of the three', () => {
    const again = `select count(*) from deliveries where state <> 'accepted' and attempts >= 2`;
    return newsroom.number(again) === 3;
  });
  await newsroom.succeed('cancel', firstEdition);
  const { stdout } = await sending.end();

  // The content may have arrived whole before the connection broke.
  expect(stdout).toContain(`${people} intended = 97 accepted + 2 failed + 0 suppressed + 1 uncertain`);
  expect(sink.copies.size).toBe(people - 3);
  expect(sink.messages).toHaveLength(people - 3);
});

test.concurrent('SIGTERM lets a worker settle what is in flight and end with 0, and the next one serves the rest', async () => {
  await using sink = await SmtpSink.start({ answers: 20 });
  using newsroom = new Newsroom({ like: prepared, relay: `${sink.port}?sessions=3` });
  await newsroom.succeed('send', firstEdition, '--no-wait');
  const worker = newsroom.start('worker');
  await sink.taken(23);

  const stopping = worker.kill('SIGTERM');
  sink.answerAll();
  const { status, stderr } = await stopping;

  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('nothing is in flight') });
  expect(newsroom.number(`select count(*) from deliveries where state <> 'accepted'`)).toBe(0);
  expect(newsroom.number('select count(*) from batches where lease_owner is not null')).toBe(0);
  expect(sink.messages.length).toBeLessThan(people);

  const next = newsroom.start('worker');
  await until('everybody is served', () => newsroom.number(`select state = 'sent' from editions`) === 1);
  await next.kill('SIGTERM');
  expect(sink.messages).toHaveLength(people);
  expect(newsroom.number('select sum(uncertain_times) from deliveries')).toBe(0);
});

test.concurrent('SIGTERM ends a worker even when the relay never answers, long before its answer is overdue, and lists the doubt', async () => {
  await using sink = await SmtpSink.start({
    rule: (_, times) => (times === 0 ? { hang: 'after-dot' } : undefined),
  });
  using newsroom = new Newsroom({ like: prepared, relay: `${sink.port}?sessions=2` });
  await newsroom.succeed('send', firstEdition, '--no-wait');
  const worker = newsroom.start('worker');
  await sink.taken(2);

  const askedAt = performance.now();
  const { status } = await worker.kill('SIGTERM');

  expect(status).toBe(0);
  // The answer to a message may take ten minutes; a stop allows eight seconds for it.
  expect(performance.now() - askedAt).toBeLessThan(300_000);
  expect(newsroom.number(`select count(*) from deliveries where state = 'in-flight'`)).toBe(0);
  const { uncertain } = await newsroom.json<{ uncertain: unknown[] }>('status', firstEdition);
  expect(uncertain).toHaveLength(2);
});

test.concurrent.each([['SIGINT'], ['SIGTERM']] as const)(
  '%s ends a send in the foreground with 7 and a sentence on who goes on with it',
  async (signal) => {
    await using sink = await SmtpSink.start({ answers: 10 });
    using newsroom = new Newsroom({ like: prepared, relay: `${sink.port}?sessions=2` });
    const sending = newsroom.start('send', firstEdition);
    await sink.taken(12);

    const stopping = sending.kill(signal);
    sink.answerAll();
    const { status, stdout, stderr } = await stopping;

    expect(status).toBe(7);
    expect(stdout).toContain(' pending\nNot all deliveries are final yet: `npx daybrief worker` continues.');
    expect(stderr).not.toContain('error:');
    expect(newsroom.number(`select count(*) from deliveries where state <> 'accepted'`)).toBe(0);
    expect(newsroom.number(`select state = 'sending' from editions`)).toBe(1);
  },
);

/** Below the range that the system gives out, so that nobody else is given it meanwhile. */
async function unusedPort(): Promise<number> {
  for (;;) {
    const server = createServer();
    try {
      await once(server.listen(20_000 + Math.floor(Math.random() * 10_000), '127.0.0.1'), 'listening');
    } catch {
      continue;
    }
    const { port } = server.address() as AddressInfo;
    await once(server.close(), 'close');
    return port;
  }
}
