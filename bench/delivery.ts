import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runScript, Sink, summarize } from './measure.ts';
import type { Measurement, SinkOptions } from './measure.ts';
import { hasTime, runsOf, sized } from './size.ts';
import { figure, spread, table } from './table.ts';
import { measured } from './targets.ts';

const sessions = 20;
/** How far the relay is away in the second half of the scenarios, there and back. */
const farMs = 20;

const naive = { name: 'nodemailer pool, `sendMail({ html, text })` for each', script: 'senders/naive.ts' };
const smtpSource = { name: "Postfix's `smtp-source -d`", script: 'senders/smtp-source.ts' };
const bare = { name: 'Daybrief without its ledger', script: 'senders/bare.ts' };
const whole = { name: 'Daybrief, the whole delivery with its ledger', script: 'senders/daybrief.ts' };

interface Scenario {
  readonly title: string;
  readonly sink: SinkOptions;
  /** With the number of messages that each sends in a run: enough for some seconds. */
  readonly senders: readonly { readonly name: string; readonly script: string; readonly messages: number }[];
}

const scenarios: readonly Scenario[] = [
  {
    title: 'A relay on the same machine, PIPELINING',
    sink: {},
    senders: [
      { ...naive, messages: 1_000 },
      { ...smtpSource, messages: 20_000 },
      { ...bare, messages: 20_000 },
      { ...whole, messages: 20_000 },
    ],
  },
  {
    title: 'A relay on the same machine, CHUNKING too',
    sink: { chunking: true },
    senders: [
      { ...naive, messages: 1_000 },
      { ...smtpSource, messages: 20_000 },
      { ...bare, messages: 20_000 },
      { ...whole, messages: 20_000 },
    ],
  },
  {
    title: `A relay ${farMs} ms away, PIPELINING`,
    sink: { delayMs: farMs },
    senders: [
      { ...naive, messages: 1_000 },
      { ...smtpSource, messages: 2_000 },
      { ...whole, messages: 5_000 },
    ],
  },
  {
    title: `A relay ${farMs} ms away, CHUNKING too`,
    sink: { delayMs: farMs, chunking: true },
    senders: [
      { ...naive, messages: 1_000 },
      { ...smtpSource, messages: 2_000 },
      { ...whole, messages: 10_000 },
    ],
  },
];

const memorySizes = [1_000, 10_000, 100_000] as const;

/** Minutes after which no scenario begins a further run. */
const untilMinutes = 11;

/** The whole delivery beside what most people write and a C program, in rounds on one sink; and memory by audience. */
export async function deliveryBench({ runs = 5 }: { readonly runs?: number } = {}): Promise<string> {
  const compared: Compared[] = [];
  for (const scenario of scenarios) compared.push(await compare(scenario, runsOf(runs)));
  noteTargets(compared);
  return `## Delivering an edition

The sample edition, each message to its own recipient, ${sessions} sessions, in turns on one sink. \`smtp-source\` sends one fixed message of the same size, in lock-step, and keeps no ledger.

${compared.map(({ text }) => text).join('\n\n')}

Peak memory of the process that publishes and sends:

${await memory()}
`;
}

/** A sender's medians: messages a second, and CPU seconds per 1,000. */
interface Medians {
  readonly rate: number;
  readonly cpu: number;
}

interface Compared {
  readonly text: string;
  readonly pool: Medians;
  readonly source: Medians;
  readonly whole: Medians;
}

/** The scenarios in their order. */
function noteTargets([pipelining, chunking, farPipelining, farChunking]: readonly Compared[]): void {
  if (!pipelining || !chunking || !farPipelining || !farChunking) return;
  measured.timesPool = Math.max(
    ...[pipelining, chunking].map(({ whole: { rate }, pool }) => rate / pool.rate),
  );
  measured.cpuOfPool = Math.min(...[pipelining, chunking].map(({ whole: { cpu }, pool }) => cpu / pool.cpu));
  measured.pipeliningOfSource = pipelining.whole.rate / pipelining.source.rate;
  measured.pipeliningCpuOfSource = pipelining.whole.cpu / pipelining.source.cpu;
  measured.chunkingOfSource = chunking.whole.rate / chunking.source.rate;
  measured.chunkingCpuOfSource = chunking.whole.cpu / chunking.source.cpu;
  measured.farPipeliningTimesPool = farPipelining.whole.rate / farPipelining.pool.rate;
  measured.farChunkingTimesPool = farChunking.whole.rate / farChunking.pool.rate;
  measured.farPipeliningCpu = farPipelining.whole.cpu / pipelining.whole.cpu;
  measured.farChunkingCpu = farChunking.whole.cpu / chunking.whole.cpu;
}

async function compare({ title, sink: options, senders }: Scenario, runs: number): Promise<Compared> {
  await using sink = await Sink.start(options);
  const results = new Map<string, Measurement[]>(senders.map(({ name }) => [name, []]));
  let done = 0;
  while (done < runs && (done === 0 || hasTime(untilMinutes))) {
    done += 1;
    for (const { name, script, messages: full } of senders) {
      const messages = sized(full);
      const before = await sink.taken();
      const measured = await measure(script, { port: sink.port, messages });
      const taken = (await sink.taken()) - before;
      if (taken !== messages) throw new Error(`${name}: ${taken} of ${messages} messages arrived`);
      console.error(`${title}, run ${done}: ${name}: ${figure(messages / measured.seconds)}/s`);
      results.get(name)?.push(measured);
    }
  }
  const rows = senders.map(({ name }) => ({
    name,
    rate: summarize((results.get(name) ?? []).map((run) => run.messages / run.seconds)),
    cpu: summarize((results.get(name) ?? []).map((run) => (run.cpuSeconds * 1_000) / run.messages)),
  }));
  const pool = rows[0]?.rate.median ?? 1;
  const c = rows[1]?.rate.median ?? 1;
  const medians = (name: string): Medians => {
    const row = rows.find((one) => one.name === name);
    return { rate: row?.rate.median ?? 0, cpu: row?.cpu.median ?? 0 };
  };
  const text = `${title}, n = ${done}:

${table(
  ['sender', 'messages/s', 'CPU seconds per 1,000', 'times the pool', 'times smtp-source'],
  rows.map(({ name, rate, cpu }) => [
    name,
    spread(rate),
    spread(cpu),
    figure(rate.median / pool),
    figure(rate.median / c),
  ]),
)}`;
  return {
    text,
    pool: medians(naive.name),
    source: medians(smtpSource.name),
    whole: medians(whole.name),
  };
}

async function memory(): Promise<string> {
  await using sink = await Sink.start();
  const rows: string[][] = [];
  for (const messages of new Set(memorySizes.map(sized))) {
    const { peakMemory, seconds } = await measure('senders/daybrief.ts', { port: sink.port, messages });
    console.error(`memory: ${messages} recipients, ${figure(peakMemory / 2 ** 20)} MB`);
    const mb = peakMemory / 2 ** 20;
    measured.smallPeakMb ??= mb;
    measured.largePeakMb = mb;
    rows.push([figure(messages), figure(mb), figure(messages / seconds)]);
  }
  return table(['recipients', 'peak MB', 'messages/s'], rows);
}

/** Daybrief's own sender finds its recipients in a database that another process has filled. */
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
