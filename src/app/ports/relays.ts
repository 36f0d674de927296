import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';

/** One open SMTP session, acquired until the relay has replied to its message. */
export interface RelaySession {
  readonly relay: string;
  /** Never rejects; the session is free again when it resolves. */
  send(outgoing: Outgoing): Promise<SmtpAnswer>;
  /** Releases the session unused. */
  release(): void;
}

/** The exact bytes for one recipient. */
export interface Outgoing {
  /** RFC 5321 reverse-path, without brackets. */
  readonly from: string;
  readonly to: string;
  readonly message: readonly Buffer[];
  readonly sizeBytes: number;
}

export interface RelaySessions {
  /**
   * Returns between 1 and `max` sessions, as soon as one is free; waits while every relay is down. Returns
   * none if the signal aborts.
   */
  acquire(max: number, signal: AbortSignal): Promise<readonly RelaySession[]>;
}

/** Pauses receiving domains that asked to slow down. */
export interface Pacer {
  /** Epoch milliseconds; at most `now` if mail may be sent to the domain. */
  pausedUntil(domain: string, now: number): number;
  /** @param askedMs how long the server asked to wait, if it did */
  slowDown(domain: string, now: number, askedMs?: number): void;
}
