import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What one sender, in a process of its own, reports of itself. */
export interface Measurement {
  readonly messages: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Bytes of resident memory at its highest. */
  readonly peakMemory: number;
  /** Of the sender that publishes: how long that took, and until the first message was accepted. */
  readonly publishSeconds?: number;
  readonly firstSeconds?: number;
  /** Of the import: how long the export after it took. */
  readonly exportSeconds?: number;
}

/** Node's options for a process of Daybrief: its heap and its cache of compiled code as `bin/daybrief.js` sets them. */
export function daybriefOptions(): readonly string[] {
  const heap = new URL('../bin/heap.js', import.meta.url);
  const cache = join(import.meta.dirname, '../node_modules/.cache/daybrief');
  const statements = [
    `import { keepHeapSmall } from ${JSON.stringify(heap)}`,
    `import { enableCompileCache } from 'node:module'`,
    'keepHeapSmall()',
    `enableCompileCache(${JSON.stringify(cache)})`,
  ];
  return ['--import', `data:text/javascript,${encodeURIComponent(statements.join(';'))}`];
}

/** Runs a script of this folder to its end and parses the last line it printed. */
export async function runScript<T>(script: string, args: readonly string[]): Promise<T> {
  const path = join(import.meta.dirname, script);
  // What others write runs as Node starts it.
  const options = script === 'senders/naive.ts' ? [] : daybriefOptions();
  const child = spawn(process.execPath, [...options, path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`${script} ended with status ${status}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as T;
}

export interface SinkOptions {
  /** How far away it is, there and back; 0 unless set. */
  readonly delayMs?: number;
  /** Offers BDAT (RFC 3030) too. */
  readonly chunking?: boolean;
}

/** The sink in a process of its own. */
export class Sink implements AsyncDisposable {
  readonly #child;
  readonly #lines;
  port = 0;

  private constructor({ delayMs = 0, chunking = false }: SinkOptions) {
    const args = [join(import.meta.dirname, 'sink.ts'), String(delayMs), chunking ? 'chunking' : ''];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  static async start(options: SinkOptions = {}): Promise<Sink> {
    const sink = new Sink(options);
    sink.port = Number((await sink.#lines.next()).value);
    return sink;
  }

  async taken(): Promise<number> {
    this.#child.stdin.write('\n');
    const line = (await this.#lines.next()).value as string;
    return (JSON.parse(line) as { messages: number }).messages;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await once(this.#child, 'close');
  }
}

type Moments = Pick<Measurement, 'publishSeconds' | 'firstSeconds' | 'exportSeconds'>;

/** Times a piece of work in this process and reports it on stdout, with the moments that it returns. */
export async function report(messages: number, work: () => Promise<Moments | void>): Promise<void> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const moments = await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const measurement: Measurement = {
    messages,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    // maxRSS is in kilobytes.
    peakMemory: process.resourceUsage().maxRSS * 1_024,
    ...moments,
  };
  console.log(JSON.stringify(measurement));
}

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
  return { median, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** The value that this share of all values is below: 0.99 for p99. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
