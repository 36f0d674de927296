import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runScript, Sink, summarize } from './measure.ts';
import type { Measurement } from './measure.ts';
import { figure, spread, table } from './table.ts';

const sessions = 20;
const runs = 5;

/** How many messages each sender sends in a run: enough for some seconds. */
const senders = [
  {
    name: 'nodemailer pool, `sendMail({ html, text })` for each',
    script: 'senders/naive.ts',
    messages: 2_000,
  },
  { name: 'Daybrief without its ledger', script: 'senders/bare.ts', messages: 20_000 },
  { name: 'Daybrief, the whole delivery with its ledger', script: 'senders/daybrief.ts', messages: 20_000 },
] as const;

const memorySizes = [1_000, 10_000, 100_000] as const;

/** The whole delivery beside what most people write, in turns on one sink; and memory by audience. */
export async function deliveryBench(): Promise<string> {
  await using sink = await Sink.start();
  const results = new Map<string, Measurement[]>(senders.map(({ name }) => [name, []]));
  for (let run = 1; run <= runs; run += 1) {
    for (const { name, script, messages } of senders) {
      const before = await sink.taken();
      const measured = await measure(script, { port: sink.port, messages });
      const taken = (await sink.taken()) - before;
      if (taken !== messages) throw new Error(`${name}: ${taken} of ${messages} messages arrived`);
      console.error(`delivery, run ${run}: ${name}: ${figure(messages / measured.seconds)}/s`);
      results.get(name)?.push(measured);
    }
  }
  const rows = senders.map(({ name }) => ({
    name,
    rate: summarize((results.get(name) ?? []).map((run) => run.messages / run.seconds)),
    cpu: summarize((results.get(name) ?? []).map((run) => (run.cpuSeconds * 1_000) / run.messages)),
  }));
  const naive = rows[0]?.rate.median ?? 1;
  const memory: string[][] = [];
  for (const messages of memorySizes) {
    const { peakMemory, seconds } = await measure('senders/daybrief.ts', { port: sink.port, messages });
    console.error(`memory: ${messages} recipients, ${figure(peakMemory / 2 ** 20)} MB`);
    memory.push([figure(messages), figure(peakMemory / 2 ** 20), figure(messages / seconds)]);
  }
  return `## Delivering an edition

The sample edition, each message to its own recipient, ${sessions} sessions, n = ${runs} runs in turns.

${table(
  ['sender', 'messages/s', 'CPU seconds per 1,000', 'times the pool'],
  rows.map(({ name, rate, cpu }) => [name, spread(rate), spread(cpu), figure(rate.median / naive)]),
)}

Peak memory of the process that publishes and sends:

${table(['recipients', 'peak MB', 'messages/s'], memory)}
`;
}

/** Daybrief's own sender finds its readers in a database that another process has filled. */
async function measure(
  script: string,
  options: { readonly port: number; readonly messages: number },
): Promise<Measurement> {
  const home = mkdtempSync(join(tmpdir(), 'daybrief-bench-'));
  try {
    const { port, messages } = options;
    if (script === 'senders/daybrief.ts') await runScript('senders/prepare.ts', [home, String(messages)]);
    return await runScript<Measurement>(script, [...[port, messages, sessions].map(String), home]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
