import type { Kysely } from 'kysely';

import type { DeliveryState, SendProgress } from '../../domain/sending/delivery.ts';
import type { Schema } from '../database/schema.ts';
import { readCounts, readPace, sumOf } from './counts.ts';

/** Splits an edition's pending recipients, and reads how fast they end; as fast for a million as for ten. */
export async function readProgress(
  db: Kysely<Schema>,
  { editionId, pending, now }: { readonly editionId: number; readonly pending: number; readonly now: number },
): Promise<SendProgress> {
  const open = (await readCounts(db, editionId)).filter(({ outcome }) => outcome === '');
  const { ended, sinceMs } = await readPace(db, { editionId, now });
  const count = (state: DeliveryState) => sumOf(open.filter((row) => row.state === state));
  const seconds = Math.max(now - (sinceMs ?? now), 1_000) / 1_000;
  return {
    waiting: Math.max(pending - sumOf(open), 0),
    deferred: count('deferred'),
    inFlight: count('in-flight'),
    uncertain: count('uncertain'),
    nextAttemptAt: await nextRetry(db, editionId),
    perSecond: ended / seconds,
  };
}

/** By the partial index `deliveries_retried`. */
async function nextRetry(db: Kysely<Schema>, editionId: number): Promise<number | null> {
  const row = await db
    .selectFrom('deliveries')
    .select('next_attempt_at as at')
    .where('edition_id', '=', editionId)
    .where('next_attempt_at', 'is not', null)
    .where('state', '=', 'deferred')
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}
