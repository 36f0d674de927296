import type { Kysely, Selectable, Transaction } from 'kysely';

import { canBecome, stateSentences } from '../../domain/editions/edition.ts';
import type { Edition, EditionEvent, EditionState } from '../../domain/editions/edition.ts';
import type { LocalTime } from '../../domain/editions/local-time.ts';
import type { WarmUpPlan } from '../../domain/sending/warm-up.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Schema } from '../database/schema.ts';
import { addEditionEvent } from '../events/add-events.ts';

/** `on_hold` of editions that a restore put on hold. */
export const restoredHold = 2;

export async function getEdition(db: Kysely<Schema>, editionId: number): Promise<Edition> {
  return toEdition(await selectEditions(db).where('id', '=', editionId).executeTakeFirstOrThrow());
}

export function selectEditions(db: Kysely<Schema>) {
  return db.selectFrom('editions').selectAll();
}

export function toEdition(row: Selectable<Schema['editions']>): Edition {
  return {
    id: row.id,
    publicationId: row.publication_id,
    date: row.date,
    state: row.state,
    revision: row.revision,
    intended: row.intended,
    publishedAt: row.published_at,
    expiresAt: row.expires_at,
    finishedAt: row.finished_at,
    sendWindow:
      row.send_at === null || row.deadline_at === null
        ? null
        : { sendAt: row.send_at, deadlineAt: row.deadline_at, policy: row.at_send_time },
    onHold: row.on_hold > 0,
    isRestored: row.on_hold === restoredHold,
    localTime: row.local_time === '' ? null : (JSON.parse(row.local_time) as LocalTime),
    warmUp: row.warm_up === '' ? null : (JSON.parse(row.warm_up) as WarmUpPlan),
    wasServed: row.served === 1,
    withdrawnAt: row.withdrawn_at,
    canaryUntil: row.canary_until,
    awaitsSeeds: row.awaits_seeds === 1,
  };
}

/** @throws AppError EDITION_STATE, saying what the edition is and cannot become. */
export function refuseTransition(edition: Pick<Edition, 'date' | 'state'>, to: EditionState): void {
  if (canBecome(edition.state, to)) return;
  const state = stateSentences[edition.state];
  throw new AppError(
    'EDITION_STATE',
    edition.state === to
      ? `The edition of ${edition.date} ${state}.`
      : `The edition of ${edition.date} ${state} and cannot be ${to === 'sending' ? 'sent' : to}.`,
    {
      hint: 'Run `daybrief status` to see the state of each edition.',
    },
  );
}

/** @throws AppError EDITION_ON_HOLD if a restore put it on hold and it was not released. */
export function refuseRestored({ date, isRestored }: Edition): void {
  if (!isRestored) return;
  throw new AppError(
    'EDITION_ON_HOLD',
    `The edition of ${date} is on hold since a backup was restored: it may have been sent after the backup was made.`,
    { hint: 'Find out what was sent; then cancel it, or run `daybrief release` and send it.' },
  );
}

/** Adds an entry to the history of an edition, and the event for receivers outside: within a transaction. */
export async function record(
  db: Transaction<Schema>,
  editionId: number,
  { origin = '', ...event }: EditionEvent,
): Promise<void> {
  await db
    .insertInto('edition_events')
    .values({ edition_id: editionId, origin, ...event })
    .execute();
  await addEditionEvent(db, editionId, event);
}

/** Adds an edition in the state `draft` if its date has none yet. */
export async function addDraft(
  trx: Transaction<Schema>,
  draft: { readonly publicationId: number; readonly date: string; readonly createdAt: number },
): Promise<void> {
  await trx
    .insertInto('editions')
    .values({
      publication_id: draft.publicationId,
      date: draft.date,
      state: 'draft',
      revision: 0,
      intended: 0,
      created_at: draft.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['publication_id', 'date']).doNothing())
    .execute();
}
