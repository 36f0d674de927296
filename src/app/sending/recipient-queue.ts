import type { Recipient } from '../../domain/sending/ledger.ts';
import type { BatchRunInput } from './batch-run-input.ts';
import { domainOf } from './reply-settler.ts';

/** The recipients of one pass that are still to be begun, in their order. */
export class RecipientQueue implements Disposable {
  /** When the first recipient may be tried who was left out; undefined if none was. */
  notBefore: number | undefined;
  /** True if recipients were given up that could have been begun. */
  hasAbandoned = false;
  readonly #input: BatchRunInput;
  readonly #waiting: Recipient[];
  /** Taken last, while the DNS is asked which provider their domain belongs to. */
  readonly #unknown: Recipient[] = [];
  /** Wait within this pass for slots of their provider, by its name. */
  readonly #paced = new Map<string, Recipient[]>();
  /** Left out because enough passes wait for slots, by provider. */
  readonly #leftOut = new Map<string, number>();
  readonly #listener: Disposable | undefined;
  readonly #onSlots: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isAbandoned = false;

  /** @param onSlots called when a recipient may be taken who had to wait for a slot */
  constructor(input: BatchRunInput, onSlots: () => void) {
    this.#input = input;
    this.#onSlots = onSlots;
    // Reversed, because recipients are popped from the end.
    this.#waiting = input.recipients.toReversed();
    this.#listener = input.ports.pacing?.onSlots(onSlots);
  }

  /** Recipients who may be taken now. */
  get length(): number {
    const length = this.#waiting.length + this.#unknown.length;
    return this.#paced.size === 0 ? length : length + this.#readyCount();
  }

  /** True if no recipient is left, not even one who waits for a slot. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#unknown.length === 0 && this.#paced.size === 0;
  }

  /** Takes the next one whose receiving domain is not paused; those before it are left out of this pass. */
  take(now: number): Recipient | undefined {
    const paced = this.#takePaced(now);
    if (paced !== undefined) return paced;
    for (let next = this.#pop(); next !== undefined; next = this.#pop()) {
      if (this.#isOpen(next, now) && this.#mayBegin(next, now)) return next;
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
    if (!this.isEmpty) this.hasAbandoned = true;
    this.#isAbandoned = true;
    this.#waiting.length = 0;
    this.#unknown.length = 0;
    this.#paced.clear();
  }

  /** While `length` is 0: calls `onSlots` when the next recipient who waits for a slot may be taken. */
  awaitSlots(): void {
    const { pacing, clock } = this.#input.ports;
    clearTimeout(this.#timer);
    if (pacing === undefined || this.#paced.size === 0 || this.length > 0) return;
    const now = clock();
    const at = Math.min(...[...this.#paced.keys()].map((group) => pacing.readyAt(group, now)));
    if (at !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(this.#onSlots, Math.max(at - now, 1));
  }

  /** Ends the pass: says when those who were left out are tried. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#listener?.[Symbol.dispose]();
    const { pacing, clock } = this.#input.ports;
    if (pacing === undefined) return;
    pacing.leave(this);
    for (const [group, count] of this.#leftOut) this.#leaveOut(pacing.postpone(group, count, clock()));
    this.#leftOut.clear();
  }

  #pop(): Recipient | undefined {
    const { pacing } = this.#input.ports;
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      if (pacing === undefined || pacing.isKnown(domainOf(next))) return next;
      this.#unknown.push(next);
    }
    return this.#unknown.shift();
  }

  /** False, and left out of this pass, if the receiving domain is paused or the edition has expired. */
  #isOpen(recipient: Recipient, now: number): boolean {
    const { claim, expiresAt, ports } = this.#input;
    const pausedUntil =
      now >= expiresAt(recipient) ? claim.expiresAt : ports.pacer.pausedUntil(domainOf(recipient), now);
    if (pausedUntil <= now) return true;
    this.#leaveOut(pausedUntil);
    return false;
  }

  /** False, and put aside, if the provider has no slot. */
  #mayBegin(recipient: Recipient, now: number): boolean {
    const { pacing } = this.#input.ports;
    const domain = domainOf(recipient);
    if (pacing === undefined || pacing.take(domain, now)) return true;
    const group = pacing.groupOf(domain);
    const others = this.#paced.get(group);
    if (others !== undefined) others.push(recipient);
    else if (pacing.join(this, group)) this.#paced.set(group, [recipient]);
    else this.#leftOut.set(group, (this.#leftOut.get(group) ?? 0) + 1);
    return false;
  }

  #takePaced(now: number): Recipient | undefined {
    for (const [group, recipients] of this.#paced) {
      for (let [next] = recipients; next !== undefined; [next] = recipients) {
        const isOpen = this.#isOpen(next, now);
        if (isOpen && this.#input.ports.pacing?.take(domainOf(next), now) === false) break;
        recipients.shift();
        if (recipients.length === 0) this.#paced.delete(group);
        if (isOpen) return next;
      }
    }
    return undefined;
  }

  #readyCount(): number {
    const { pacing, pacer, clock } = this.#input.ports;
    const now = clock();
    let count = 0;
    for (const [group, recipients] of this.#paced) {
      const [first] = recipients;
      // Those of a paused provider are taken, and left out.
      const isPaused = first !== undefined && pacer.pausedUntil(domainOf(first), now) > now;
      const { length } = recipients;
      count += isPaused ? length : Math.min(length, pacing?.ready(group, now) ?? length);
    }
    return count;
  }

  #leaveOut(until: number): void {
    this.notBefore = Math.min(this.notBefore ?? until, until);
  }
}
