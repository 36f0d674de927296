import { findRule } from '../../domain/sending/read-answer.ts';
import { consequenceOf } from '../../domain/sending/refusal-classes.ts';
import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import type { RelayPool } from './relay-pool.ts';
import type { Envelope, Outgoing } from './smtp-envelope.ts';
import type { SmtpSession } from './smtp-session.ts';

/**
 * Maximum number of other connections that one message is tried on. A relay that goes away closes all its
 * connections, so the next one may be stale as well; after that the message itself probably breaks them.
 */
const maxMoves = 3;

export interface PooledSessionOptions {
  readonly pool: RelayPool;
  readonly session: SmtpSession;
  /** Returns another session, of any relay, if one is free in time. */
  readonly replace: () => Promise<PooledSession | undefined>;
}

/** One session, acquired until the relay has replied to its message. */
export class PooledSession {
  readonly #replace: PooledSessionOptions['replace'];
  #pool: RelayPool;
  #session: SmtpSession;
  #isHeld = true;

  constructor(options: PooledSessionOptions) {
    this.#pool = options.pool;
    this.#session = options.session;
    this.#replace = options.replace;
  }

  get relay(): string {
    return this.#pool.relay.name;
  }

  /** True until `send` or `release`, and again after a `send` whose `next` was sent along. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /**
   * Sends one message; never rejects. The session is free again when it resolves.
   *
   * @param next the envelope of another message, sent along if relay and limits allow it: one round trip for
   * each message instead of two. It was sent if `isHeld` is true afterwards; then `send` or `release` must
   * follow. Its content is not sent before that `send`.
   */
  async send(outgoing: Outgoing, next?: Envelope): Promise<SmtpAnswer> {
    if (!this.#isHeld) return { kind: 'not-sent', relay: this.relay, text: 'the session had been released' };
    this.#isHeld = false;
    const startedAt = performance.now();
    let answer = await this.#session.send(outgoing, this.#allowed(next));
    for (let moves = 0; moves < maxMoves && this.#concernsConnection(answer); moves += 1) {
      if (!(await this.#move())) break;
      answer = await this.#session.send(outgoing);
    }
    this.#report(answer, startedAt);
    if (this.#session.isOpen && this.#session.hasAnnounced) this.#isHeld = true;
    else this.#pool.giveBack(this.#session, 'used');
    return answer;
  }

  /** Releases the session unused. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#pool.giveBack(this.#session, 'unused');
  }

  /** Returns true if the message may succeed on another connection; ends this one if it is out of step. */
  #concernsConnection(answer: SmtpAnswer): boolean {
    if (this.#session.brokeUnheard) return isOfConnection(answer);
    if (answer.kind !== 'refused' || consequenceOf(findRule(answer).class).reconnect !== true) return false;
    this.#pool.stopAnnouncing();
    this.#session.destroy('the connection was out of step');
    return true;
  }

  #report(answer: SmtpAnswer, startedAt: number): void {
    if (answer.kind !== 'accepted' && answer.kind !== 'refused') return;
    const isTrouble = answer.kind === 'refused' && consequenceOf(findRule(answer).class).pauseRelay === true;
    if (isTrouble) this.#pool.reportTrouble(startedAt);
    else this.#pool.reportSuccess();
  }

  /** Moves to another session. */
  async #move(): Promise<boolean> {
    const other = await this.#replace();
    if (other === undefined) return false;
    this.#pool = other.#pool;
    this.#session = other.#session;
    return true;
  }

  #allowed(next: Envelope | undefined): Envelope | undefined {
    if (
      next === undefined ||
      !this.#pool.mayAnnounce ||
      this.#session.served + 1 >= this.#pool.relay.messages
    )
      return undefined;
    return this.#pool.acquireSlot() ? next : undefined;
  }
}

/** True if the relay closed a stale connection, which says nothing about the message. */
function isOfConnection(answer: SmtpAnswer): boolean {
  return answer.kind === 'not-sent' || (answer.kind === 'refused' && answer.code === 421);
}
