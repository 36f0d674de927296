import { setTimeout as pause } from 'node:timers/promises';

import type { Arrival, Disposal } from '../../domain/inbound/feedback.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Log } from '../../log/log.ts';
import type { Feedback, RecordedArrival } from '../ports/feedback.ts';
import type { Clock } from '../ports/time.ts';

export interface IntakePorts {
  readonly feedback: Pick<Feedback, 'record' | 'review' | 'editionsSince' | 'writesOfOthers'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Messages of one transaction at most. */
const maxGroup = 250;

/**
 * While others write to the database, the intake rests after a group for so many times as long as it took, and so takes
 * a fifteenth of the time at most: reports are not urgent, and on SQLite a send waits for each of their transactions.
 */
const restFactor = 14;
/** More than the largest group asks for; servers that send reports wait for minutes. */
const maxRestMs = 5_000;

/** What taking and reading a message costs beside its share of a transaction; measured, docs/benchmarks.md. */
const messageMs = 0.7;

/** Between two reviews of the same edition: each reads its reports. */
const reviewEveryMs = 10_000;

/** Editions with reports within this time are reviewed when an intake starts: a crash may have left one out. */
const catchUpMs = 86_400_000;

/**
 * Takes arrivals and stores them. Those that come while a transaction runs share the next one, so that a burst of reports
 * costs one commit for hundreds of them.
 */
export class Intake implements AsyncDisposable {
  readonly #ports: IntakePorts;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  readonly #reviewed = new Map<number, EpochMs>();
  readonly #due = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #review: Promise<void> = Promise.resolve();
  /** By `performance.now()`. */
  #restsUntil = 0;
  /** See `Feedback.writesOfOthers`. */
  #writes: number | undefined;
  readonly #reviews: boolean;

  /** @param options.reviews false where a process takes one message: a worker reviews then */
  constructor(ports: IntakePorts, options: { readonly reviews: boolean }) {
    this.#ports = ports;
    this.#reviews = options.reviews;
  }

  /** Looks after editions that an intake before left. */
  async catchUp(): Promise<void> {
    if (!this.#reviews) return;
    const { feedback, clock } = this.#ports;
    for (const editionId of await feedback.editionsSince(clock() - catchUpMs)) this.#due.add(editionId);
    await this.#reviewDue();
  }

  /**
   * Resolves once the message is stored. Rejects if it is not: the sending server must keep it.
   */
  receive(arrival: Arrival): Promise<Disposal> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ arrival, resolve, reject });
      this.#running ??= this.#work();
    });
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      // At least one turn of the event loop, so that the messages of other sessions join.
      await pause(0);
      if (await this.#othersWrite()) await pause(Math.max(0, this.#restsUntil - performance.now()));
      const group = this.#waiting.splice(0, maxGroup);
      const began = performance.now();
      await this.#store(group);
      const ended = performance.now();
      const tookMs = ended - began + group.length * messageMs;
      this.#restsUntil = ended + Math.min(maxRestMs, tookMs * restFactor);
    }
    this.#running = undefined;
  }

  /** Whether another connection has written to the database since the last call. */
  async #othersWrite(): Promise<boolean> {
    const before = this.#writes;
    // If the database does not answer, storing says so to the sender.
    this.#writes = await this.#ports.feedback.writesOfOthers().catch(() => before);
    return before !== undefined && before !== this.#writes;
  }

  async #store(group: readonly Waiting[]): Promise<void> {
    const { feedback, clock } = this.#ports;
    try {
      const arrivals = group.map(({ arrival }) => arrival);
      const recorded = await feedback.record(arrivals, { now: clock() });
      for (const [index, { resolve }] of group.entries()) resolve(recorded[index]?.disposal ?? 'counted');
      this.#schedule(recorded);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  #schedule(recorded: readonly RecordedArrival[]): void {
    if (!this.#reviews) return;
    for (const { disposal, editionId } of recorded) {
      if (disposal === 'applied' && editionId !== undefined) this.#due.add(editionId);
    }
    if (this.#due.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#review = this.#reviewDue();
    }, 1_000).unref();
  }

  /** Reviews editions with new reports, each at most once in a while; the others stay due. */
  async #reviewDue(options: { readonly all?: true } = {}): Promise<void> {
    const { feedback, clock, log } = this.#ports;
    for (const editionId of this.#due) {
      const now = clock();
      if (options.all !== true && now - (this.#reviewed.get(editionId) ?? 0) < reviewEveryMs) continue;
      this.#due.delete(editionId);
      this.#reviewed.set(editionId, now);
      try {
        await feedback.review(editionId, { now });
      } catch (error) {
        this.#due.add(editionId);
        log.warn({ error }, 'reports could not be reviewed');
        break;
      }
    }
    if (this.#due.size > 0 && options.all !== true) this.#schedule([]);
  }

  /** Waits until what was received is stored and reviewed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running;
    clearTimeout(this.#timer);
    await this.#review;
    clearTimeout(this.#timer);
    await this.#reviewDue({ all: true });
  }
}

interface Waiting {
  readonly arrival: Arrival;
  readonly resolve: (disposal: Disposal) => void;
  readonly reject: (error: unknown) => void;
}
