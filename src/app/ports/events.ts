import type {
  ClaimedEvent,
  EndpointAnswer,
  EventCounts,
  EventDelivery,
  EventDeliveryState,
  EventEndpoint,
  OutgoingEvent,
} from '../../domain/events/outgoing-event.ts';
import type { NewAlarm } from '../../domain/schedule/alarm.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';

/** One endpoint of one publication. */
export interface EndpointKey {
  readonly publication: Slug;
  readonly endpoint: string;
}

/** The outbox of events: each change is one transaction. */
export interface EventOutbox {
  /** Publications that have events which are not assigned to endpoints yet. */
  unassigned(): Promise<readonly Slug[]>;
  /**
   * Gives the oldest events of a publication, at most 500, a delivery for each endpoint that wants them, in order; those
   * for stopped endpoints are failed at once. Without endpoints the events are deleted.
   *
   * @returns how many events there were
   */
  assign(
    publication: Slug,
    options: { readonly endpoints: readonly EventEndpoint[]; readonly now: EpochMs },
  ): Promise<number>;
  /** Endpoints that have deliveries which are due. */
  endpointsDue(now: EpochMs): Promise<readonly EndpointKey[]>;
  /**
   * Claims deliveries that are due, at most one for each subject: the one before which all earlier ones of the subject are
   * settled.
   */
  claim(
    key: EndpointKey,
    lease: { readonly now: EpochMs; readonly leaseMs: number; readonly limit: number },
  ): Promise<readonly ClaimedEvent[]>;
  /** Settles a claim, and makes the next delivery of its subject due. No-op if the lease was lost. */
  settle(
    key: EndpointKey,
    claim: Pick<ClaimedEvent, 'id' | 'epoch' | 'subject'>,
    result: {
      readonly state: 'delivered' | 'failed';
      readonly reason: string;
      readonly now: EpochMs;
      readonly alarm?: NewAlarm | undefined;
    },
  ): Promise<void>;
  /** Puts a claim off, and with it the later deliveries of its subject. No-op if the lease was lost. */
  postpone(
    key: EndpointKey,
    claim: Pick<ClaimedEvent, 'id' | 'epoch' | 'subject'>,
    result: { readonly reason: string; readonly dueAt: EpochMs },
  ): Promise<void>;
  /** Gives up all open deliveries of an endpoint; with `stop` also those of later events. */
  giveUp(
    key: EndpointKey,
    options: {
      readonly reason: string;
      readonly now: EpochMs;
      readonly stop?: { readonly url: string; readonly alarm: NewAlarm } | undefined;
    },
  ): Promise<void>;
  /**
   * Gives up open deliveries whose day is over, at most `limit`, and raises the alarm if there are any.
   *
   * @returns how many there were
   */
  giveUpOverdue(
    key: EndpointKey,
    options: {
      readonly reason: string;
      readonly now: EpochMs;
      readonly limit: number;
      readonly alarm: NewAlarm;
    },
  ): Promise<number>;
  /** Ends what `giveUp` stopped. Returns false if the endpoint was not stopped. */
  start(key: EndpointKey): Promise<boolean>;
  /** Deletes events that are older than `before` and have no open delivery; returns how many, at most `limit`. */
  forget(options: { readonly before: EpochMs; readonly limit: number }): Promise<number>;
}

export interface EventQuery {
  readonly publication?: Slug | undefined;
  readonly type?: string | undefined;
  /** Events with a delivery in this state. */
  readonly state?: EventDeliveryState | undefined;
  readonly since?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
}

export interface ListedEvent extends OutgoingEvent {
  readonly deliveries: readonly EventDelivery[];
}

export interface StoredEvents {
  /** The newest events first, at most `limit`. */
  newest(query: EventQuery & { readonly limit: number }): Promise<readonly ListedEvent[]>;
  /** Keyset page, oldest first: at most `limit` events whose row id is above `afterId`. */
  page(
    query: EventQuery & { readonly afterId: number; readonly limit: number },
  ): Promise<readonly OutgoingEvent[]>;
  /** Returns undefined if there is no event with this id. */
  find(eventId: string): Promise<ListedEvent | undefined>;
  /**
   * Adds a delivery of each event for an endpoint, after all that wait. With `failedOnly`, only of those whose last
   * delivery to it failed.
   *
   * @returns how many were added
   */
  replay(
    key: EndpointKey,
    options: { readonly events: readonly number[]; readonly failedOnly: boolean; readonly now: EpochMs },
  ): Promise<number>;
  counts(): Promise<readonly EventCounts[]>;
}

/** Posts one event to an endpoint. Never rejects. */
export type PostEvent = (
  endpoint: EventEndpoint,
  message: { readonly eventId: string; readonly body: string; readonly publication: Slug },
) => Promise<EndpointAnswer>;
