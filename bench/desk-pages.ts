import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

import { loadConfig } from '../src/config/load-config.ts';
import { createPinoLog } from '../src/log/pino-log.ts';
import { openServices } from '../src/wire/open-services.ts';
import type { DaybriefProcess } from '../tests/support/program/daybrief-process.ts';
import { digest, ProgramHarness, publicationYaml } from '../tests/support/program/program-harness.ts';
import { until } from '../tests/support/until.ts';
import { DeskVisitor } from '../tests/support/web/desk-site.ts';
import { Sink, summarize } from './measure.ts';
import { figure, spread, table } from './table.ts';

/**
 * `npm run bench:desk [runs] [recipients]`: what three open first pages of the desk cost a running send, in turns with
 * none, on one process of `daybrief start` with five publications. CPU is that of the process with all its threads.
 */
const runs = Number(process.argv[2] ?? 5);
const recipients = Number(process.argv[3] ?? 20_000);
const pages = 3;
const email = 'jo@example.org';
const password = 'a long password for a bench';
/** Linux counts CPU time in hundredths of a second: proc_pid_stat(5). */
const ticksPerSecond = 100;
const idleSeconds = 10;

interface Cost {
  readonly cpu: number;
  readonly rate: number;
}

const costs = { alone: [] as Cost[], watched: [] as Cost[] };

await using sink = await Sink.start();
using harness = new ProgramHarness({ relay: `${sink.port}?sessions=20`, env: { PORT: '0' } });
for (const slug of ['one', 'two', 'three', 'four'])
  harness.write(`digests/${slug}/publication.yaml`, publicationYaml().replace('The Letter', `Paper ${slug}`));
await harness.import(Array.from({ length: recipients }, (_, index) => `reader${index}@example.org`));
await addUser();
const running = harness.start('start');
await running.shows('are served at');
const visitor = new DeskVisitor(/(http:\/\/127\.0\.0\.1:\d+)/u.exec(running.stderr)?.[1] ?? '');
await visitor.signIn(email, password);
// The first send warms the process up and is not counted.
await sendOnce(0, false);
for (let run = 1; run <= runs; run += 1) {
  const kinds = ['alone', 'watched'] as const;
  for (const [turn, kind] of (run % 2 === 1 ? kinds : kinds.toReversed()).entries()) {
    const cost = await sendOnce(run * 2 + turn, kind === 'watched');
    costs[kind].push(cost);
    console.error(`run ${run}, ${kind}: ${figure(cost.cpu)} s, ${figure(cost.rate)}/s`);
  }
}
const idle = await costWhilePaused();
await running.kill('SIGTERM');
const of = (kind: keyof typeof costs, what: keyof Cost) =>
  spread(summarize(costs[kind].map((cost) => cost[what])));
const ratios = (what: keyof Cost) =>
  spread(summarize(costs.watched.map((cost, index) => cost[what] / (costs.alone[index]?.[what] ?? NaN))));
console.log(
  table(
    [`send of ${figure(recipients)}`, 'CPU s', 'messages/s'],
    [
      ['no page open', of('alone', 'cpu'), of('alone', 'rate')],
      [`${pages} pages open`, of('watched', 'cpu'), of('watched', 'rate')],
      ['ratio of a pair', ratios('cpu'), ratios('rate')],
    ],
  ),
);
console.log(
  `while one is paused, ms of CPU a second: ${spread(summarize(idle.alone))} with no page open, ${spread(summarize(idle.watched))} with ${pages}`,
);
console.log(`n = ${runs}; load ${loadavg()[0]?.toFixed(1)}`);

async function addUser(): Promise<void> {
  const { config } = loadConfig(harness.env, { cwd: harness.folder });
  await using services = await openServices(config, createPinoLog({ level: 'silent' }));
  const users = await services.users();
  await users.add({ email, name: '', roles: ['admin'], password: async () => password });
}

/** Sends an edition of its own, from publishing to the last answer. */
async function sendOnce(number: number, isWatched: boolean): Promise<Cost> {
  const date = new Date(Date.UTC(2025, 0, 1 + number)).toISOString().slice(0, 10);
  harness.write(`digests/letter/${date}.md`, digest({ date }));
  await harness.succeed('approve', `letter/${date}`);
  await using streams = new AsyncDisposableStack();
  const count = isWatched ? pages : 0;
  for (let page = 0; page < count; page += 1) streams.use(await openPage());
  const before = cpuOf(running);
  await harness.succeed('send', `letter/${date}`, '--no-wait');
  await until(`${date} is sent`, () => sentAt(date) !== null);
  const cpu = cpuOf(running) - before;
  const [row] = harness.query<{ ms: number }>(
    'select finished_at - published_at as ms from editions where date = ?',
    date,
  );
  return { cpu, rate: (recipients / (row?.ms ?? NaN)) * 1_000 };
}

/** What the pages cost by themselves, in ms of CPU a second: nothing is sent, and one edition is under way. */
async function costWhilePaused() {
  const date = '2025-12-31';
  harness.write(`digests/letter/${date}.md`, digest({ date }));
  await harness.succeed('approve', `letter/${date}`);
  await harness.succeed('send', `letter/${date}`, '--no-wait');
  await harness.succeed('pause', `letter/${date}`);
  const found = { alone: [] as number[], watched: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    for (const kind of ['alone', 'watched'] as const) {
      await using streams = new AsyncDisposableStack();
      const count = kind === 'watched' ? pages : 0;
      for (let page = 0; page < count; page += 1) streams.use(await openPage());
      // The first reads of an opened page are not counted.
      await pause(2_000);
      const before = cpuOf(running);
      await pause(idleSeconds * 1_000);
      found[kind].push(((cpuOf(running) - before) / idleSeconds) * 1_000);
    }
  }
  return found;
}

function sentAt(date: string): number | null {
  const [row] = harness.query<{ at: number | null }>(
    'select finished_at as at from editions where date = ?',
    date,
  );
  return row?.at ?? null;
}

/** Reads the page and its stream of numbers, as a browser does. */
async function openPage(): Promise<AsyncDisposable> {
  await (await visitor.get('/desk')).text();
  const stop = new AbortController();
  const response = await visitor.send('/desk/live', { signal: stop.signal });
  const read = (async () => {
    for await (const _chunk of response.body ?? []);
  })().catch(() => undefined);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await read;
    },
  };
}

/** Seconds of CPU time of a process and its threads since it started. */
function cpuOf({ child }: DaybriefProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
