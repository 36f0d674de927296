import { createHash } from 'node:crypto';

import type { Selectable } from 'kysely';

import type { EventDelivery, OutgoingEvent } from '../../domain/events/outgoing-event.ts';
import type { Schema } from '../database/schema.ts';

type EventRow = Selectable<Schema['events']>;
type DeliveryRow = Selectable<Schema['event_deliveries']>;

/**
 * Makes the id under which receivers know an event, from its row: the same each time. After a restore of the database,
 * another event under the same row id has another one.
 */
function eventIdOf({ id, at, publication, type, subject }: Omit<EventRow, 'data'>): string {
  const text = [id, at, publication, type, subject].join('\n');
  return `evt_${id}_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** Returns the row id in an event's id; undefined if it is none. */
export function rowIdOf(eventId: string): number | undefined {
  const id = Number(/^evt_(\d{1,15})_[\da-f]{16}$/u.exec(eventId)?.[1]);
  return Number.isSafeInteger(id) ? id : undefined;
}

export function toEvent(row: EventRow): OutgoingEvent {
  const { id, publication, type, subject, subscriber_id: subscriberId, at } = row;
  const data = JSON.parse(row.data) as Readonly<Record<string, unknown>>;
  return { id, eventId: eventIdOf(row), publication, type, subject, subscriberId, at, data };
}

export function toDelivery(row: DeliveryRow): EventDelivery {
  return {
    id: row.id,
    endpoint: row.endpoint,
    state: row.state,
    attempts: row.epoch,
    reason: row.reason,
    createdAt: row.created_at,
    dueAt: row.due_at,
    settledAt: row.settled_at,
  };
}

/** SHA-256, because a URL may contain a key. */
export function urlHash(url: string): string {
  return createHash('sha256').update(url).digest('hex');
}
