import type { AcquireOptions, RelaySession } from '../../app/ports/relays.ts';
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

export interface PooledSessionOptions extends AcquireOptions {
  readonly pool: RelayPool;
  readonly session: SmtpSession;
  /** Returns another session, of any relay, if one is free in time. */
  readonly replace: () => Promise<PooledSession | undefined>;
  /** Whether another caller waits for a session. */
  readonly isWantedByOthers: () => boolean;
}

/**
 * A place for one message at a time on a connection. `ready` takes a message, `announced` takes only the one whose
 * envelope went ahead, `answered` is kept until `release` or `renew`.
 */
type State = 'ready' | 'sending' | 'announced' | 'answered' | 'released';

/** One session, or with CHUNKING one place of several on it, acquired until the relay has replied to its message. */
export class PooledSession implements RelaySession {
  readonly #options: PooledSessionOptions;
  #pool: RelayPool;
  #session: SmtpSession;
  #state: State = 'ready';

  constructor(options: PooledSessionOptions) {
    this.#options = options;
    this.#pool = options.pool;
    this.#session = options.session;
  }

  get relay(): string {
    return this.#pool.relay.name;
  }

  get isHeld(): boolean {
    return this.#state !== 'released' && this.#state !== 'sending';
  }

  get hasAnnounced(): boolean {
    return this.#state === 'announced';
  }

  get canAnnounce(): boolean {
    return this.#session.canAnnounce && this.#pool.mayAnnounce;
  }

  async send(outgoing: Outgoing, next?: Envelope): Promise<SmtpAnswer> {
    if (this.#state !== 'ready' && this.#state !== 'announced')
      return { kind: 'not-sent', relay: this.relay, text: 'the session had been released' };
    this.#state = 'sending';
    const startedAt = performance.now();
    const allowed = this.#allowed(next);
    let answer = await this.#session.send(outgoing, allowed);
    if (allowed !== undefined && !this.#session.hasAnnounced) this.#pool.giveUp(this.#session);
    for (let moves = 0; moves < maxMoves && this.#concernsConnection(answer); moves += 1) {
      if (!(await this.#move())) break;
      answer = await this.#session.send(outgoing);
    }
    this.#report(answer, startedAt);
    if (this.#session.isOpen && this.#session.hasAnnounced) this.#state = 'announced';
    else this.#finish();
    return answer;
  }

  renew(): boolean {
    if (this.#state !== 'answered' || this.#options.isWantedByOthers()) return false;
    if (!this.#pool.retake(this.#session, performance.now())) return false;
    this.#state = 'ready';
    return true;
  }

  release(): void {
    if (!this.isHeld) return;
    const use = this.#state === 'answered' ? 'used' : 'unused';
    this.#state = 'released';
    this.#pool.giveBack(this.#session, use);
  }

  #finish(): void {
    this.#state = 'answered';
    if (this.#options.keep !== true) this.release();
  }

  /** Returns true if the message may succeed on another connection; ends this one if it is out of step. */
  #concernsConnection(answer: SmtpAnswer): boolean {
    if (this.#session.isUnheard(answer)) return isOfConnection(answer);
    if (answer.kind !== 'refused') return false;
    if (this.#session.hasWindow && isUnknownCommand(answer)) this.#pool.mayChunk = false;
    else if (consequenceOf(findRule(answer).class).reconnect !== true) return false;
    this.#pool.discard(this.#session);
    return true;
  }

  #report(answer: SmtpAnswer, startedAt: number): void {
    const now = performance.now();
    this.#pool.note(answer, { replyMs: now - startedAt, now });
    if (answer.kind !== 'accepted' && answer.kind !== 'refused') return;
    const isTrouble = answer.kind === 'refused' && consequenceOf(findRule(answer).class).pauseRelay === true;
    if (isTrouble) this.#pool.reportTrouble(startedAt);
    else this.#pool.reportSuccess();
  }

  /** Moves to another session. */
  async #move(): Promise<boolean> {
    const other = await this.#options.replace();
    if (other === undefined) return false;
    this.#pool.giveBack(this.#session, 'used');
    other.#state = 'released';
    this.#pool = other.#pool;
    this.#session = other.#session;
    return true;
  }

  #allowed(next: Envelope | undefined): Envelope | undefined {
    if (next === undefined || !this.canAnnounce || this.#options.isWantedByOthers()) return undefined;
    return this.#pool.retake(this.#session, performance.now()) ? next : undefined;
  }
}

/** True if the relay closed a stale connection, which says nothing about the message. */
function isOfConnection(answer: SmtpAnswer): boolean {
  return answer.kind === 'not-sent' || (answer.kind === 'refused' && answer.code === 421);
}

/** RFC 5321 section 4.2.4: the relay offers CHUNKING and does not know BDAT. It may have read content as commands. */
function isUnknownCommand({ stage, code }: Extract<SmtpAnswer, { readonly kind: 'refused' }>): boolean {
  return stage === 'message' && (code === 500 || code === 502);
}
