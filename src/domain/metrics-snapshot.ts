import type { EventCounts } from './events/outgoing-event.ts';
import type { InboundCount } from './inbound/feedback.ts';
import type { Outcome } from './outcome.ts';
import type { AlarmCount } from './schedule/alarm.ts';
import type { EpochMs } from './units.ts';

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
  /** Reports about the edition of each publication that was published last. */
  readonly feedback: readonly {
    readonly publication: string;
    readonly date: string;
    readonly bounced: number;
    readonly complained: number;
  }[];
  /** Complaints about the last editions of each publication that has sent one. */
  readonly complaints: readonly {
    readonly publication: string;
    /** Of accepted deliveries, 0 to 1. */
    readonly share: number;
    /** The next edition waits for a person. */
    readonly isHalted: boolean;
  }[];
  /** Messages that came in, since the beginning. */
  readonly inbound: readonly InboundCount[];
  /** Messages that a person has to look at. */
  readonly keptMessages: number;
  /** Requests of providers that no worker has read yet. */
  readonly waitingHooks: number;
  /** Of each endpoint that had events. */
  readonly events: readonly EventCounts[];
  /** Editions that are being sent or are paused. */
  readonly openEditions: readonly {
    readonly publication: string;
    readonly date: string;
    readonly intended: number;
    /** Without a final row: those that are deferred, in flight or not begun. */
    readonly pending: number;
    readonly deferred: number;
    readonly uncertain: number;
  }[];
  /** Mailbox providers that are sent to more slowly, because they said so. */
  readonly slowedProviders: readonly { readonly provider: string; readonly pausedUntil: EpochMs }[];
  readonly workers: HeartbeatSummary;
  readonly openSignups: OpenWork;
  readonly openMails: OpenWork;
  /** Since the beginning. */
  readonly alarms: readonly AlarmCount[];
}

export interface HeartbeatSummary {
  /** Workers that were alive within the last minute. */
  readonly workers: number;
  /** The newest heartbeat; undefined if no worker runs that has not stopped as asked. */
  readonly lastAt: EpochMs | undefined;
  /** Configured relays; 0 without a worker. */
  readonly relays: number;
  /** Relays that every one of these workers can use; 0 without a worker. */
  readonly relaysUp: number;
}

/** Work that was accepted and has not ended. */
export interface OpenWork {
  readonly count: number;
  /** Start of the oldest one; undefined if there is none. */
  readonly oldestAt: number | undefined;
}
