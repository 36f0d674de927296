import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import Database from 'better-sqlite3';

import { runScript, Sink, summarize } from './measure.ts';
import type { Measurement } from './measure.ts';
import { figure, spread, table } from './table.ts';

/**
 * `npm run bench:bounces [-- runs]`: ten thousand bounces come in by SMTP while an edition is sent, at the rate of a
 * busy hour and as fast as they are taken. Prints how much slower that makes the send, in turns on one sink, and fails
 * if a bounce is lost. A run takes about a minute.
 */
const messages = 20_000;
const sessions = 20;
const connections = 20;
const runs = Number(process.argv[2] ?? 3);
interface Kind {
  readonly name: string;
  readonly bounces: number;
  /** 0 means as fast as they are taken. */
  readonly perSecond: number;
  /** Whether they come in once the edition was sent. */
  readonly later: boolean;
}

const kinds: readonly Kind[] = [
  { name: 'with an intake that has nothing to do', bounces: 0, perSecond: 0, later: false },
  { name: 'while 100 bounces come in each second', bounces: 1_000, perSecond: 100, later: false },
  { name: 'while 10,000 come in as fast as they are taken', bounces: 10_000, perSecond: 0, later: false },
  { name: 'before 10,000 come in as fast as they are taken', bounces: 10_000, perSecond: 0, later: true },
];

interface Run {
  readonly rate: number;
  readonly cpu: number;
  /** Of the intake, in seconds per thousand reports. */
  readonly intakeCpu: number;
  readonly intakeRate: number;
}

const results = new Map<string, Run[]>(kinds.map(({ name }) => [name, []]));
await using sink = await Sink.start();
for (let run = 1; run <= runs; run += 1) {
  for (const kind of kinds) {
    const result = await sendOnce(kind);
    results.get(kind.name)?.push(result);
    console.error(`run ${run}, ${kind.name}: ${JSON.stringify(result)}`);
  }
}
const alone = summarize((results.get(kinds[0]?.name ?? '') ?? []).map(({ rate }) => rate)).median;
console.log(
  table(
    [
      'send of 20,000',
      'messages/s',
      'of alone',
      'CPU seconds per 1,000',
      'bounces taken/s',
      'CPU seconds per 1,000 bounces',
    ],
    kinds.map(({ name, bounces }) => {
      const of = (read: (run: Run) => number) => summarize((results.get(name) ?? []).map(read));
      const taken = (read: (run: Run) => number) => (bounces === 0 ? '' : spread(of(read)));
      return [
        name,
        spread(of(({ rate }) => rate)),
        figure(of(({ rate }) => rate).median / alone),
        spread(of(({ cpu }) => cpu)),
        taken(({ intakeRate }) => intakeRate),
        taken(({ intakeCpu }) => intakeCpu),
      ];
    }),
  ),
);
console.log(`n = ${runs}; load ${loadavg()[0]?.toFixed(1)}`);

async function sendOnce({ bounces, perSecond, later }: Kind): Promise<Run> {
  const home = mkdtempSync(join(tmpdir(), 'daybrief-bench-'));
  try {
    await runScript('senders/prepare.ts', [home, String(messages)]);
    const intake = await startIntake(home);
    const cpuBefore = intake.cpuSeconds();
    const sending = runScript<Measurement>('senders/daybrief.ts', [
      ...[sink.port, messages, sessions].map(String),
      home,
    ]);
    if (later) await sending;
    const returned =
      bounces === 0
        ? { seconds: 0 }
        : await runScript<{ readonly seconds: number }>('senders/bounces.ts', [
            ...[intake.port, bounces, connections, perSecond].map(String),
            home,
          ]);
    const { seconds, cpuSeconds } = await sending;
    const intakeCpu = intake.cpuSeconds() - cpuBefore;
    await intake.stop();
    requireAll(home, bounces);
    return {
      rate: messages / seconds,
      cpu: (cpuSeconds * 1_000) / messages,
      intakeCpu: bounces === 0 ? 0 : (intakeCpu * 1_000) / bounces,
      intakeRate: bounces === 0 ? 0 : bounces / returned.seconds,
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function startIntake(home: string) {
  const program = join(import.meta.dirname, '../bin/daybrief.js');
  const child = spawn(process.execPath, [program, 'inbound', '--smtp', '0'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, DAYBRIEF_HOME: home, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface(child.stderr)) {
    const port = /on 127\.0\.0\.1:(\d+)/u.exec(line)?.[1];
    if (port === undefined) continue;
    const stop = async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    };
    return { port: Number(port), stop, cpuSeconds: () => cpuSecondsOf(child.pid ?? 0) };
  }
  throw new Error('the intake did not start');
}

/** User and system time of a process, from /proc (Linux counts 100 ticks a second). */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function requireAll(home: string, bounces: number): void {
  const database = new Database(join(home, 'daybrief.db'), { readonly: true });
  const { count } = database.prepare('select count(*) as count from feedback').get() as { count: number };
  database.close();
  if (count !== bounces) throw new Error(`${count} of ${bounces} bounces were recorded`);
}
