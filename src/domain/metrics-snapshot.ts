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
  /** Each relay as these workers see it, by name; empty without a worker. */
  readonly relayStates: readonly RelaySummary[];
}

/** How one worker uses a relay. */
export interface RelayUse {
  readonly relay: string;
  /** `unknown` before the first connection. */
  readonly state: 'unknown' | 'up' | 'down';
  /** Connections that are open. */
  readonly sessions: number;
  /** Messages a second that it answered since the heartbeat before. */
  readonly perSecond: number;
  /** Since when it is down; null unless it is. */
  readonly downSince: EpochMs | null;
}

/** One relay as all workers use it. */
export interface RelaySummary extends Omit<RelayUse, 'state'> {
  /** `down` if no worker can use it, `partly` if some can. */
  readonly state: RelayUse['state'] | 'partly';
}

/** Adds up how each worker uses each relay. */
export function summarizeRelays(uses: readonly RelayUse[]): readonly RelaySummary[] {
  return [...Map.groupBy(uses, ({ relay }) => relay)]
    .map(([relay, same]) => {
      const down = same.filter(({ state }) => state === 'down');
      const since = down.flatMap(({ downSince }) => (downSince === null ? [] : [downSince]));
      return {
        relay,
        state: stateOf(same.length, down.length, same),
        sessions: same.reduce((sum, { sessions }) => sum + sessions, 0),
        perSecond: same.reduce((sum, { perSecond }) => sum + perSecond, 0),
        downSince: since.length === 0 ? null : Math.min(...since),
      };
    })
    .toSorted((one, other) => one.relay.localeCompare(other.relay));
}

function stateOf(all: number, down: number, same: readonly RelayUse[]): RelaySummary['state'] {
  if (down === all) return 'down';
  if (down > 0) return 'partly';
  return same.some(({ state }) => state === 'up') ? 'up' : 'unknown';
}

/** Work that was accepted and has not ended. */
export interface OpenWork {
  readonly count: number;
  /** Start of the oldest one; undefined if there is none. */
  readonly oldestAt: number | undefined;
}
