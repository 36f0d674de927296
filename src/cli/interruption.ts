import type { EventEmitter } from 'node:events';

const exitStatuses = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof exitStatuses;

/** Ctrl-C under `npx` arrives twice at once: from the terminal, and passed on by npm. */
const echoMs = 1000;

/**
 * Why a command should stop early. Signals are listened to only from the first time a command asks
 * for `signal`; until then, and from the second one on, they end the process at once as always.
 */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #process: EventEmitter;
  #listening = false;
  #received: StopSignal | undefined;

  constructor(process: EventEmitter) {
    this.#process = process;
  }

  get signal(): AbortSignal {
    if (!this.#listening) {
      this.#listening = true;
      this.#process.on('SIGINT', this.#stop).on('SIGTERM', this.#stop);
    }
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#controller.signal.aborted;
  }

  get reason(): unknown {
    return this.#controller.signal.reason;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /** 128 plus the signal's number, as shells have it; 0 where the reader of our output went away. */
  get exitStatus(): number {
    return this.#received === undefined ? 0 : exitStatuses[this.#received];
  }

  readonly #stop = (name: StopSignal): void => {
    if (this.#received !== undefined) return;
    this.#received = name;
    this.abort(new Error(`Stopped by ${name}.`));
    setTimeout(() => this.#process.off('SIGINT', this.#stop).off('SIGTERM', this.#stop), echoMs).unref();
  };
}
