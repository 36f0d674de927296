import { Worker } from 'node:worker_threads';
import type { ResourceLimits } from 'node:worker_threads';

/** What the thread is sent. */
export interface ThreadCall<Request> {
  readonly id: number;
  readonly request: Request;
}

/** What it answers: a reply, or why there is none. */
export type ThreadAnswer<Reply> =
  | { readonly id: number; readonly reply: Reply }
  | { readonly id: number; readonly error: { readonly message: string; readonly code: string | undefined } };

export interface ThreadOptions {
  /** The thread's program, which calls `answerCalls`; ends with `.ts` in a checkout and with `.js` in a package. */
  readonly program: URL;
  readonly workerData: unknown;
  readonly resourceLimits: ResourceLimits;
}

/** A thread that answers calls in their order. It starts with the first call, unless `start` was called before. */
export class ThreadCalls<Request, Reply> implements AsyncDisposable {
  readonly #options: ThreadOptions;
  readonly #open = new Map<number, PromiseWithResolvers<Reply>>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** Starts the thread. Does not keep the process alive. */
  start(): void {
    if (this.#worker !== undefined) return;
    this.#worker = this.#begin();
    this.#worker.unref();
  }

  /** Rejects with the thread's error, or if the thread ends before it answers; the next call starts another one. */
  async ask(request: Request): Promise<Reply> {
    this.#worker ??= this.#begin();
    const id = (this.#lastId += 1);
    const settle = Promise.withResolvers<Reply>();
    this.#open.set(id, settle);
    // A process whose last work is a call must not end before it.
    this.#worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
    this.#worker.postMessage({ id, request } satisfies ThreadCall<Request>);
    return settle.promise;
  }

  #begin(): Worker {
    const { program, workerData, resourceLimits } = this.#options;
    const worker = new Worker(program, { workerData, resourceLimits });
    worker.on('message', (answers: readonly ThreadAnswer<Reply>[]) =>
      answers.forEach((answer) => this.#settle(answer)),
    );
    worker.on('error', (error) => this.#lose(worker, error));
    worker.on('exit', () => this.#lose(worker, new Error('The thread has ended.')));
    return worker;
  }

  #settle(answer: ThreadAnswer<Reply>): void {
    const settle = this.#open.get(answer.id);
    this.#open.delete(answer.id);
    if (this.#open.size === 0) this.#worker?.unref();
    if ('reply' in answer) settle?.resolve(answer.reply);
    else settle?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
  }

  #lose(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const settle of this.#open.values()) settle.reject(error);
    this.#open.clear();
  }

  /** Ends the thread after the calls that were made. */
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
