import { horizonMs, isUnlimited, takeSlots } from '../domain/sending/provider-pace.ts';
import type { ProviderPace, Slots } from '../domain/sending/provider-pace.ts';
import type { EpochMs } from '../domain/units.ts';

/** Asks what all workers share for slots; the pace is the one after that. */
export type AskSlots = (
  group: string,
  wanted: number,
) => Promise<{ readonly pace: ProviderPace; readonly slots: Slots; readonly askAt: EpochMs }>;

/** A slot that was not used for so long is lost: otherwise a worker that was busy would send a burst. */
const maxLagMs = 100;

/** More slots are asked for so long before the last one. */
const aheadMs = horizonMs * 0.4;

/** One worker's slots at one group of receiving domains. */
export class PacedGroup {
  pace: ProviderPace;
  /** When the recipients that were left out so far are all begun, by estimate. */
  laterAt = 0;
  readonly #ask: AskSlots;
  readonly #onSlots: () => void;
  /** Oldest first. */
  #slots: Slots[] = [];
  #asking = false;
  #askAt = 0;
  /** Grows with each signal: slots that were asked for before it are not used. */
  #epoch = 0;

  constructor(pace: ProviderPace, ask: AskSlots, onSlots: () => void) {
    this.pace = pace;
    this.#ask = ask;
    this.#onSlots = onSlots;
  }

  get isUnlimited(): boolean {
    return isUnlimited(this.pace);
  }

  take(now: EpochMs): boolean {
    if (this.ready(now) === 0) return false;
    const [first] = this.#slots;
    if (first === undefined) return false;
    this.#skip(1);
    return true;
  }

  /** Slots whose moment has come; asks for more if they come to an end. */
  ready(now: EpochMs): number {
    if (now < this.pace.pausedUntil) return 0;
    this.#dropLate(now);
    this.#refill(now);
    let count = 0;
    for (const { from, gapMs, count: left } of this.#slots) {
      if (from > now) break;
      count += Math.min(Math.floor((now - from) / gapMs) + 1, left);
    }
    return count;
  }

  /** When there may be a slot; infinite while slots are asked for. */
  readyAt(now: EpochMs): EpochMs {
    if (now < this.pace.pausedUntil) return this.pace.pausedUntil;
    const [first] = this.#slots;
    if (first !== undefined) return first.from;
    return this.#asking ? Number.POSITIVE_INFINITY : this.#askAt;
  }

  /** Takes over a pace that this worker or another one has changed. */
  learn(pace: ProviderPace): void {
    if (pace.pausedUntil > this.pace.pausedUntil || pace.signalAt > this.pace.signalAt) {
      this.#slots = [];
      this.#askAt = 0;
      this.#epoch += 1;
    }
    this.pace = pace;
  }

  #refill(now: EpochMs): void {
    if (this.#asking || now < this.#askAt) return;
    const last = this.#slots.at(-1);
    if (last !== undefined && last.from + last.count * last.gapMs > now + aheadMs) return;
    this.#asking = true;
    void this.#request(now);
  }

  async #request(now: EpochMs): Promise<void> {
    const epoch = this.#epoch;
    const wanted = Math.max(1, Math.ceil((this.pace.perSecond * horizonMs) / 1_000));
    // While the database is away, each worker goes on with the pace that it knows.
    const given = await this.#ask(this.pace.group, wanted).catch(() => takeSlots(this.pace, wanted, now));
    this.#asking = false;
    if (epoch === this.#epoch) {
      this.pace = given.pace;
      if (given.slots.count > 0) this.#slots.push(given.slots);
      this.#askAt = given.slots.count > 0 ? given.askAt - aheadMs : given.askAt;
    }
    this.#onSlots();
  }

  #dropLate(now: EpochMs): void {
    for (let [first] = this.#slots; first !== undefined; [first] = this.#slots) {
      const late = Math.ceil((now - maxLagMs - first.from) / first.gapMs);
      if (late <= 0) return;
      this.#skip(late);
    }
  }

  /** Uses up so many of the oldest slots. */
  #skip(count: number): void {
    const [first, ...rest] = this.#slots;
    if (first === undefined) return;
    const left = first.count - count;
    this.#slots =
      left > 0 ? [{ ...first, from: first.from + count * first.gapMs, count: left }, ...rest] : rest;
  }
}
