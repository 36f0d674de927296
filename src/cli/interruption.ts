import type { EventEmitter } from 'node:events';

const exitStatuses = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof exitStatuses;

/** Under `npx`, one Ctrl-C arrives twice within this time: from the terminal and from npm. */
const echoMs = 1000;

/**
 * Tells a command to stop early. Signals are handled only after a command has first read
 * `signal`; before that, and from the second signal on, they end the process at once.
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

  /** 128 plus the signal number, as in shells; 0 if the other end of stdout closed the pipe. */
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
