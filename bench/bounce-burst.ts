import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import Database from 'better-sqlite3';

import { readSecrets } from '../src/config/secret.ts';
import { createSecrets } from '../src/secrets/create-secrets.ts';
import { runScript, Sink, summarize } from './measure.ts';
import type { Measurement } from './measure.ts';
import { figure, spread, table } from './table.ts';

/**
 * `npm run bench:bounces`: ten thousand bounces come in by SMTP while an edition is sent. Prints how much slower
 * that makes the send, in turns on one sink, and fails if a bounce is lost. Takes about two minutes.
 */
const messages = 20_000;
const bounces = 10_000;
const sessions = 20;
const connections = 10;
const runs = Number(process.argv[2] ?? 3);

const results = { alone: [] as number[], burst: [] as number[], intake: [] as number[] };
await using sink = await Sink.start();
for (let run = 1; run <= runs; run += 1) {
  for (const kind of ['alone', 'burst'] as const) {
    const { rate, intakeRate } = await sendOnce(kind === 'burst');
    results[kind].push(rate);
    if (intakeRate !== undefined) results.intake.push(intakeRate);
    console.error(`run ${run}, ${kind}: ${figure(rate)}/s`);
  }
}
const [alone, burst] = [summarize(results.alone), summarize(results.burst)];
console.log(
  table(
    ['send of 20,000', 'messages/s'],
    [
      ['with an intake that has nothing to do', spread(alone)],
      [`while ${figure(bounces)} bounces come in`, spread(burst)],
    ],
  ),
);
console.log(
  `ratio ${figure(burst.median / alone.median)}; bounces taken ${spread(summarize(results.intake))}/s; n = ${runs}; load ${loadavg()[0]?.toFixed(1)}`,
);

async function sendOnce(
  withBurst: boolean,
): Promise<{ readonly rate: number; readonly intakeRate?: number }> {
  const home = mkdtempSync(join(tmpdir(), 'daybrief-bench-'));
  try {
    await runScript('senders/prepare.ts', [home, String(messages)]);
    const intake = await startIntake(home);
    const sending = runScript<Measurement>('senders/daybrief.ts', [
      ...[sink.port, messages, sessions].map(String),
      home,
    ]);
    const started = performance.now();
    if (withBurst) await sendBounces(home, intake.port);
    const intakeRate = bounces / ((performance.now() - started) / 1_000);
    const { seconds } = await sending;
    await intake.stop();
    if (withBurst) requireAll(home);
    return { rate: messages / seconds, ...(withBurst ? { intakeRate } : {}) };
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
    return { port: Number(port), stop };
  }
  throw new Error('the intake did not start');
}

/** Full mailboxes, so that no recipient is suppressed before they are served. The edition has the id 1. */
async function sendBounces(home: string, port: number): Promise<void> {
  const { verp } = createSecrets(readSecrets({ home, secrets: [] }));
  let next = 0;
  const work = async (): Promise<void> => {
    const socket = createConnection(port, '127.0.0.1');
    const lines = createInterface(socket)[Symbol.asyncIterator]();
    const reply = async (): Promise<void> => {
      for (;;) {
        const { value = '' } = (await lines.next()) as { readonly value?: string };
        if (!/^[23]\d\d[ -]/u.test(value)) throw new Error(`the intake said: ${value}`);
        if (value[3] === ' ') return;
      }
    };
    await reply();
    socket.write('EHLO bench.example.org\r\n');
    await reply();
    for (let id = (next += 1); id <= bounces; id = next += 1) {
      const to = verp.address({
        editionId: 1,
        subscriberId: id,
        domain: 'news.example.org',
        now: new Date(),
      });
      for (const command of ['MAIL FROM:<>', `RCPT TO:<${to}>`, 'DATA', `${report(id)}\r\n.`]) {
        socket.write(`${command}\r\n`);
        await reply();
      }
    }
    socket.end('QUIT\r\n');
  };
  await Promise.all(Array.from({ length: connections }, work));
}

function report(id: number): string {
  return [
    'From: MAILER-DAEMON@mx.example.org',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.org',
    '',
    `Final-Recipient: rfc822; reader${id}@example.org`,
    'Action: failed',
    'Status: 5.2.2',
    'Diagnostic-Code: smtp; 552 5.2.2 Mailbox is over quota',
    '',
    '--b--',
  ].join('\r\n');
}

function requireAll(home: string): void {
  const database = new Database(join(home, 'daybrief.db'), { readonly: true });
  const { count } = database.prepare('select count(*) as count from feedback').get() as { count: number };
  database.close();
  if (count !== bounces) throw new Error(`${count} of ${bounces} bounces were recorded`);
}
