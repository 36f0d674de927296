import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import { packageRoot } from '../../config/package-root.ts';
import { aliveEveryMs } from './process-messages.ts';
import type { ToChild, ToParent } from './process-messages.ts';

/** A process that has said nothing for so long does not work: it says that it is alive six times as often. */
const silentMs = 6 * aliveEveryMs;

/** A process ends within ten seconds after it was asked to; one that is frozen does not. */
const stopLimitMs = 15_000;

export interface ProcessOptions {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Ended {
  /** Null if a signal ended it. */
  readonly status: number | null;
  readonly signal: string | null;
  /** Why it could not be started at all. */
  readonly error?: Error;
}

/** One of a worker's processes, which writes to the streams of this one. */
export class WorkerProcess {
  readonly startedAt = performance.now();
  /** Resolves when it takes jobs, or has ended. */
  readonly ready: Promise<void>;
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #isReady = false;
  #lastWordAt = performance.now();

  constructor({ number, of, cwd, env }: ProcessOptions) {
    this.#child = fork(join(packageRoot, 'bin/daybrief.js'), ['worker', '--process', `${number}/${of}`], {
      cwd,
      env: { ...env },
      // In a session of its own, so that a Ctrl-C of the terminal reaches only this process, which passes it on.
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const ended = Promise.withResolvers<Ended>();
    const ready = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.ready = ready.promise;
    this.#child.on('message', (message: ToParent) => {
      this.#lastWordAt = performance.now();
      if (message !== 'ready') return;
      this.#isReady = true;
      ready.resolve();
    });
    this.#child.once('exit', (status, signal) => {
      ended.resolve({ status, signal });
      ready.resolve();
    });
    this.#child.on('error', (error) => {
      if (this.#child.pid !== undefined) return;
      ended.resolve({ status: 1, signal: null, error });
      ready.resolve();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** True once it has taken jobs, even if it has ended since. */
  get wasReady(): boolean {
    return this.#isReady;
  }

  get isAlive(): boolean {
    return this.#isReady && performance.now() - this.#lastWordAt < silentMs;
  }

  /** Asks it to settle what is in flight and end, and kills it if it does not. */
  stop(): void {
    if (this.#child.connected) this.#child.send('stop' satisfies ToChild, () => {});
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopLimitMs);
    void this.ended.then(() => clearTimeout(timer));
  }
}
