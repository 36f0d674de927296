import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { SendProgress } from '../../domain/sending/delivery.ts';
import { integer } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';

/** The rate is the average of this time. */
const rateWindowMs = 60_000;

/** Splits an edition's pending recipients, and counts how many became final lately. A range scan of its rows. */
export async function readProgress(
  db: Kysely<Schema>,
  { editionId, pending, now }: { readonly editionId: number; readonly pending: number; readonly now: number },
): Promise<SendProgress> {
  const open = await db
    .selectFrom('deliveries')
    .select(['state', (eb) => eb.fn.countAll<number>().as('recipients')])
    .select((eb) => eb.fn.min('next_attempt_at').as('nextAt'))
    .where('edition_id', '=', editionId)
    .where('outcome', 'is', null)
    .groupBy('state')
    .execute();
  const { rows } = await sql<{ readonly recipients: number; readonly since: number | null }>`
    select count(*) as recipients, min(changed_at) as since from deliveries
    where edition_id = ${integer(editionId)} and outcome is not null
      and changed_at > ${integer(now - rateWindowMs)}`.execute(db);
  const of = (state: string) => open.find((row) => row.state === state);
  const begun = open.reduce((sum, { recipients }) => sum + recipients, 0);
  const { recipients: recent = 0, since } = rows[0] ?? {};
  const seconds = Math.max(now - (since ?? now), 1_000) / 1_000;
  return {
    waiting: Math.max(pending - begun, 0),
    deferred: of('deferred')?.recipients ?? 0,
    inFlight: of('in-flight')?.recipients ?? 0,
    uncertain: of('uncertain')?.recipients ?? 0,
    nextAttemptAt: of('deferred')?.nextAt ?? null,
    perSecond: recent / seconds,
  };
}
