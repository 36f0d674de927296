import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import type { RelayPool } from './relay-pool.ts';
import type { Envelope, Outgoing } from './smtp-envelope.ts';
import type { SmtpSession } from './smtp-session.ts';

/**
 * A relay that goes away takes all its connections along, so the next one may be stale as well. More
 * often than this it is the message that breaks them.
 */
const maxMoves = 3;

export interface PooledSessionOptions {
  readonly pool: RelayPool;
  readonly session: SmtpSession;
  /** Another lane, of any relay, where there is one in time. */
  readonly replace: () => Promise<PooledSession | undefined>;
}

/** One session, acquired until its message is answered. */
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

  /** Whether the lane is still its holder's: before its message, and after one whose `next` went along. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /**
   * Sends one message; never rejects. The lane is free again when it resolves.
   *
   * @param next the envelope of another message, sent along where relay and limits allow it: one round
   * trip a message instead of two. Only where `isHeld` is true afterwards it was, and then `send` or
   * `release` has to follow. No content goes out before that `send`.
   */
  async send(outgoing: Outgoing, next?: Envelope): Promise<SmtpAnswer> {
    if (!this.#isHeld) return { kind: 'not-sent', relay: this.relay, text: 'the lane had been given back' };
    this.#isHeld = false;
    let answer = await this.#session.send(outgoing, this.#allowed(next));
    for (
      let moves = 0;
      moves < maxMoves && this.#session.brokeUnheard && isOfConnection(answer);
      moves += 1
    ) {
      if (!(await this.#move())) break;
      answer = await this.#session.send(outgoing);
    }
    if (this.#session.isOpen && this.#session.hasAnnounced) this.#isHeld = true;
    else this.#pool.giveBack(this.#session, 'used');
    return answer;
  }

  /** Gives the lane back unused. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#pool.giveBack(this.#session, 'unused');
  }

  /** To another lane, in the place of a connection that had gone stale. */
  async #move(): Promise<boolean> {
    const other = await this.#replace();
    if (other === undefined) return false;
    this.#pool = other.#pool;
    this.#session = other.#session;
    return true;
  }

  #allowed(next: Envelope | undefined): Envelope | undefined {
    if (next === undefined || this.#session.served + 1 >= this.#pool.relay.messages) return undefined;
    return this.#pool.acquireSlot() ? next : undefined;
  }
}

/** The relay closed a connection it no longer wanted; it said nothing of this message. */
function isOfConnection(answer: SmtpAnswer): boolean {
  return answer.kind === 'not-sent' || (answer.kind === 'refused' && answer.code === 421);
}
