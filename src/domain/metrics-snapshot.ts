import type { Outcome } from './outcome.ts';
import type { AlarmCount } from './schedule/alarm.ts';

/** The state that metrics show. Times are UTC epoch milliseconds. */
export interface MetricsSnapshot {
  /** Attempts to sign up, and the mail around them, since the beginning. */
  readonly signups: readonly {
    readonly publication: string;
    readonly outcome: Outcome;
    readonly reason: string;
    readonly attempts: number;
  }[];
  /** Of the edition of each publication that was published last. */
  readonly deliveries: readonly {
    readonly publication: string;
    readonly date: string;
    readonly outcome: Outcome;
    readonly count: number;
  }[];
  readonly openSignups: OpenWork;
  readonly openMails: OpenWork;
  /** Since the beginning. */
  readonly alarms: readonly AlarmCount[];
}

/** Work that was accepted and has not ended. */
export interface OpenWork {
  readonly count: number;
  /** Start of the oldest one; undefined if there is none. */
  readonly oldestAt: number | undefined;
}
