import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { DaybriefProcess, daybrief } from '../support/program/daybrief-process.ts';
import { PostgresServer } from '../support/servers/postgres-server.ts';
import { RedisServer } from '../support/servers/redis-server.ts';
import { TroubledCatcher } from './catcher.ts';
import { expectSuccess, prepareSite, publish, seededRandom } from './crash-harness.ts';
import type { Site } from './crash-harness.ts';
import { LedgerAudit } from './ledger-audit.ts';
import { readServer } from './ledger-rows.ts';

export interface ServersOptions {
  readonly rounds: number;
  /** Subscribers; every twentieth does not exist at the catcher. */
  readonly recipients: number;
  /** Of each worker. */
  readonly sessions: number;
  /** How long the catcher thinks about each message. */
  readonly delayMs: number;
  readonly seed: number;
  readonly onRound?: (line: string) => void;
}

export interface ServersReport {
  /** How often each fault struck. */
  readonly faults: Readonly<Record<Fault, number>>;
  /** How long the slowest worker took to end after SIGTERM. */
  readonly stopMs: number;
  readonly editions: number;
  readonly intended: number;
  readonly accepted: number;
  readonly failed: number;
  readonly uncertainTimes: number;
  readonly copies: number;
  readonly maxCopies: number;
}

const faults = [
  'kill a worker',
  'kill all workers',
  'flush Redis',
  'restart Redis',
  'restart PostgreSQL',
  'freeze a worker',
] as const;
type Fault = (typeof faults)[number];

const workerCount = 3;

/** The lease is a second: whoever is frozen for longer has lost his batches when he wakes. */
const freezeMs = { min: 1_500, max: 3_000 };

/**
 * Sends editions with three workers on PostgreSQL and Redis while workers are killed and frozen and the
 * servers are taken away from under them, and holds the ledger against what a troubled catcher really took.
 * Throws at the first thing that does not add up.
 */
export async function serversRun(options: ServersOptions): Promise<ServersReport> {
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-servers-'));
  const random = seededRandom(options.seed);
  try {
    await using redis = await RedisServer.create();
    await using postgres = await PostgresServer.create();
    await using catcher = new TroubledCatcher({ random, delayMs: options.delayMs });
    const env = {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      DAYBRIEF_SECRET: 'the secret of all three workers',
    };
    const port = await catcher.listen();
    expectSuccess(await daybrief(['migrate'], { cwd: folder, env }));
    const site = await prepareSite({ ...options, folder, port, env });
    await using recipient = readServer(postgres.url);
    const audit = new LedgerAudit(recipient);
    await using fleet = new Fleet(site);
    await fleet.fill();
    const struck = Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>;
    let round = 0;
    for (const date of site.dates) {
      if (round >= options.rounds) break;
      await publish(site, date);
      while (round < options.rounds && !(await audit.isFinished(date))) {
        await pause(random() * 1_000);
        // Each in its turn, so that a short run has them all; at a moment that nobody chose.
        const fault = faults[round % faults.length] ?? 'kill a worker';
        await strike(fault, { fleet, redis, postgres, random });
        struck[fault] += 1;
        round += 1;
        await audit.requireBalance();
        options.onRound?.(`${round}, ${fault}: ${await audit.equation(date)}`);
      }
      await fleet.finish(date, audit);
    }
    const stopMs = await fleet.stop();
    const inFlight = await audit.inFlight();
    if (inFlight > 0) throw new Error(`SIGTERM left ${inFlight} deliveries in flight`);
    return { faults: struck, stopMs, ...(await audit.compare(catcher)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function strike(
  fault: Fault,
  world: {
    readonly fleet: Fleet;
    readonly redis: RedisServer;
    readonly postgres: PostgresServer;
    readonly random: () => number;
  },
): Promise<void> {
  const { fleet, redis, postgres, random } = world;
  switch (fault) {
    case 'kill a worker':
      await fleet.kill(1, random);
      return fleet.fill();
    case 'kill all workers':
      await fleet.kill(workerCount, random);
      return fleet.fill();
    case 'flush Redis':
      return redis.flush();
    case 'restart Redis':
      return redis.restart();
    case 'restart PostgreSQL':
      await postgres.stop();
      return postgres.start();
    case 'freeze a worker':
      return fleet.freeze(freezeMs.min + random() * (freezeMs.max - freezeMs.min), random);
    default:
      return fault satisfies never;
  }
}

/** The workers, each in a process of its own. */
class Fleet implements AsyncDisposable {
  readonly #site: Site;
  readonly #workers: DaybriefProcess[] = [];

  constructor(site: Site) {
    this.#site = site;
  }

  async fill(): Promise<void> {
    const added = Array.from(
      { length: workerCount - this.#workers.length },
      () => new DaybriefProcess(['worker'], this.#site),
    );
    this.#workers.push(...added);
    await Promise.all(added.map((worker) => worker.shows('The worker is ready')));
  }

  async kill(count: number, random: () => number): Promise<void> {
    const start = Math.floor(random() * this.#workers.length);
    const killed = this.#workers.splice(start, count);
    killed.push(...this.#workers.splice(0, count - killed.length));
    await Promise.all(killed.map((worker) => worker.kill('SIGKILL')));
  }

  async freeze(milliseconds: number, random: () => number): Promise<void> {
    const worker = this.#workers[Math.floor(random() * this.#workers.length)];
    worker?.child.kill('SIGSTOP');
    await pause(milliseconds);
    worker?.child.kill('SIGCONT');
  }

  /** None may have ended by itself, whatever happened to the servers. */
  async finish(date: string, audit: LedgerAudit): Promise<void> {
    const deadline = Date.now() + 900_000;
    while (!(await audit.isFinished(date))) {
      const ended = this.#workers.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
      if (ended !== undefined) throw new Error(`a worker has ended by itself: ${ended.stderr}`);
      if (Date.now() > deadline) {
        const said = this.#workers.map(({ stderr }) => stderr.slice(-2_000)).join('\n');
        throw new Error(`${date} not finished in fifteen minutes: ${await audit.equation(date)}\n${said}`);
      }
      await pause(50);
    }
  }

  /** SIGTERM to all: each ends with status 0. Returns how long the slowest of them took. */
  async stop(): Promise<number> {
    const askedAt = Date.now();
    const stopped = await Promise.all(this.#workers.splice(0).map((worker) => worker.kill('SIGTERM')));
    for (const ended of stopped) expectSuccess(ended);
    return Date.now() - askedAt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.kill('SIGKILL')));
  }
}
