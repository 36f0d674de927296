import type { Recipient } from '../../domain/sending/ledger.ts';
import type { Outgoing } from '../ports/relays.ts';

/** A recipient whose envelope goes ahead of their message, behind the message of the recipient before. */
export interface Announced {
  readonly recipient: Recipient;
  readonly outgoing: Outgoing;
}

interface Entry extends Announced {
  readonly since: number;
}

/** Recipients announced behind messages that have no answer yet. */
export class Announcements {
  readonly #entries = new Map<Announced, Entry>();

  add(announced: Announced): void {
    this.#entries.set(announced, { ...announced, since: performance.now() });
  }

  /** Ends the wait. Returns false if the recipient was withdrawn meanwhile, and may be on another session. */
  end(announced: Announced): boolean {
    return this.#entries.delete(announced);
  }

  /** Withdraws those that have waited for so long, and returns their recipients. */
  withdraw(waitMs: number): readonly Recipient[] {
    const before = performance.now() - waitMs;
    const late = [...this.#entries].filter(([, { since }]) => since <= before);
    for (const [announced] of late) this.#entries.delete(announced);
    return late.map(([, { recipient }]) => recipient);
  }
}
