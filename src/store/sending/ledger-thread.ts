import type { WriteLock } from '../database/write-lock.ts';
import { ThreadCalls } from '../thread-calls.ts';
import type { StepReply, StepRequest } from './write-step.ts';

/** In MB. The thread holds a few groups of replies and SQLite's cache, which is not part of this. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

// An installed package has no types to strip.
const file = import.meta.url.endsWith('.ts') ? './ledger-thread-main.ts' : './ledger-thread-main.js';

/**
 * A thread with a connection of its own to the SQLite file, which writes ledger steps: the event loop goes on sending
 * while a commit waits for the disk. Steps are written in the order of their calls; those that wait at the same moment
 * share a commit. If the thread ends, it is unknown whether its last steps were committed: writing a reply again changes
 * nothing, and intents become doubts.
 */
export class LedgerThread implements AsyncDisposable {
  readonly #writeLock: WriteLock;
  readonly #calls: ThreadCalls<StepRequest, StepReply>;

  constructor(path: string, writeLock: WriteLock) {
    this.#writeLock = writeLock;
    const program = new URL(file, import.meta.url);
    this.#calls = new ThreadCalls({ program, workerData: path, resourceLimits });
  }

  /** Starts the thread, which takes about as long as reading the first batch. Does not keep the process alive. */
  start(): void {
    this.#calls.start();
  }

  /** Rejects with the database's error if the step was rolled back; then nothing of it is written. */
  async write(step: StepRequest): Promise<StepReply> {
    const leave = await this.#writeLock.enterShared();
    try {
      return await this.#calls.ask(step);
    } finally {
      leave();
    }
  }

  /** Closes the connection after the steps that were asked for. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#calls[Symbol.asyncDispose]();
  }
}
