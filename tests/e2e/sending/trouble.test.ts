import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { AlarmReceiver } from '../../support/servers/alarm-receiver.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import type { Behaviour } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

const recipients = 100;
const served = `${recipients} intended = ${recipients} accepted + 0 failed + 0 suppressed + 0 uncertain`;

/** With subscribers and an approved edition. */
const prepared = new ProgramHarness();
beforeAll(() => prepared.prepare(recipients));
afterAll(() => prepared[Symbol.dispose]());

test.concurrent('a relay that is down at first fails nobody and uses up nobody, and all are served once it is up', async () => {
  const port = await unusedPort();
  let probes = 0;
  const down = createServer((socket) => {
    probes += 1;
    socket.destroy();
  });
  await once(down.listen(port, '127.0.0.1'), 'listening');
  using harness = new ProgramHarness({ like: prepared, relay: port, env: { LOG_LEVEL: 'warn' } });
  const sending = harness.start('send', firstEdition);
  await sending.shows('relay is down');
  await until('the relay was tried three times', () => probes >= 3);
  expect(harness.number('select count(*) from deliveries')).toBe(0);
  await once(down.close(), 'close');

  await using sink = await SmtpSink.start({ port });
  const { status, stdout, stderr } = await sending.end();

  expect({ status, stdout }).toEqual({ status: 0, stdout: `${served}\n` });
  expect(stderr.match(/relay is down/gu)).toHaveLength(1);
  expect(sink.messages).toHaveLength(recipients);
  expect(sink.copies.size).toBe(recipients);
  expect(harness.number('select max(attempts) from deliveries')).toBe(1);
});

test('where no worker runs, the alarm of a stopped send is posted before the command ends, and says how to go on', async () => {
  const receiver = await AlarmReceiver.start();
  const quota = '550 5.7.0 You have exceeded the max emails per hour. Message discarded.';
  const rule = (_: string, times: number) =>
    times === 0 && taken() >= 40 ? ({ refuse: quota, at: 'message' } as const) : undefined;
  await using sink = await SmtpSink.start({ rule });
  const taken = () => sink.messages.length;
  using harness = new ProgramHarness({
    like: prepared,
    relay: `${sink.port}?sessions=2`,
    env: { ALARM_WEBHOOK_URL: receiver.url },
  });

  const ended = await harness.spawn('send', firstEdition);

  expect(ended.status).toBe(7);
  const told = receiver.received.map(({ body }) => JSON.parse(body) as unknown);
  const text = expect.stringMatching(
    /Message discarded\. Recipients .+ `daybrief resume letter\/2026-11-23`\.$/u,
  );
  expect(told).toEqual([expect.objectContaining({ kind: 'edition-stopped', text })]);
  const { stdout } = await harness.succeed('status', firstEdition);
  expect(stdout).toContain('Nothing is sent while it is paused: `daybrief resume letter/2026-11-23`');
});

test.concurrent('a dry run of an edition that is being sent says what is left and why no relay can be used', async () => {
  using harness = new ProgramHarness({ like: prepared, relay: await unusedPort() });
  await harness.succeed('send', firstEdition, '--no-wait');

  const { status, stdout } = await harness.run('send', firstEdition, '--dry-run');

  expect(status).toBe(5);
  expect(stdout).toContain(`still to go to  ${recipients} recipients`);
  expect(stdout).toContain('ECONNREFUSED');
});

test.concurrent('a relay that goes away in the middle and comes back costs nobody a message or an attempt', async () => {
  const first = await SmtpSink.start({ answers: 20 });
  const { port } = first;
  const env = { LOG_LEVEL: 'warn' };
  using harness = new ProgramHarness({ like: prepared, relay: `${port}?sessions=2`, env });
  const sending = harness.start('send', firstEdition);
  await first.taken(22);
  await first[Symbol.asyncDispose]();
  await sending.shows('relay is down');

  await using second = await SmtpSink.start({ port });
  const { status, stdout } = await sending.end();

  expect({ status, stdout }).toEqual({ status: 0, stdout: `${served}\n` });
  const doubts = harness.number('select sum(uncertain_times) from deliveries');
  expect(doubts).toBeLessThanOrEqual(2);
  expect(first.messages.length + second.messages.length).toBeLessThanOrEqual(recipients + doubts);
  expect(new Set([...first.copies.keys(), ...second.copies.keys()]).size).toBe(recipients);
});

test.concurrent('addresses that always break the connection leave everybody else served once, and never end the send', async () => {
  const broken: Readonly<Record<string, Behaviour>> = {
    'reader7@example.org': { breakOff: 'at-rcpt' },
    'reader8@example.org': { breakOff: 'in-content' },
    'reader9@example.org': { refuse: '451 4.3.2 Never now', at: 'rcpt' },
  };
  await using sink = await SmtpSink.start({ rule: (address) => broken[address] });
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=4` });
  const sending = harness.start('send', firstEdition);

  await sink.taken(recipients - 3);
  await until('a second try for each of the three', () => {
    const again = `select count(*) from deliveries where state <> 'accepted' and attempts >= 2`;
    return harness.number(again) === 3;
  });
  await harness.succeed('cancel', firstEdition);
  const { stdout } = await sending.end();

  // The content may have arrived whole before the connection broke.
  expect(stdout).toContain(`${recipients} intended = 97 accepted + 2 failed + 0 suppressed + 1 uncertain`);
  expect(sink.copies.size).toBe(recipients - 3);
  expect(sink.messages).toHaveLength(recipients - 3);
});

test.concurrent('SIGTERM lets a worker settle what is in flight and end with 0, and the next one serves the rest', async () => {
  await using sink = await SmtpSink.start({ answers: 20 });
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=3` });
  await harness.succeed('send', firstEdition, '--no-wait');
  const worker = harness.start('worker');
  await sink.taken(23);

  const stopping = worker.kill('SIGTERM');
  sink.answerAll();
  const { status, stderr } = await stopping;

  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('nothing is in flight') });
  expect(harness.number(`select count(*) from deliveries where state <> 'accepted'`)).toBe(0);
  expect(harness.number('select count(*) from batches where lease_owner is not null')).toBe(0);
  expect(sink.messages.length).toBeLessThan(recipients);

  const next = harness.start('worker');
  await until('everybody is served', () => harness.number(`select state = 'sent' from editions`) === 1);
  await next.kill('SIGTERM');
  expect(sink.messages).toHaveLength(recipients);
  expect(harness.number('select sum(uncertain_times) from deliveries')).toBe(0);
});

test.concurrent('SIGTERM ends a worker even when the relay never answers, long before its answer is overdue, and lists the doubt', async () => {
  await using sink = await SmtpSink.start({
    rule: (_, times) => (times === 0 ? { hang: 'after-dot' } : undefined),
  });
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=2` });
  await harness.succeed('send', firstEdition, '--no-wait');
  const worker = harness.start('worker');
  await sink.taken(2);

  const askedAt = performance.now();
  const { status } = await worker.kill('SIGTERM');

  expect(status).toBe(0);
  // The answer to a message may take ten minutes; a stop allows eight seconds for it.
  expect(performance.now() - askedAt).toBeLessThan(300_000);
  expect(harness.number(`select count(*) from deliveries where state = 'in-flight'`)).toBe(0);
  const { uncertain } = await harness.json<{ uncertain: unknown[] }>('status', firstEdition);
  expect(uncertain).toHaveLength(2);
});

test.concurrent.each([['SIGINT'], ['SIGTERM']] as const)(
  '%s ends a send in the foreground with 7 and a sentence on who goes on with it',
  async (signal) => {
    await using sink = await SmtpSink.start({ answers: 10 });
    using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=2` });
    const sending = harness.start('send', firstEdition);
    await sink.taken(12);

    const stopping = sending.kill(signal);
    sink.answerAll();
    const { status, stdout, stderr } = await stopping;

    expect(status).toBe(7);
    expect(stdout).toContain(' pending\nNot all deliveries are final yet: `daybrief worker` continues.');
    expect(stderr).not.toContain('error:');
    expect(harness.number(`select count(*) from deliveries where state <> 'accepted'`)).toBe(0);
    expect(harness.number(`select state = 'sending' from editions`)).toBe(1);
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
