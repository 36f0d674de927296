/**
 * Decides who may write to one SQLite file within a process: the transactions of the main thread, one at a
 * time, or the ledger's thread with any number of requests. Without it a transaction of the main thread would wait for
 * the other's lock inside SQLite, which blocks the event loop. First come, first served.
 */
export class WriteLock {
  #alone = false;
  #shared = 0;
  readonly #waiting: { readonly alone: boolean; readonly begin: () => void }[] = [];

  /** Waits until no one else writes; then others wait until the function returned is called. Calling it again does nothing. */
  async enterAlone(): Promise<() => void> {
    await this.#enter(true);
    return once(() => {
      this.#alone = false;
      this.#next();
    });
  }

  /** As `enterAlone`, together with others that share. */
  async enterShared(): Promise<() => void> {
    await this.#enter(false);
    return once(() => {
      this.#shared -= 1;
      this.#next();
    });
  }

  async #enter(alone: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ alone, begin: resolve });
    this.#next();
    await promise;
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#alone || (first.alone && this.#shared > 0)) return;
      this.#waiting.shift();
      if (first.alone) this.#alone = true;
      else this.#shared += 1;
      first.begin();
    }
  }
}

function once(leave: () => void): () => void {
  let hasLeft = false;
  return () => {
    if (hasLeft) return;
    hasLeft = true;
    leave();
  };
}
