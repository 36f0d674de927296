import { AppError } from '../../errors/app-error.ts';
import { aliveEveryMs } from './process-messages.ts';
import type { ToChild, ToParent } from './process-messages.ts';

/**
 * Connects a process of a worker to the one that started it. If that one is killed, this process settles what is in
 * flight and ends. If that one ends after it has asked this one to stop, a second signal ended it, and this one ends at
 * once too.
 */
export class ParentLink implements Disposable {
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** @throws AppError USAGE_INVALID if this process was not started by another worker process. */
  constructor() {
    if (process.send === undefined) {
      throw new AppError('USAGE_INVALID', '`--process` is for the processes that `worker` starts itself.', {
        hint: 'Use `daybrief worker --processes 3`.',
      });
    }
    process.on('message', this.#onMessage).on('disconnect', this.#onDisconnect);
  }

  /** Aborts when this process is to settle what is in flight and end. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Says that this process takes jobs, and from then on that it is alive, as long as `isWorking`. */
  ready(isWorking: () => boolean): void {
    this.#say('ready');
    this.#timer = setInterval(() => {
      if (isWorking()) this.#say('alive');
    }, aliveEveryMs).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    process.off('message', this.#onMessage).off('disconnect', this.#onDisconnect);
    if (process.connected) process.disconnect();
  }

  #say(message: ToParent): void {
    // The error of a parent that has just ended; `disconnect` follows.
    if (process.connected) process.send?.(message, () => {});
  }

  readonly #onMessage = (message: ToChild): void => {
    if (message === 'stop') this.#stop.abort();
  };

  readonly #onDisconnect = (): void => {
    if (this.#stop.signal.aborted) process.kill(process.pid, 'SIGKILL');
    this.#stop.abort();
  };
}
