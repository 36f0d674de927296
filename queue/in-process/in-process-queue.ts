import type { Log } from '../../src/log/log.ts';
import type { JobHandler, ProcessOptions, Queue, RepeatingJob } from '../port.ts';
import { jobKey, queues } from '../queues.ts';
import type { Payload, QueueName } from '../queues.ts';
import { every } from '../schedulers/every.ts';

interface Line {
  /** Waiting jobs by key, oldest first. */
  readonly waiting: Map<string, unknown>;
  readonly running: Set<Promise<void>>;
  handler: ((payload: unknown) => Promise<void>) | undefined;
  concurrency: number;
}

/** A process without workers drops hints beyond this number; the sweep finds that work. */
const mostWaiting = 10_000;

/** The queue of the embedded default: in memory, in this process, nothing to install. */
export class InProcessQueue implements Queue {
  readonly #lines = new Map<QueueName, Line>();
  readonly #loops: { stop(): Promise<void> }[] = [];
  readonly #log: Log;
  #closed = false;

  constructor(options: { readonly log: Log }) {
    this.#log = options.log;
  }

  /** It is there as long as the process is. */
  async check(): Promise<void> {}

  async add<Name extends QueueName>(name: Name, payload: Payload<Name>): Promise<void> {
    if (this.#closed) return;
    const line = this.#line(name);
    const key = jobKey(name, payload);
    const job = queues[name].parse(payload);
    if (!line.waiting.has(key) && line.waiting.size < mostWaiting) line.waiting.set(key, job);
    this.#drain(line);
  }

  process<Name extends QueueName>(name: Name, handler: JobHandler<Name>, options: ProcessOptions): void {
    const line = this.#line(name);
    line.handler = handler as (payload: unknown) => Promise<void>;
    line.concurrency = options.concurrency;
    this.#drain(line);
  }

  repeat(job: RepeatingJob): void {
    this.#loops.push(every(job, { log: this.#log }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    for (const line of this.#lines.values()) {
      line.waiting.clear();
      await Promise.all(line.running);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #line(name: QueueName): Line {
    let line = this.#lines.get(name);
    if (line === undefined) {
      line = { waiting: new Map(), running: new Set(), handler: undefined, concurrency: 1 };
      this.#lines.set(name, line);
    }
    return line;
  }

  #drain(line: Line): void {
    const { handler } = line;
    if (handler === undefined) return;
    for (const [key, payload] of line.waiting) {
      if (this.#closed || line.running.size >= line.concurrency) return;
      line.waiting.delete(key);
      const job: Promise<void> = this.#run(handler, payload).finally(() => {
        line.running.delete(job);
        this.#drain(line);
      });
      line.running.add(job);
    }
  }

  /** A job that fails is forgotten: the sweeper asks the database what is still to be done. */
  async #run(handler: (payload: unknown) => Promise<void>, payload: unknown): Promise<void> {
    try {
      await handler(payload);
    } catch (error) {
      this.#log.error({ error, payload }, 'job failed');
    }
  }
}
