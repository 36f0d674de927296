import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Redis } from 'ioredis';

import { PostgresServer } from '../tests/support/servers/postgres-server.ts';
import { runAlone, withDatabase } from '../tests/support/servers/postgres.ts';
import { RedisServer } from '../tests/support/servers/redis-server.ts';
import { daybriefOptions, runScript, Sink, summarize } from './measure.ts';
import type { Measurement } from './measure.ts';
import { importSubscribers, openBench } from './senders/open-bench.ts';
import { hasTime, runsOf, sized } from './size.ts';
import { figure, spread, table } from './table.ts';
import { measured } from './targets.ts';

const sessions = 20;
const maxRuns = runsOf(5);
/** Minutes after which no comparison begins a further run. */
const untilMinutes = 28;

interface Servers {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
}

/**
 * One machine's default beside PostgreSQL with Redis, in turns on one sink; then one and two workers
 * against a relay 20 ms away, where a message costs waiting and not work.
 */
export async function serversBench(): Promise<string> {
  await using postgres = await PostgresServer.create();
  await using redis = await RedisServer.create();
  const servers = { postgres, redis };
  return `## On PostgreSQL and Redis

Both servers on the same machine. ${sessions} sessions a worker, at most ${maxRuns} runs in turns.

${await compareStores(servers)}

A relay 20 ms away:

${await compareWorkers(servers)}
`;
}

async function compareStores(servers: Servers): Promise<string> {
  await using sink = await Sink.start();
  const messages = sized(20_000);
  const rates = { embedded: [] as number[], servers: [] as number[] };
  for (let run = 1; run <= maxRuns && (run === 1 || hasTime(untilMinutes)); run += 1) {
    rates.embedded.push(await embedded(sink.port, messages));
    rates.servers.push((await onServers(servers, { port: sink.port, messages, workers: 1 })).rate);
    console.error(`servers, run ${run}: ${rates.embedded.at(-1)} and ${rates.servers.at(-1)}/s`);
  }
  const [one, other] = [summarize(rates.embedded), summarize(rates.servers)];
  measured.serversOfEmbedded = other.median / one.median;
  return table(
    ['one worker', 'messages/s', 'times the default'],
    [
      ['SQLite, queue in the process', spread(one), '1'],
      ['PostgreSQL, BullMQ on Redis', spread(other), figure(other.median / one.median)],
    ],
  );
}

async function compareWorkers(servers: Servers): Promise<string> {
  await using sink = await Sink.start({ delayMs: 20 });
  const counts = [1, 2] as const;
  const rates = new Map<number, number[]>(counts.map((count) => [count, []]));
  let redisBytes = 0;
  for (let run = 1; run <= maxRuns && (run === 1 || hasTime(untilMinutes)); run += 1) {
    for (const workers of counts) {
      const measured = await onServers(servers, {
        port: sink.port,
        messages: sized(10_000) * workers,
        workers,
      });
      rates.get(workers)?.push(measured.rate);
      redisBytes = Math.max(redisBytes, measured.redisBytesPerMillion);
      console.error(`workers, run ${run}: ${workers}: ${figure(measured.rate)}/s`);
    }
  }
  const first = summarize(rates.get(1) ?? []).median;
  measured.secondWorker = summarize(rates.get(2) ?? []).median / first - 1;
  const rows = counts.map((count) => {
    const rate = summarize(rates.get(count) ?? []);
    return [String(count), spread(rate), figure(rate.median / first)];
  });
  return `${table(['workers', 'messages/s', 'times one worker'], rows)}

Redis holds jobs, one a batch: ${figure(redisBytes / 2 ** 20)} MB for a million recipients.`;
}

async function embedded(port: number, messages: number): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'daybrief-bench-'));
  try {
    await runScript('senders/prepare.ts', [home, String(messages)]);
    const args = [...[port, messages, sessions].map(String), home];
    const { seconds } = await runScript<Measurement>('senders/daybrief.ts', args);
    return messages / seconds;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function onServers(
  { postgres, redis }: Servers,
  load: { readonly port: number; readonly messages: number; readonly workers: number },
): Promise<{ readonly rate: number; readonly redisBytesPerMillion: number }> {
  const name = `bench_${process.hrtime.bigint()}`;
  await runAlone(postgres.url, [`create database ${name}`]);
  const urls = { databaseUrl: withDatabase(postgres.url, name), redisUrl: redis.url };
  const home = mkdtempSync(join(tmpdir(), 'daybrief-bench-'));
  try {
    await using bench = await openBench({ port: load.port, sessions, home, servers: urls });
    await importSubscribers(bench.services, load.messages);
    await bench.services.approve('sample/2026-11-23', { expectedHash: undefined });
    await using _workers = await startWorkers(load, { home, urls });
    return await publishAndWait(bench, load.messages, redis.url);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function publishAndWait(
  { services }: Awaited<ReturnType<typeof openBench>>,
  messages: number,
  redisUrl: string,
): Promise<{ readonly rate: number; readonly redisBytesPerMillion: number }> {
  const client = new Redis(redisUrl);
  const before = await usedBytes(client);
  const startedAt = performance.now();
  const { edition } = await services.send('sample/2026-11-23', { actor: 'bench', asApproved: true });
  const used = (await usedBytes(client)) - before;
  while ((await services.refresh(edition)).state !== 'sent') await pause(20);
  const seconds = (performance.now() - startedAt) / 1_000;
  client.disconnect();
  const { accounting } = await services.status(edition);
  if (accounting.accepted !== messages) throw new Error(JSON.stringify(accounting));
  return { rate: messages / seconds, redisBytesPerMillion: (Math.max(used, 0) / messages) * 1e6 };
}

async function usedBytes(client: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/u.exec(await client.info('memory'))?.[1] ?? 0);
}

async function startWorkers(
  { port, workers }: { readonly port: number; readonly workers: number },
  {
    home,
    urls,
  }: { readonly home: string; readonly urls: { readonly databaseUrl: string; readonly redisUrl: string } },
): Promise<AsyncDisposable> {
  const script = join(import.meta.dirname, 'senders/worker.ts');
  const args = [String(port), String(sessions), home, urls.databaseUrl, urls.redisUrl];
  const children = Array.from({ length: workers }, () =>
    spawn(process.execPath, [...daybriefOptions(), script, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  await Promise.all(children.map((child) => once(child.stdout, 'data')));
  return {
    async [Symbol.asyncDispose]() {
      for (const child of children) child.stdin.end();
      await Promise.all(children.map((child) => once(child, 'close')));
    },
  };
}
