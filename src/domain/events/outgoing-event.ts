import type { EpochMs, Slug } from '../units.ts';

/** Where a publication's events go: an entry of `events` in publication.yaml. */
export interface EventEndpoint {
  /** Tells endpoints of a publication apart: as named, or made from the URL. Lower-case letters, digits, hyphens. */
  readonly name: string;
  /** http or https. Many receivers put a key into it, so it is never logged. */
  readonly url: string;
  /** Types or nouns; empty for all. */
  readonly types: readonly string[];
  /** Whether `data` has the subscriber's address. */
  readonly addresses: boolean;
}

/** A change, as the outbox keeps it. */
export interface OutgoingEvent {
  readonly id: number;
  /** Of the webhook: stays the same whenever the event is sent again. */
  readonly eventId: string;
  readonly publication: Slug;
  readonly type: string;
  /** Events of one subject arrive in order: `edition/2026-11-25`, `subscriber/48213`, `publication`. */
  readonly subject: string;
  readonly subscriberId: number | null;
  readonly at: EpochMs;
  /** Without any address. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** `replayed` is one that failed and was sent again, which has a delivery of its own. */
export const deliveryStates = ['waiting', 'delivered', 'failed', 'replayed'] as const;
export type EventDeliveryState = (typeof deliveryStates)[number];

/** An event on its way to one endpoint. */
export interface EventDelivery {
  readonly id: number;
  readonly endpoint: string;
  readonly state: EventDeliveryState;
  readonly attempts: number;
  /** What the last attempt came to: `204`, `500`, `no answer in 15 s`. */
  readonly reason: string;
  readonly createdAt: EpochMs;
  /** The next attempt, if it is waiting. */
  readonly dueAt: EpochMs;
  readonly settledAt: EpochMs | null;
}

/** An event that a worker has claimed for an endpoint. */
export interface ClaimedEvent {
  readonly id: number;
  /** Fencing token, and the number of attempts so far with this one. */
  readonly epoch: number;
  readonly subject: string;
  readonly endpoint: string;
  readonly giveUpAt: EpochMs;
  readonly event: OutgoingEvent;
  /** Of the subscriber; undefined if the event has none or they were erased. Only read if the endpoint wants it. */
  readonly address: string | undefined;
}

/** How far the events of one endpoint are. */
export interface EventCounts {
  readonly publication: Slug;
  readonly endpoint: string;
  readonly waiting: number;
  /** Since the beginning, as `failed`. */
  readonly delivered: number;
  readonly failed: number;
  /** Of the waiting ones; undefined if none waits. */
  readonly oldestAt: EpochMs | undefined;
  /** When the endpoint answered 410; null if it gets events. */
  readonly stoppedAt: EpochMs | null;
}

/** Older waiting events mean that an endpoint does not work: a few attempts failed. */
const stuckAfterMs = 300_000;

export function isStuck({ oldestAt, stoppedAt }: EventCounts, now: EpochMs): boolean {
  return stoppedAt !== null || (oldestAt !== undefined && now - oldestAt > stuckAfterMs);
}

/** What an endpoint answered. */
export type EndpointAnswer =
  | { readonly kind: 'accepted'; readonly status: number }
  /** 410: the endpoint wants no more events. */
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'refused';
      /** For people, without the URL. */
      readonly reason: string;
      /** The endpoint as a whole cannot take events now: no connection, no answer, 429, 502 to 504. */
      readonly isDown: boolean;
      /** As `Retry-After` asks, in milliseconds. */
      readonly retryAfterMs?: number | undefined;
    };

/** An event is tried for so long. */
export const giveUpAfterMs = 24 * 3_600_000;

const firstRetryMs = 10_000;
const longestRetryMs = 900_000;
const longestRetryAfterMs = 3_600_000;

/** Returns the pause after so many failed attempts in a row: 10 s, doubling up to 15 min, or what was asked for. */
export function retryPause(attempts: number, retryAfterMs = 0): number {
  const own = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(20, attempts - 1));
  return Math.max(own, Math.min(longestRetryAfterMs, retryAfterMs));
}

/**
 * The body of a webhook, in the form of Standard Webhooks 1.0: `{"type", "timestamp", "data"}`.
 *
 * @param address of the subscriber, if the endpoint may have it
 */
export function eventBody(
  event: Omit<OutgoingEvent, 'id' | 'eventId' | 'subject'>,
  address?: string,
): string {
  const { type, publication, subscriberId, at, data } = event;
  const who = subscriberId === null ? {} : { subscriber: String(subscriberId) };
  const where = address === undefined ? {} : { address };
  return JSON.stringify({
    type,
    timestamp: new Date(at).toISOString(),
    data: { publication, ...who, ...where, ...data },
  });
}
