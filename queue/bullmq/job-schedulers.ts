import type { Log } from '../../src/log/log.ts';
import type { RepeatingJob } from '../port.ts';
import { every } from '../schedulers/every.ts';
import { formerRepeatingJobs } from '../schedulers/repeating-jobs.ts';
import type { BullmqJobs } from './bullmq-jobs.ts';
import type { RedisPresence } from './redis-presence.ts';

/** A repeating job overdue by this much was lost: Redis was flushed, or its worker died with it. */
const overdueMs = 2_000;

/**
 * Keeps BullMQ's job schedulers in Redis: each makes one job per interval, however many processes ask for it.
 * BullMQ makes the next job when a worker takes the present one, so that a lost job would end the series.
 */
export class JobSchedulers {
  readonly #jobs: BullmqJobs;
  readonly #presence: RedisPresence;
  readonly #log: Log;
  readonly #loops: { stop(): Promise<void> }[] = [];
  #removed = false;

  constructor(jobs: BullmqJobs, options: { readonly presence: RedisPresence; readonly log: Log }) {
    this.#jobs = jobs;
    this.#presence = options.presence;
    this.#log = options.log;
  }

  /** Adds the job's scheduler to Redis now, and again whenever it is missing or overdue. */
  keep(job: Pick<RepeatingJob, 'name' | 'intervalMs'>): void {
    const run = () => this.#whileRedisIsHere(() => this.#schedule(job));
    this.#loops.push(every({ name: job.name, intervalMs: overdueMs / 2, run }, { log: this.#log }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
  }

  async #schedule({ name, intervalMs }: Pick<RepeatingJob, 'name' | 'intervalMs'>): Promise<void> {
    await this.#removeFormer();
    const queue = this.#jobs.queue(name);
    const scheduler = await queue.getJobScheduler(name);
    const overdue = Date.now() - (scheduler?.next ?? 0);
    if (overdue < intervalMs + overdueMs && scheduler?.every === intervalMs) return;
    await queue.upsertJobScheduler(name, { every: intervalMs }, { name, opts: { removeOnComplete: true } });
  }

  /** Schedulers of an earlier version would make jobs that no worker takes. */
  async #removeFormer(): Promise<void> {
    if (this.#removed) return;
    for (const name of formerRepeatingJobs) {
      const queue = this.#jobs.queue(name);
      await queue.removeJobScheduler(name);
      await queue.drain(true);
    }
    this.#removed = true;
  }

  async #whileRedisIsHere(work: () => Promise<void>): Promise<void> {
    if (!(await this.#presence.isHere())) return;
    try {
      await work();
    } catch (error) {
      this.#presence.lost(error);
    }
  }
}
