import { Worker } from 'node:worker_threads';

import type { WriteLock } from '../database/write-lock.ts';
import type { StepReply, StepRequest } from './write-step.ts';

/** What the thread is sent. */
export interface ThreadRequest {
  readonly id: number;
  readonly step: StepRequest;
}

/** What it answers: a reply, or why the step was rolled back. */
export type ThreadReply =
  | { readonly id: number; readonly reply: StepReply }
  | { readonly id: number; readonly error: { readonly message: string; readonly code: string | undefined } };

/** In MB. The thread holds a few groups of replies and SQLite's cache, which is not part of this. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/**
 * A thread with a connection of its own to the SQLite file, which writes ledger steps: the event loop goes on sending
 * while a commit waits for the disk. It starts with the first step, unless `start` was called before. Steps are written in the order of their
 * calls; those that wait at the same moment share a commit.
 */
export class LedgerThread implements AsyncDisposable {
  readonly #path: string;
  readonly #writeLock: WriteLock;
  readonly #open = new Map<number, PromiseWithResolvers<StepReply>>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(path: string, writeLock: WriteLock) {
    this.#path = path;
    this.#writeLock = writeLock;
  }

  /** Starts the thread, which takes about as long as reading the first batch. Does not keep the process alive. */
  start(): void {
    if (this.#worker !== undefined) return;
    this.#worker = this.#begin();
    this.#worker.unref();
  }

  /** Rejects with the database's error if the step was rolled back; then nothing of it is written. */
  async write(step: StepRequest): Promise<StepReply> {
    const leave = await this.#writeLock.enterShared();
    try {
      this.#worker ??= this.#begin();
      const id = (this.#lastId += 1);
      const settle = Promise.withResolvers<StepReply>();
      this.#open.set(id, settle);
      // A process whose last work is a commit must not end before it.
      this.#worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
      this.#worker.postMessage({ id, step } satisfies ThreadRequest);
      return await settle.promise;
    } finally {
      leave();
    }
  }

  #begin(): Worker {
    // An installed package has no types to strip.
    const file = import.meta.url.endsWith('.ts') ? './ledger-thread-main.ts' : './ledger-thread-main.js';
    const worker = new Worker(new URL(file, import.meta.url), { workerData: this.#path, resourceLimits });
    worker.on('message', (replies: readonly ThreadReply[]) =>
      replies.forEach((reply) => this.#settle(reply)),
    );
    worker.on('error', (error) => this.#lose(worker, error));
    worker.on('exit', () => this.#lose(worker, new Error('The ledger thread has ended.')));
    return worker;
  }

  #settle(reply: ThreadReply): void {
    const settle = this.#open.get(reply.id);
    this.#open.delete(reply.id);
    if (this.#open.size === 0) this.#worker?.unref();
    if ('reply' in reply) settle?.resolve(reply.reply);
    else settle?.reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }));
  }

  /** Whether its last steps were committed is unknown: writing a reply again changes nothing, and intents become doubts. */
  #lose(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const settle of this.#open.values()) settle.reject(error);
    this.#open.clear();
  }

  /** Closes the connection after the steps that were asked for. */
  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
    worker.postMessage('close');
    await ended;
  }
}
