import type { RelayConfig } from '../../domain/sending/relay.ts';
import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import type { AppError } from '../../errors/app-error.ts';
import type { OpenRate, Rate } from '../../limits/rate.ts';
import { Breaker } from './breaker.ts';
import { RelayPace } from './relay-pace.ts';
import { Seats } from './seats.ts';
import { SmtpSession } from './smtp-session.ts';
import type { SessionOptions } from './smtp-session.ts';
import { track } from './track.ts';

/** `unknown` before the first connection; `down` while connections fail and none is left. */
export type RelayState = 'unknown' | 'up' | 'down';

export interface RelayStats {
  readonly relay: string;
  readonly state: RelayState;
  readonly open: number;
  readonly busy: number;
  readonly opening: number;
  /** Connections made, and messages answered, so far. */
  readonly connections: number;
  readonly answered: number;
  /** The last thing that went wrong while connecting. */
  readonly trouble?: string;
}

export interface PoolOptions extends Omit<SessionOptions, 'relay' | 'signal'> {
  readonly idleMs: number;
  readonly breaker: { readonly minMs: number; readonly maxMs: number };
  readonly random: () => number;
  readonly openRate: OpenRate;
  /** A session was opened, or one that was in use was closed. */
  readonly onChange: () => void;
  readonly onState: (pool: RelayPool, trouble?: AppError) => void;
}

/**
 * Refused commands after which a connection is replaced. Postfix delays its replies from the tenth on and closes
 * the connection at the twentieth; one refused message has up to three, with MAIL, RCPT and DATA sent together.
 */
const maxRefusedCommands = 8;

/** How long a relay that accepted some connections and refused more gets no new ones. */
const ceilingMs = 60_000;

/** The sessions of one relay. Never more of them than configured, counting those that come and go. */
export class RelayPool {
  readonly relay: RelayConfig;
  /** False once the relay has answered an announced envelope with a protocol error. */
  mayAnnounce = true;
  /** False once it has shown that it does not know the BDAT that it offers: connections then use DATA. */
  mayChunk = true;
  readonly #options: PoolOptions;
  /** Of connections. */
  readonly #breaker: Breaker;
  /** Of messages, for a relay that connects and then reports trouble of its own. */
  readonly #messageBreaker: Breaker;
  readonly #rate: Rate | undefined;
  readonly #pace: RelayPace;
  readonly #seats: Seats;
  readonly #closing = new Set<Promise<unknown>>();
  readonly #connecting = new Set<Promise<unknown>>();
  readonly #stop = new AbortController();
  #opening = 0;
  #connections = 0;
  #state: RelayState = 'unknown';
  #ceiling = Number.POSITIVE_INFINITY;
  #ceilingUntil = 0;
  #trouble: string | undefined;

  constructor(relay: RelayConfig, options: PoolOptions) {
    this.relay = relay;
    this.#options = options;
    this.#breaker = new Breaker({ ...options.breaker, random: options.random });
    this.#messageBreaker = new Breaker({ ...options.breaker, random: options.random });
    this.#messageBreaker.succeed();
    this.#pace = new RelayPace(relay);
    this.#seats = new Seats({ messages: relay.messages, windowOf: (session) => this.#windowOf(session) });
    const { name, ratePerSecond: perSecond } = relay;
    if (perSecond !== undefined) this.#rate = options.openRate({ name, perSecond }, options.onChange);
  }

  get state(): RelayState {
    return this.#state;
  }

  get openCount(): number {
    return this.#seats.size;
  }

  get busyCount(): number {
    return this.#seats.busyCount;
  }

  /** Messages that are begun and not finished. */
  get takenCount(): number {
    return this.#seats.taken;
  }

  get hasRoom(): boolean {
    return this.#seats.hasRoom;
  }

  get openingCount(): number {
    return this.#opening;
  }

  get stats(): RelayStats {
    return {
      relay: this.relay.name,
      state: this.#state,
      open: this.openCount,
      busy: this.busyCount,
      opening: this.#opening,
      connections: this.#connections,
      answered: this.#pace.answered,
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
    };
  }

  /**
   * A place for one message on a connected session, within the rate, or undefined. The emptiest session comes first,
   * and among those the last one used: the rest may age.
   */
  take(now: number): SmtpSession | undefined {
    if (!this.#seats.hasRoom || this.#seats.taken >= this.#messageBreaker.allowance(now)) return undefined;
    if (this.#rate?.take(now) === false) return undefined;
    return this.#seats.take();
  }

  /** Whether the holder of a place may send one more message on it: false where that is for `take` to decide. */
  retake(session: SmtpSession, now: number): boolean {
    if (this.#stop.signal.aborted || this.openCount > this.#pace.sessions) return false;
    if (session.refusedCommands >= maxRefusedCommands) return false;
    if (this.#seats.taken > this.#messageBreaker.allowance(now) || !this.#seats.mayRetake(session))
      return false;
    if (this.#rate?.take(now) === false) return false;
    this.#seats.retake(session);
    return true;
  }

  /** Ends what `retake` began: nothing was sent. */
  giveUp(session: SmtpSession): void {
    this.#rate?.giveBack();
    this.#seats.giveUp(session);
  }

  /** Takes a place back, used or not, and lets the session go if it has served its share. */
  giveBack(session: SmtpSession, use: 'used' | 'unused'): void {
    if (use === 'unused') this.giveUp(session);
    this.#seats.giveBack(session);
    if (!session.isOpen) return;
    if (session.hasAnnounced) session.destroy();
    else if (this.#seats.isEmpty(session) && this.#isUsedUp(session)) this.#retire(session);
    this.#options.onChange();
  }

  /** Sends nothing more on this session, which is out of step, and closes it as soon as nothing waits for a reply on it. */
  discard(session: SmtpSession): void {
    this.mayAnnounce = false;
    if (session.hasWindow) this.#seats.close(session);
    else session.destroy('the connection was out of step');
  }

  /** See `RelayPace.note`. */
  note(answer: SmtpAnswer, timing: { readonly replyMs: number; readonly now: number }): void {
    this.#pace.note(answer, timing);
  }

  /** Pauses the relay for new messages: it reported trouble of its own, such as a full disk. */
  reportTrouble(startedAt: number): void {
    this.#messageBreaker.fail(startedAt, performance.now());
  }

  /** Ends a pause that `reportTrouble` began. */
  reportSuccess(): void {
    if (this.#messageBreaker.failures > 0) this.#messageBreaker.succeed();
  }

  #isUsedUp(session: SmtpSession): boolean {
    return (
      this.#seats.isClosed(session) ||
      this.#stop.signal.aborted ||
      this.openCount > this.#pace.sessions ||
      session.served >= this.relay.messages ||
      session.refusedCommands >= maxRefusedCommands
    );
  }

  #windowOf(session: SmtpSession): number {
    if (!session.hasWindow || !this.mayChunk) return 1;
    return Math.max(1, Math.min(this.#pace.window, maxRefusedCommands - session.refusedCommands));
  }

  /** Whether another connection may be begun at this moment. */
  mayOpen(now: number): boolean {
    if (this.#stop.signal.aborted) return false;
    if (now >= this.#ceilingUntil) this.#ceiling = Number.POSITIVE_INFINITY;
    const taken = this.#seats.size + this.#opening + this.#closing.size;
    if (taken >= Math.min(this.#pace.sessions, this.#ceiling)) return false;
    return this.#opening < this.#breaker.allowance(now);
  }

  /** Begins a connection; the session is free once it is there. */
  open(): void {
    void track(this.#connecting, this.#connect());
  }

  /** When a connection or the rate allows something it does not allow at `now`; infinite if never. */
  nextChangeAt(now: number): number {
    const rateAt = this.hasRoom ? (this.#rate?.readyAt(now) ?? 0) : 0;
    const times = [rateAt, this.#breaker.openUntil, this.#messageBreaker.openUntil, this.#ceilingUntil];
    return Math.min(...times.filter((time) => time > now));
  }

  /** Closes sessions that were idle for a while. */
  sweep(now: number): void {
    for (const session of this.#seats.idleSince(now - this.#options.idleMs)) this.#retire(session);
  }

  /** Opens nothing more, and says goodbye to sessions as they become free. */
  stop(): void {
    this.#stop.abort();
    for (const session of this.#seats.idleSince(Number.POSITIVE_INFINITY)) this.#retire(session);
  }

  /** Cuts every connection; what is in flight is answered with how far it had come. */
  destroy(): void {
    this.stop();
    for (const session of this.#seats.sessions()) {
      session.destroy();
      void track(this.#closing, session[Symbol.asyncDispose]());
    }
  }

  /** Resolves when the last connection is closed, including those that were still being opened. */
  async closed(): Promise<void> {
    await Promise.all([...this.#closing, ...this.#connecting]);
  }

  async #connect(): Promise<void> {
    const startedAt = performance.now();
    this.#opening += 1;
    try {
      const session = await SmtpSession.open({
        ...this.#options,
        chunking: this.mayChunk,
        relay: this.relay,
        signal: this.#stop.signal,
      });
      this.#opening -= 1;
      if (this.#stop.signal.aborted) session.destroy();
      else this.#enter(session);
    } catch (error) {
      this.#opening -= 1;
      if (!this.#stop.signal.aborted) this.#fail(startedAt, error as AppError);
    }
  }

  #enter(session: SmtpSession): void {
    this.#connections += 1;
    this.#seats.add(session);
    session.onClose = () => this.#leave(session);
    this.#breaker.succeed();
    this.#become('up');
    this.#options.onChange();
  }

  #fail(startedAt: number, trouble: AppError): void {
    const now = performance.now();
    this.#trouble = trouble.message;
    if (this.#seats.size > 0) {
      // It serves those it has, so it is not down: it takes no more at a time.
      this.#ceiling = this.#seats.size;
      this.#ceilingUntil = now + ceilingMs;
    } else {
      this.#breaker.fail(startedAt, now);
      this.#become('down', trouble);
    }
    this.#options.onChange();
  }

  #become(state: RelayState, trouble?: AppError): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(this, trouble);
  }

  #leave(session: SmtpSession): void {
    this.#seats.remove(session);
    this.#options.onChange();
  }

  #retire(session: SmtpSession): void {
    this.#seats.remove(session);
    session.onClose = () => {};
    void track(this.#closing, session[Symbol.asyncDispose]()).then(this.#options.onChange);
  }
}
