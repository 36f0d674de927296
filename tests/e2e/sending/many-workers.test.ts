import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { prepareSite, publish } from '../../crash/crash-harness.ts';
import type { Site } from '../../crash/crash-harness.ts';
import { LedgerAudit } from '../../crash/ledger-audit.ts';
import { readServer } from '../../crash/ledger-rows.ts';
import { serversRun } from '../../crash/servers-run.ts';
import { daybrief, DaybriefProcess } from '../../support/program/daybrief-process.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { PostgresServer } from '../../support/servers/postgres-server.ts';
import { RedisServer } from '../../support/servers/redis-server.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

describe('several workers on PostgreSQL and Redis', () => {
  let redis: RedisServer;
  let postgres: PostgresServer;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([RedisServer.create(), PostgresServer.create()]);
  });
  afterAll(async () => {
    await redis[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });

  test('all begin nothing more after a pause, and a frozen one sends no more for a batch that it has lost', async () => {
    // Two sessions of each worker, which the sink leaves in the middle of a message.
    const sessions = 4;
    await using sink = await SmtpSink.start({ answers: 40 });
    using folder = temporaryFolder();
    const site = await prepare({ folder: folder.path, recipients: 1_200, sessions: 2, port: sink.port });
    await using recipient = readServer(postgres.url);
    const audit = new LedgerAudit(recipient);
    const [first = '', second = ''] = site.dates;
    await using workers = new AsyncDisposableStack();
    const [one, other] = [start(site, workers), start(site, workers)];
    await publish(site, first);
    await until('both are at work', () => sink.messages.length === 40 + sessions);

    expect((await daybrief(['pause', `crash/${first}`], site)).status).toBe(0);
    sink.answerAll();
    await until('nothing is in flight any more', async () => (await audit.inFlight()) === 0);
    const takenAtPause = sink.messages.length;
    expect(takenAtPause).toBe(40 + sessions);

    sink.answerOnly(40);
    await daybrief(['resume', `crash/${first}`], site);
    await until('both are at work again', () => sink.messages.length === takenAtPause + 40 + sessions);
    one.child.kill('SIGSTOP');
    sink.answerAll();
    await until('the other has served everybody', () => audit.isFinished(first));
    await other.kill('SIGKILL');
    const takenByOther = sink.messages.length;
    one.child.kill('SIGCONT');
    await publish(site, second);
    await until('it serves what is its own', () => audit.isFinished(second));

    const late = sink.messages.slice(takenByOther).filter(({ raw }) => raw.includes(`edition of ${first}`));
    // What each of its two sessions was in the middle of.
    expect(late.length).toBeLessThanOrEqual(2);
    const copies = sink.messages.filter(({ raw }) => raw.includes(`edition of ${first}`)).length;
    const recipients = new Set(sink.messages.map(({ to }) => to)).size;
    expect(recipients).toBe(1_200);
    expect(copies - recipients).toBeLessThanOrEqual(await audit.doubts(first));
    expect((await one.kill('SIGTERM')).status).toBe(0);
  });

  test('of two processes each serve every recipient, also while one of the processes is killed', async () => {
    const sessions = 4;
    await using sink = await SmtpSink.start({ answers: 40 });
    using folder = temporaryFolder();
    const site = await prepare({ folder: folder.path, recipients: 1_200, sessions, port: sink.port });
    await using recipient = readServer(postgres.url);
    const audit = new LedgerAudit(recipient);
    // The first two were sent in the test before, which has the same database.
    const [, , date = ''] = site.dates;
    await using workers = new AsyncDisposableStack();
    const worker = start(site, workers, '--processes', '2');
    await worker.shows('The worker is ready, with 2 processes');
    await publish(site, date);
    await until('both are at work', () => sink.messages.length === 40 + sessions);
    const [victim = 0] = worker.children();

    process.kill(victim, 'SIGKILL');
    sink.answerAll();
    await until('everybody is served', () => audit.isFinished(date));
    const { status } = await worker.kill('SIGTERM');

    expect(status).toBe(0);
    expect(await audit.inFlight()).toBe(0);
    expect(new Set(sink.messages.map(({ to }) => to)).size).toBe(1_200);
    // Of the two sessions that it had.
    expect(sink.messages.length - 1_200).toBeLessThanOrEqual(2);
  });

  test('end with a sentence and status 5 where Redis refuses them', async () => {
    const env = { REDIS_URL: redis.url.replace('://', '://nobody:hunter2@') };
    using folder = temporaryFolder();

    const { status, stderr } = await daybrief(['worker'], { cwd: folder.path, env });

    expect(status).toBe(5);
    expect(stderr).toContain('refused the user name or password');
    expect(stderr).not.toContain('hunter2');
  });

  test('a worker that cannot open the database ends with status 5', async () => {
    using folder = temporaryFolder();
    const env = {
      DATABASE_URL: `postgres://daybrief@127.0.0.1:${await freePort()}/postgres`,
      REDIS_URL: redis.url,
      DAYBRIEF_SECRET: 'the secret of all the workers',
    };

    const { status, stderr } = await daybrief(['worker'], { cwd: folder.path, env });

    expect(status).toBe(5);
    expect(stderr).not.toContain('ready');
  });

  async function prepare(options: {
    readonly folder: string;
    readonly recipients: number;
    readonly sessions: number;
    readonly port: number;
  }): Promise<Site> {
    const env = {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      DAYBRIEF_SECRET: 'the secret of all the workers',
    };
    await daybrief(['migrate'], { cwd: options.folder, env });
    return prepareSite({ ...options, env });
  }

  function start(site: Site, stack: AsyncDisposableStack, ...options: readonly string[]): DaybriefProcess {
    const worker = new DaybriefProcess(['worker', ...options], site);
    stack.defer(async () => void (await worker.kill('SIGKILL')));
    return worker;
  }
});

test('under faults of workers and servers no recipient is lost and every doubt is listed', async () => {
  const report = await serversRun({ rounds: 6, recipients: 1_500, sessions: 5, delayMs: 10, seed: 7 });

  expect(Object.values(report.faults)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(report.copies).toBeLessThanOrEqual(report.accepted + report.uncertainTimes);
});
