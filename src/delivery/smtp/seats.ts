import type { SmtpSession } from './smtp-session.ts';

interface Seat {
  /** Places taken: messages begun and not finished. */
  taken: number;
  /** Messages begun on this connection so far. */
  begun: number;
  /** When a place was last given back; `performance.now()`. */
  since: number;
  /** Takes no further message. */
  isClosed: boolean;
}

/** The open sessions of one relay, and the places on them: one a session, or as many as its window has. */
export class Seats {
  readonly #messages: number;
  readonly #windowOf: (session: SmtpSession) => number;
  readonly #seats = new Map<SmtpSession, Seat>();
  #taken = 0;

  /** @param options.messages on one connection, at most */
  constructor(options: { readonly messages: number; readonly windowOf: (session: SmtpSession) => number }) {
    this.#messages = options.messages;
    this.#windowOf = options.windowOf;
  }

  get size(): number {
    return this.#seats.size;
  }

  get taken(): number {
    return this.#taken;
  }

  get busyCount(): number {
    let busy = 0;
    for (const seat of this.#seats.values()) if (seat.taken > 0) busy += 1;
    return busy;
  }

  get hasRoom(): boolean {
    for (const [session, seat] of this.#seats) if (this.#room(session, seat)) return true;
    return false;
  }

  sessions(): readonly SmtpSession[] {
    return [...this.#seats.keys()];
  }

  add(session: SmtpSession): void {
    this.#seats.set(session, { taken: 0, begun: 0, since: performance.now(), isClosed: false });
  }

  remove(session: SmtpSession): void {
    const seat = this.#seats.get(session);
    if (seat === undefined) return;
    this.#taken -= seat.taken;
    this.#seats.delete(session);
  }

  close(session: SmtpSession): void {
    const seat = this.#seats.get(session);
    if (seat !== undefined) seat.isClosed = true;
  }

  isClosed(session: SmtpSession): boolean {
    return this.#seats.get(session)?.isClosed ?? true;
  }

  isEmpty(session: SmtpSession): boolean {
    return this.#seats.get(session)?.taken === 0;
  }

  /** The emptiest session with room, and among those the last one used. */
  take(): SmtpSession | undefined {
    let best: SmtpSession | undefined;
    let bestSeat: Seat | undefined;
    for (const [session, seat] of this.#seats) {
      if (!this.#room(session, seat)) continue;
      const isBetter =
        bestSeat === undefined ||
        seat.taken < bestSeat.taken ||
        (seat.taken === bestSeat.taken && seat.since > bestSeat.since);
      if (isBetter) [best, bestSeat] = [session, seat];
    }
    if (bestSeat === undefined) return undefined;
    bestSeat.taken += 1;
    bestSeat.begun += 1;
    this.#taken += 1;
    return best;
  }

  /** Whether a place that is taken may be used for one message more. */
  mayRetake(session: SmtpSession): boolean {
    const seat = this.#seats.get(session);
    return seat !== undefined && this.#isUsable(session, seat) && seat.taken <= this.#windowOf(session);
  }

  retake(session: SmtpSession): void {
    const seat = this.#seats.get(session);
    if (seat !== undefined) seat.begun += 1;
  }

  /** A message was not begun after all. */
  giveUp(session: SmtpSession): void {
    const seat = this.#seats.get(session);
    if (seat !== undefined) seat.begun -= 1;
  }

  giveBack(session: SmtpSession): void {
    const seat = this.#seats.get(session);
    if (seat === undefined) return;
    seat.taken -= 1;
    this.#taken -= 1;
    seat.since = performance.now();
  }

  /** Sessions without a message that were last used at that time or earlier, the oldest first. */
  idleSince(time: number): readonly SmtpSession[] {
    return [...this.#seats]
      .filter(([, seat]) => seat.taken === 0 && seat.since <= time)
      .toSorted(([, one], [, other]) => one.since - other.since)
      .map(([session]) => session);
  }

  #room(session: SmtpSession, seat: Seat): boolean {
    return this.#isUsable(session, seat) && seat.taken < this.#windowOf(session);
  }

  #isUsable(session: SmtpSession, seat: Seat): boolean {
    return session.isOpen && !seat.isClosed && seat.begun < this.#messages;
  }
}
