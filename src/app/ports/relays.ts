import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';

/** One open, idle SMTP session, acquired until its message is answered. */
export interface RelaySession {
  readonly relay: string;
  /** Never rejects; the session is free again when it resolves. */
  send(outgoing: Outgoing): Promise<SmtpAnswer>;
  /** Gives the session back unused. */
  release(): void;
}

/** The exact bytes for one person. */
export interface Outgoing {
  /** RFC 5321 reverse-path, without brackets. */
  readonly from: string;
  readonly to: string;
  readonly message: readonly Buffer[];
  readonly sizeBytes: number;
}

export interface RelaySessions {
  /**
   * Between 1 and `max` sessions, as soon as there is one; waits while every relay is down. None when the
   * signal aborts.
   */
  acquire(max: number, signal: AbortSignal): Promise<readonly RelaySession[]>;
}

/** How long receiving domains that asked us to slow down are left alone. */
export interface Pacer {
  /** Epoch milliseconds; at most `now` where the domain may be served. */
  pausedUntil(domain: string, now: number): number;
  slowDown(domain: string, now: number): void;
}
