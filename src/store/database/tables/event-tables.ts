import type { Generated } from 'kysely';

import type { EventDeliveryState } from '../../../domain/events/outgoing-event.ts';
import type { EpochMs } from '../../../domain/units.ts';

/** What changed, for receivers outside; written in the transaction of the change, and without any address. */
export interface EventRows {
  id: Generated<number>;
  /** The publication's slug. */
  publication: string;
  type: string;
  /** Events of one subject are sent in order. */
  subject: string;
  subscriber_id: number | null;
  at: EpochMs;
  /** JSON object. */
  data: string;
  /** 1 once it has a row in `event_deliveries` for each endpoint that wants it. */
  assigned: number;
}

/** Outbox: an event on its way to one endpoint. */
export interface EventDeliveryRows {
  id: Generated<number>;
  event_id: number;
  publication: string;
  endpoint: string;
  subject: string;
  state: EventDeliveryState;
  /** What the last attempt came to. */
  reason: string;
  created_at: EpochMs;
  /** Not tried any more after this. */
  give_up_at: EpochMs;
  settled_at: EpochMs | null;
  /** 1 once it was delivered or given up. */
  done: number;
  /** Also the end of a lease. */
  due_at: EpochMs;
  epoch: number;
}

/** Endpoints that had events. */
export interface EventEndpointRows {
  publication: string;
  endpoint: string;
  /** When it answered 410; null if it gets events. */
  stopped_at: EpochMs | null;
  /** SHA-256 of the URL that answered 410, hexadecimal: another URL under the name is not stopped. */
  stopped_url: Generated<string>;
  /** Since the beginning. */
  delivered: Generated<number>;
  failed: Generated<number>;
}
