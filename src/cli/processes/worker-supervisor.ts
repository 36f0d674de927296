import { setTimeout as pause } from 'node:timers/promises';

import type { Log } from '../../log/log.ts';
import { WorkerProcess } from './worker-process.ts';
import type { Ended, ProcessOptions } from './worker-process.ts';

/** Pause before a process that ended is started again; it doubles each time. */
const minRestartMs = 1_000;
const maxRestartMs = 30_000;
/** A process that ran for so long has no part in failures before. */
const soundMs = 60_000;

/** Exit statuses that a person must look at, see docs/settings.md: starting again would not help. */
const finalStatuses: ReadonlySet<number | null> = new Set([2, 3, 4]);

export interface SupervisorOptions extends Omit<ProcessOptions, 'number'> {
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called when all processes take jobs. */
  readonly onReady: () => void;
}

/** The processes of one worker: starts them, starts those again that end, and stops all together. */
export class WorkerSupervisor {
  readonly #options: SupervisorOptions;
  readonly #stopping = new AbortController();
  /** By number; absent between an end and the next start. */
  readonly #running = new Map<number, WorkerProcess>();
  #exitStatus = 0;
  /** The first process took jobs: what ends from now on is started again. */
  #hasStarted = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** True if every process runs and has said so within a minute. */
  get isWorking(): boolean {
    const { of } = this.#options;
    return this.#running.size === of && [...this.#running.values()].every(({ isAlive }) => isAlive);
  }

  /**
   * Resolves with the exit status of the worker when the signal has aborted and every process has ended, or when one
   * ends with an error that needs a person. The first process checks that all is well before the others start.
   */
  async run(): Promise<number> {
    const { signal, of, onReady } = this.#options;
    const stop = () => this.#stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const first = this.#start(1);
    const loops = [this.#keepRunning(1, first)];
    await first.ready;
    this.#hasStarted = first.wasReady;
    if (first.wasReady && !this.#isStopping) {
      const others = Array.from({ length: of - 1 }, (_, index) => index + 2);
      const started = others.map((number) => ({ number, process: this.#start(number) }));
      loops.push(...started.map(({ number, process }) => this.#keepRunning(number, process)));
      await Promise.all(started.map(({ process }) => process.ready));
      if (!this.#isStopping) onReady();
    }
    await Promise.all(loops);
    signal.removeEventListener('abort', stop);
    return this.#exitStatus;
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #start(number: number): WorkerProcess {
    const { of, cwd, env } = this.#options;
    const started = new WorkerProcess({ number, of, cwd, env });
    this.#running.set(number, started);
    return started;
  }

  #stop(): void {
    if (this.#isStopping) return;
    this.#stopping.abort();
    for (const process of this.#running.values()) process.stop();
  }

  async #keepRunning(number: number, first: WorkerProcess): Promise<void> {
    let process = first;
    let restartMs = minRestartMs;
    for (;;) {
      const ended = await process.ended;
      this.#running.delete(number);
      if (this.#isOver(ended, process)) return;
      if (performance.now() - process.startedAt > soundMs) restartMs = minRestartMs;
      this.#options.log.warn(
        { process: number, pid: process.pid, status: ended.status, signal: ended.signal, restartMs },
        'a process of the worker ended and is started again',
      );
      await pause(restartMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#isStopping) return;
      restartMs = Math.min(2 * restartMs, maxRestartMs);
      process = this.#start(number);
    }
  }

  /** True if the worker ends with this process: it was asked to, or an error needs a person. */
  #isOver({ status, error }: Ended, process: WorkerProcess): boolean {
    if (error !== undefined) {
      this.#options.log.error({ error }, 'a process of the worker could not be started');
    }
    const isRefused = !this.#hasStarted && !process.wasReady;
    if (!this.#isStopping && !isRefused && !finalStatuses.has(status)) return false;
    if (this.#exitStatus === 0) this.#exitStatus = status ?? 1;
    this.#stop();
    return true;
  }
}
