import { findRule } from '../../domain/sending/read-answer.ts';
import type { RefusalClass } from '../../domain/sending/refusal-classes.ts';
import type { RelayConfig } from '../../domain/sending/relay.ts';
import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';

/**
 * Messages that may be begun and unanswered on one connection with CHUNKING: half of them on the wire, the others on
 * their way to and from the ledger. A crash leaves at most so many in doubt for each session.
 */
const maxWindow = 8;

/** A reply that takes longer shows that the relay is far away, or slow: more sessions help. */
const slowMs = 5;
/** Several sessions notice the same pressure. */
const pressureMs = 1_000;
const shrinkBy = 0.7;
/** Accepted messages after which the window is doubled. */
const calmAnswers = 32;

/** Refusals that concern the connection or the relay rather than one recipient, if they come at another stage than RCPT. */
const pressing: ReadonlySet<RefusalClass> = new Set(['rate', 'relay-trouble', 'temporary', 'network']);

/**
 * How many sessions one relay gets, between a minimum and a maximum, and how many messages wait on each. Slow replies
 * add sessions one by one; 421 and 4xx that are about the relay take three tenths of them away.
 */
export class RelayPace {
  readonly #min: number;
  readonly #max: number;
  /** Growth without slow replies ends here. */
  readonly #usual: number;
  #sessions: number;
  #window = 1;
  #calm = 0;
  #answered = 0;
  #shrunkAt = Number.NEGATIVE_INFINITY;

  constructor({ sessions, minSessions }: Pick<RelayConfig, 'sessions' | 'minSessions'>) {
    this.#max = sessions;
    this.#usual = minSessions ?? sessions;
    this.#min = minSessions ?? Math.max(1, Math.floor(sessions / 4));
    this.#sessions = this.#usual;
  }

  /** Connections at a time. */
  get sessions(): number {
    return Math.floor(this.#sessions);
  }

  /** Messages at a time on a connection that takes several. */
  get window(): number {
    return this.#window;
  }

  /** Messages answered so far. */
  get answered(): number {
    return this.#answered;
  }

  /** @param replyMs from the beginning of the message to its answer */
  note(answer: SmtpAnswer, { replyMs, now }: { readonly replyMs: number; readonly now: number }): void {
    this.#answered += 1;
    if (answer.kind === 'uncertain' || answer.kind === 'not-sent') return this.narrow();
    if (answer.kind === 'accepted') return this.#grow(replyMs);
    if (answer.kind !== 'refused') return;
    // Servers count refusals, of which those in a window cannot be taken back: a series of them meets a small window.
    this.#window = Math.max(1, this.#window - 1);
    if (!isPressure(answer)) return;
    if (answer.code === 421) this.narrow();
    if (now - this.#shrunkAt < pressureMs) return;
    this.#shrunkAt = now;
    this.#sessions = Math.max(this.#min, this.#sessions * shrinkBy);
  }

  /** A connection broke, or the relay closed it: what it leaves in doubt is to be little. */
  narrow(): void {
    this.#window = 1;
    this.#calm = 0;
  }

  #grow(replyMs: number): void {
    this.#calm += 1;
    if (this.#calm >= calmAnswers && this.#window < maxWindow) {
      this.#window = Math.min(maxWindow, this.#window * 2);
      this.#calm = 0;
    }
    const limit = replyMs > slowMs ? this.#max : this.#usual;
    if (this.#sessions < limit) this.#sessions = Math.min(limit, this.#sessions + 1 / this.#sessions);
  }
}

function isPressure(answer: Extract<SmtpAnswer, { readonly kind: 'refused' }>): boolean {
  if (answer.code === 421) return true;
  return answer.code < 500 && answer.stage !== 'rcpt' && pressing.has(findRule(answer).class);
}
