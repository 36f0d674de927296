import { existsSync } from 'node:fs';

import type { Log } from '../log/log.ts';
import type { PreviewSource } from './preview-source.ts';
import { PreviewState } from './preview-state.ts';

/** A digest that is followed, for every page on which it is open. */
export interface OpenEditor {
  readonly source: PreviewSource;
  readonly state: PreviewState;
}

/** How long a digest is followed after its last request. */
const idleMs = 60_000;
/** Digests that are followed at a time; the one that has waited longest makes room, unless a page follows it. */
const maxOpen = 20;

interface Entry {
  readonly opened: Promise<OpenEditor>;
  usedAt: number;
}

/** The digests that are open at the desk: each is read and rendered once, however many people look at it. */
export class OpenEditors implements Disposable {
  readonly #open: (reference: string) => Promise<PreviewSource>;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;

  /** @param open throws AppError DIGEST_NOT_FOUND for a date without a digest */
  constructor(
    open: (reference: string) => Promise<PreviewSource>,
    { log, now }: { readonly log: Log; readonly now: () => number },
  ) {
    this.#open = open;
    this.#log = log;
    this.#now = now;
  }

  /**
   * @param reference `letter/2026-11-23`
   * @throws AppError DIGEST_NOT_FOUND also for a digest that was open and whose file was removed since
   */
  async get(reference: string): Promise<OpenEditor> {
    const open = await this.#find(reference);
    if (existsSync(open.source.path)) return open;
    const { path } = await this.#open(reference);
    if (path === open.source.path) return open;
    // A file with another ending has taken its place.
    this.#entries.delete(reference);
    open.state[Symbol.dispose]();
    return this.#find(reference);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const { opened } of this.#entries.values()) {
      opened.then(
        ({ state }) => state[Symbol.dispose](),
        () => {},
      );
    }
    this.#entries.clear();
  }

  async #find(reference: string): Promise<OpenEditor> {
    const known = this.#entries.get(reference);
    const entry = known ?? { opened: this.#start(reference), usedAt: 0 };
    entry.usedAt = this.#now();
    if (known === undefined) {
      this.#entries.set(reference, entry);
      entry.opened.catch(() => this.#entries.delete(reference));
      this.#timer ??= setInterval(() => void this.#closeIdle(), idleMs / 4).unref();
      await this.#makeRoom();
    }
    return entry.opened;
  }

  async #start(reference: string): Promise<OpenEditor> {
    const source = await this.#open(reference);
    const state = new PreviewState(source, this.#log);
    await state.start();
    return { source, state };
  }

  async #closeIdle(): Promise<void> {
    const now = this.#now();
    for (const [reference, entry] of this.#entries) {
      if (now - entry.usedAt > idleMs) await this.#close(reference, entry);
    }
  }

  async #makeRoom(): Promise<void> {
    const oldest = [...this.#entries].toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [reference, entry] of oldest) {
      if (this.#entries.size <= maxOpen) return;
      await this.#close(reference, entry);
    }
  }

  /** Leaves a digest that a page follows. */
  async #close(reference: string, { opened }: Entry): Promise<void> {
    const open = await opened.catch(() => undefined);
    if (open?.state.isFollowed === true) return;
    this.#entries.delete(reference);
    open?.state[Symbol.dispose]();
  }
}
