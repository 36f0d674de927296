import type { Recipient } from '../../domain/sending/ledger.ts';
import type { BatchRunInput } from './batch-run-input.ts';
import { domainOf } from './reply-settler.ts';

/** The recipients of one pass that are still to be begun, in their order. */
export class RecipientQueue {
  /** When the first recipient may be tried whose receiving domain is paused; undefined if none is. */
  notBefore: number | undefined;
  /** True if recipients were given up that could have been begun. */
  hasAbandoned = false;
  readonly #input: BatchRunInput;
  readonly #waiting: Recipient[];
  #isAbandoned = false;

  constructor(input: BatchRunInput) {
    this.#input = input;
    // Reversed, because recipients are popped from the end.
    this.#waiting = input.recipients.toReversed();
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Takes the next one whose receiving domain is not paused; those before it are left out of this pass. */
  take(now: number): Recipient | undefined {
    const { claim, expiresAt, ports } = this.#input;
    for (let recipient = this.#waiting.pop(); recipient !== undefined; recipient = this.#waiting.pop()) {
      const pausedUntil =
        now >= expiresAt(recipient) ? claim.expiresAt : ports.pacer.pausedUntil(domainOf(recipient), now);
      if (pausedUntil <= now) return recipient;
      this.notBefore = Math.min(this.notBefore ?? pausedUntil, pausedUntil);
    }
    return undefined;
  }

  giveBack(recipients: readonly Recipient[], place: 'first' | 'last' = 'first'): void {
    if (recipients.length === 0) return;
    if (this.#isAbandoned) this.hasAbandoned = true;
    else if (place === 'first') this.#waiting.push(...recipients);
    else this.#waiting.unshift(...recipients);
  }

  /** Drops all recipients who wait, and those who are given back from now on. */
  abandon(): void {
    if (this.#waiting.length > 0) this.hasAbandoned = true;
    this.#isAbandoned = true;
    this.#waiting.length = 0;
  }
}
