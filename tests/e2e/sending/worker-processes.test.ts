import { afterAll, beforeAll, expect, test } from 'vitest';

import type { DaybriefProcess } from '../../support/program/daybrief-process.ts';
import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

const recipients = 2_400;

/** With subscribers and an approved edition. */
const prepared = new ProgramHarness();
beforeAll(() => prepared.prepare(recipients));
afterAll(() => prepared[Symbol.dispose]());

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const haveEnded = (pids: readonly number[]) =>
  until('the processes have ended', () => !pids.some((pid) => isRunning(pid)));

const isSent = (harness: ProgramHarness) => harness.number(`select state = 'sent' from editions`) === 1;

/** A worker of three processes, all of which take jobs. */
async function startThree(harness: ProgramHarness): Promise<DaybriefProcess> {
  const worker = harness.start('worker', '--processes', '3');
  await worker.shows('The worker is ready, with 3 processes');
  expect(worker.children()).toHaveLength(3);
  return worker;
}

test('three processes share the sessions of the relay, send every message once, and stop together', async () => {
  await using sink = await SmtpSink.start({ rule: () => ({ delayMs: 3 }) });
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=7` });
  const worker = await startThree(harness);
  const children = worker.children();

  await harness.succeed('send', firstEdition, '--no-wait');
  await until('everybody is served', () => isSent(harness));
  const { status, stderr } = await worker.kill('SIGTERM');

  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('nothing is in flight') });
  expect(sink.copies.size).toBe(recipients);
  expect(sink.messages).toHaveLength(recipients);
  expect(sink.mostConnections).toBeLessThanOrEqual(7);
  await haveEnded(children);
  // Each took its heartbeat with it.
  expect(harness.number('select count(*) from worker_heartbeats')).toBe(0);
});

test('a process that is killed is started again, and what it had on the wire is in doubt and sent once more', async () => {
  await using sink = await SmtpSink.start({ answers: 30 });
  using harness = new ProgramHarness({
    like: prepared,
    relay: `${sink.port}?sessions=6`,
    env: { LEASE_SECONDS: '3', LOG_LEVEL: 'warn' },
  });
  const worker = await startThree(harness);
  await harness.succeed('send', firstEdition, '--no-wait');
  await sink.taken(30 + 6);
  const [victim = 0] = worker.children();

  process.kill(victim, 'SIGKILL');
  await worker.shows('a process of the worker ended and is started again');
  await until('there are three again', () => worker.children().length === 3);
  sink.answerAll();
  await until('everybody is served', () => isSent(harness));
  const { status } = await worker.kill('SIGTERM');

  expect(status).toBe(0);
  expect(sink.copies.size).toBe(recipients);
  const twice = [...sink.copies.values()].filter((copies) => copies > 1);
  // Of its two sessions.
  expect(twice.length).toBeLessThanOrEqual(2);
  expect(harness.number('select count(*) from deliveries where uncertain_times > 0')).toBeGreaterThanOrEqual(
    twice.length,
  );
});

test('processes settle what is in flight and end when the process that started them is killed', async () => {
  await using sink = await SmtpSink.start({ answers: 20 });
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=6` });
  const worker = await startThree(harness);
  const children = worker.children();
  await harness.succeed('send', firstEdition, '--no-wait');
  await sink.taken(20 + 6);

  const killed = worker.kill('SIGKILL');
  sink.answerAll();
  await killed;
  await haveEnded(children);

  expect(harness.number(`select count(*) from deliveries where state = 'in-flight'`)).toBe(0);
  expect(harness.number(`select count(*) from deliveries where state = 'accepted'`)).toBe(
    sink.messages.length,
  );
});

test('a second signal ends all processes at once, with messages on the wire', async () => {
  await using sink = await SmtpSink.start({ answers: 20 });
  using harness = new ProgramHarness({ like: prepared, relay: `${sink.port}?sessions=6` });
  const worker = await startThree(harness);
  const children = worker.children();
  await harness.succeed('send', firstEdition, '--no-wait');
  await sink.taken(20 + 6);

  const ended = worker.end();
  worker.child.kill('SIGTERM');
  // A signal within a second counts as an echo of the first, so it is repeated until the process has ended.
  const again = setInterval(() => worker.child.kill('SIGTERM'), 300);
  const { status, signal } = await ended.finally(() => clearInterval(again));
  await haveEnded(children);

  // On a machine so slow that the first signal had seven seconds, the processes ended by themselves.
  expect([signal, status]).toEqual(signal === null ? [null, 0] : ['SIGTERM', null]);
});

test('ends with the status of the first process, which says once what is wrong', async () => {
  using harness = new ProgramHarness({
    like: prepared,
    env: {
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
      DATABASE_URL: `postgres://daybrief@127.0.0.1:${await freePort()}/x`,
      DAYBRIEF_SECRET: 'a secret of some length',
    },
  });

  const { status, stderr } = await harness.spawn('worker', '--processes', '3');

  expect(status).toBe(5);
  expect(stderr.split('error:')).toHaveLength(2);
  expect(stderr).not.toContain('ready');
});

test('runs no more processes than the relay has sessions', async () => {
  using harness = new ProgramHarness({ like: prepared, relay: '9?sessions=2' });

  const worker = harness.start('worker', '--processes', '5');
  await worker.shows('The worker is ready, with 2 processes');

  expect(worker.stderr).toContain('SMTP_URL allows 2 sessions, so the worker runs 2 of 5 processes.');
  expect(worker.children()).toHaveLength(2);
  expect((await worker.kill('SIGTERM')).status).toBe(0);
});
