import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sendToAudience } from './audience.ts';
import { runScript, Sink, summarize } from './measure.ts';
import type { Measurement, SinkOptions } from './measure.ts';
import { hasTime, isShort, runsOf, sized } from './size.ts';
import { findSmtpSource, smtpSourceMissing } from './smtp-source.ts';
import { figure, spread, table } from './table.ts';
import { measured } from './targets.ts';

const sessions = 20;
/** How far the relay is away in the second half of the scenarios, there and back. */
const farMs = 20;

const naive = { name: 'nodemailer pool, `sendMail({ html, text })` for each', script: 'senders/naive.ts' };
const smtpSource = { name: "Postfix's `smtp-source -d`", script: 'senders/smtp-source.ts' };
const bare = { name: 'Daybrief without its ledger', script: 'senders/bare.ts' };
const whole = { name: 'Daybrief, the whole delivery with its ledger', script: 'senders/daybrief.ts' };

const hasSmtpSource = findSmtpSource() !== undefined;

interface Scenario {
  readonly title: string;
  readonly sink: SinkOptions;
  /**
   * With the number of messages that each sends in a run: enough for some seconds. Near and far the whole delivery sends as
   * many, so that its start, which is part of it, weighs the same.
   */
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
      { ...smtpSource, messages: 40_000 },
      { ...bare, messages: 20_000 },
      { ...whole, messages: 40_000 },
    ],
  },
  {
    title: `A relay ${farMs} ms away, PIPELINING`,
    sink: { delayMs: farMs },
    senders: [
      { ...naive, messages: 1_000 },
      { ...smtpSource, messages: 2_000 },
      { ...whole, messages: 20_000 },
    ],
  },
  {
    title: `A relay ${farMs} ms away, CHUNKING too`,
    sink: { delayMs: farMs, chunking: true },
    senders: [
      { ...naive, messages: 1_000 },
      { ...smtpSource, messages: 2_000 },
      { ...whole, messages: 40_000 },
    ],
  },
];

/** The same memory at any size, and the times of a million. */
const audiences = [1_000, 100_000, 1_000_000] as const;

/** Minutes after which no scenario begins a further run. */
const untilMinutes = 12;

/** The whole delivery beside what most people write and a C program, in rounds on one sink; and memory by audience. */
export async function deliveryBench({ runs = 5 }: { readonly runs?: number } = {}): Promise<string> {
  const compared: Compared[] = [];
  for (const scenario of scenarios) compared.push(await compare(scenario, runsOf(runs)));
  noteTargets(compared);
  return `## Delivering an edition

The sample edition, each message to its own recipient, ${sessions} sessions, in turns on one sink. ${hasSmtpSource ? '`smtp-source` sends one fixed message of the same size, in lock-step, and keeps no ledger.' : smtpSourceMissing}

${compared.map(({ text }) => text).join('\n\n')}

One edition to audiences of different sizes, PIPELINING. Publishing is part of the time; import is not.

${await audienceTable()}
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
  /** Undefined without `smtp-source`. */
  readonly source: Medians | undefined;
  readonly whole: Medians;
}

/** The scenarios in their order. */
function noteTargets([pipelining, chunking, farPipelining, farChunking]: readonly Compared[]): void {
  if (!pipelining || !chunking || !farPipelining || !farChunking) return;
  measured.pipeliningTimesPool = pipelining.whole.rate / pipelining.pool.rate;
  measured.pipeliningCpuOfPool = pipelining.whole.cpu / pipelining.pool.cpu;
  measured.chunkingTimesPool = chunking.whole.rate / chunking.pool.rate;
  measured.chunkingCpuOfPool = chunking.whole.cpu / chunking.pool.cpu;
  if (pipelining.source !== undefined) {
    measured.pipeliningOfSource = pipelining.whole.rate / pipelining.source.rate;
    measured.pipeliningCpuOfSource = pipelining.whole.cpu / pipelining.source.cpu;
  }
  if (chunking.source !== undefined) {
    measured.chunkingOfSource = chunking.whole.rate / chunking.source.rate;
    measured.chunkingCpuOfSource = chunking.whole.cpu / chunking.source.cpu;
  }
  measured.farPipeliningTimesPool = farPipelining.whole.rate / farPipelining.pool.rate;
  measured.farChunkingTimesPool = farChunking.whole.rate / farChunking.pool.rate;
  measured.farPipeliningCpu = farPipelining.whole.cpu / pipelining.whole.cpu;
  measured.farChunkingCpu = farChunking.whole.cpu / chunking.whole.cpu;
}

async function compare({ title, sink: options, senders: all }: Scenario, runs: number): Promise<Compared> {
  await using sink = await Sink.start(options);
  const senders = all.filter(({ name }) => hasSmtpSource || name !== smtpSource.name);
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
  const medians = (name: string): Medians | undefined => {
    const row = rows.find((one) => one.name === name);
    return row && { rate: row.rate.median, cpu: row.cpu.median };
  };
  const none = { rate: 0, cpu: 0 };
  const pool = medians(naive.name) ?? none;
  const source = medians(smtpSource.name);
  const text = `${title}, n = ${done}:

${table(
  ['sender', 'messages/s', 'CPU seconds per 1,000', 'times the pool', 'times smtp-source'],
  rows.map(({ name, rate, cpu }) => [
    name,
    spread(rate),
    spread(cpu),
    figure(rate.median / pool.rate),
    source === undefined ? '' : figure(rate.median / source.rate),
  ]),
)}`;
  return { text, pool, source, whole: medians(whole.name) ?? none };
}

async function audienceTable(): Promise<string> {
  await using sink = await Sink.start();
  const rows: string[][] = [];
  for (const recipients of new Set(audiences.map(sized))) {
    const sent = await sendToAudience(sink, recipients);
    const mb = sent.peakMemory / 2 ** 20;
    console.error(`audience of ${recipients}: ${figure(sent.seconds)} s, ${figure(mb)} MB`);
    const { publishSeconds = 0, firstSeconds = 0 } = sent;
    if (!isShort) noteAudience(recipients, sent);
    const { seconds, cpuSeconds, sizeBytes } = sent;
    const times = [publishSeconds, firstSeconds, seconds, recipients / seconds, cpuSeconds];
    rows.push([recipients, ...times, mb, sizeBytes / 2 ** 20].map(figure));
  }
  const columns = ['recipients', 'publish s', 'first message s', 'send s', 'messages/s', 'CPU s'];
  return table([...columns, 'peak MB', 'database MB'], rows);
}

function noteAudience(recipients: number, { peakMemory, ...sent }: Measurement): void {
  const mb = peakMemory / 2 ** 20;
  measured.smallPeakMb ??= mb;
  if (recipients !== 1_000_000) return;
  measured.largePeakMb = mb;
  measured.peakGrowth = mb / measured.smallPeakMb;
  measured.publishSeconds = sent.publishSeconds ?? 0;
  measured.firstSeconds = sent.firstSeconds ?? 0;
  measured.millionSeconds = sent.seconds;
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
