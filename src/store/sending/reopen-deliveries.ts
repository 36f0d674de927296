import { sql } from 'kysely';
import type { RawBuilder, Transaction } from 'kysely';

import type { EditionEvent, EditionState } from '../../domain/editions/edition.ts';
import { AppError } from '../../errors/app-error.ts';
import { idTable, integer, isAmong } from '../database/dialect.ts';
import { lockBatches, lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { record } from '../editions/edition-rows.ts';

/** Failed for another reason than the address, and certainly not delivered. */
const isReopenable = sql<boolean>`deliveries.state = 'failed' and deliveries.outcome = 'subscription-failed'
  and deliveries.uncertain_times = 0`;

/**
 * Makes deliveries of a paused edition due again that failed for another reason than their address. Editions in
 * any other state do not change.
 *
 * @returns the number of deliveries that are due again.
 */
export async function reopenRefused(
  trx: Transaction<Schema>,
  reopening: { readonly editionId: number; readonly subscriberIds: readonly number[]; readonly now: number },
): Promise<number> {
  const { editionId, subscriberIds, now } = reopening;
  if (subscriberIds.length === 0) return 0;
  const which = sql<boolean>`subscriber_id in (select id from ${idTable(trx, subscriberIds)} as listed)`;
  const { state, recipients } = await reopen(trx, { editionId, which, now, states: ['paused'] });
  return state === 'paused' ? recipients : 0;
}

/**
 * Makes deliveries of a sent or paused edition due again that failed for another reason than their address; a
 * sent edition is sent again to them.
 *
 * @param retry.reasons as in the ledger; all of them if it is empty
 * @throws AppError EDITION_STATE if the edition is in another state, or has expired.
 */
export async function retryFailed(
  trx: Transaction<Schema>,
  retry: {
    readonly editionId: number;
    readonly reasons: readonly string[];
    readonly now: number;
    readonly event: EditionEvent;
  },
): Promise<number> {
  const { editionId, reasons, now, event } = retry;
  const which = reasons.length === 0 ? sql<boolean>`true` : isAmong(trx, 'deliveries.reason', reasons);
  const { state, date, expiresAt, recipients } = await reopen(trx, {
    editionId,
    which,
    now,
    states: ['paused', 'sent'],
  });
  if (state !== 'paused' && state !== 'sent') {
    throw new AppError(
      'EDITION_STATE',
      `The edition of ${date} is ${state}; only a sent or paused one can be retried.`,
      {
        hint:
          state === 'sending'
            ? 'Wait until it is sent, or pause it first.'
            : 'Run `daybrief status` to see the state of each edition.',
      },
    );
  }
  if (expiresAt !== null && expiresAt <= now) {
    throw new AppError(
      'EDITION_STATE',
      `The edition of ${date} has expired, so it is sent to no further recipient.`,
      {
        hint: 'Send the content in another edition; `expiry-hours` in publication.yaml sets how long an edition is sent.',
      },
    );
  }
  if (recipients === 0) return 0;
  if (state === 'sent') {
    await trx
      .updateTable('editions')
      .set({ state: 'sending', finished_at: null })
      .where('id', '=', editionId)
      .execute();
  }
  await record(trx, editionId, {
    ...event,
    detail: `${recipients} recipients${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`,
  });
  return recipients;
}

interface Reopened {
  readonly state: EditionState;
  readonly date: string;
  readonly expiresAt: number | null;
  readonly recipients: number;
}

/** Changes nothing unless the edition is in one of the states and has not expired. */
async function reopen(
  trx: Transaction<Schema>,
  {
    editionId,
    which,
    now,
    states,
  }: {
    readonly editionId: number;
    readonly which: RawBuilder<boolean>;
    readonly now: number;
    readonly states: readonly EditionState[];
  },
): Promise<Reopened> {
  const { rows: batches } = await sql<{ readonly id: number }>`
    select batches.id from batches where batches.edition_id = ${integer(editionId)} and exists (
      select 1 from deliveries where deliveries.edition_id = batches.edition_id
        and deliveries.subscriber_id between batches.first_subscriber_id and batches.last_subscriber_id
        and ${which} and ${isReopenable}
    ) order by batches.id`.execute(trx);
  const ids = batches.map(({ id }) => id);
  await lockBatches(trx, ids);
  const edition = await lockEdition(trx, { id: editionId });
  const { state, date, expires_at: expiresAt } = edition;
  const isOver = expiresAt !== null && expiresAt <= now;
  if (!states.includes(state) || isOver) return { state, date, expiresAt, recipients: 0 };
  const { numUpdatedRows } = await trx
    .updateTable('deliveries')
    .set({
      state: 'deferred',
      outcome: null,
      next_attempt_at: now,
      attempts: sql<number>`case when attempts > 0 then attempts - 1 else 0 end`,
      changed_at: now,
    })
    .where('edition_id', '=', editionId)
    .where(which)
    .where(isReopenable)
    .executeTakeFirstOrThrow();
  await sql`update batches set done = 0, due_at = ${integer(now)}
    where id in (select id from ${idTable(trx, ids)} as listed)`.execute(trx);
  return { state, date, expiresAt, recipients: Number(numUpdatedRows) };
}
