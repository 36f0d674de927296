import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';

/**
 * One open SMTP session, acquired until the relay has replied to its message. With CHUNKING it is one of several places
 * on a connection: each takes one message at a time.
 */
export interface RelaySession {
  readonly relay: string;
  /** Whether the envelope of the next message may go out behind a message. */
  readonly canAnnounce: boolean;
  /** Whether the `next` of the last `send` was sent along: now only `send` of that message or `release` may follow. */
  readonly hasAnnounced: boolean;
  /**
   * Sends one message; never rejects. Then the session is released, unless it was acquired with `keep`, or `next` was
   * sent along.
   *
   * @param next the envelope of another message, sent along if relay and limits allow it: one round trip for each
   * message instead of two. Its content is not sent before its own `send`.
   */
  send(outgoing: Outgoing, next?: Envelope): Promise<SmtpAnswer>;
  /**
   * After an answer, on a session that is kept: whether it may send one more message. False if another caller waits
   * for a session, or a limit is reached; then it must be released.
   */
  renew(): boolean;
  /** Releases the session, which closes its connection if an announced message was not sent. */
  release(): void;
}

export interface Envelope {
  /** RFC 5321 reverse-path and forward-path, without brackets. */
  readonly from: string;
  readonly to: string;
  readonly sizeBytes: number;
}

/** The exact bytes for one recipient. */
export interface Outgoing extends Envelope {
  readonly message: readonly Buffer[];
}

export interface AcquireOptions {
  /** Keeps the sessions after their answers until `release`, so that the answers can be recorded first. */
  readonly keep?: boolean;
}

export interface RelaySessions {
  /**
   * Returns between 1 and `max` sessions, as soon as one is free; waits while every relay is down. Returns
   * none if the signal aborts.
   */
  acquire(max: number, signal: AbortSignal, options?: AcquireOptions): Promise<readonly RelaySession[]>;
}

/** What trying a relay showed. */
export interface RelayCheck {
  readonly relay: string;
  readonly ok: boolean;
  /** A sentence: how it was reached, or why not. */
  readonly text: string;
  readonly encrypted: boolean;
}

/** Pauses receiving domains that asked to slow down. */
export interface Pacer {
  /** Epoch milliseconds; at most `now` if mail may be sent to the domain. */
  pausedUntil(domain: string, now: number): number;
  /**
   * @param askedMs how long the server asked to wait, if it did
   * @param reply what it said
   */
  slowDown(domain: string, now: number, askedMs?: number, reply?: string): void;
}
