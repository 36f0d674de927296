import type { Kysely, Transaction } from 'kysely';

import type { EditionPages, PageChange } from '../../app/ports/editions.ts';
import type { Edition, NewRevision } from '../../domain/editions/edition.ts';
import { AppError } from '../../errors/app-error.ts';
import { lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { record, toEdition } from './edition-rows.ts';
import { addRevision } from './revisions.ts';

/** Changes the web page of editions that were sent; what was mailed stays as it is. */
export function createEditionPages(db: Kysely<Schema>): EditionPages {
  return {
    correct: (editionId, change) => inTransaction(db, (trx) => correct(trx, editionId, change)),
    withdraw: (editionId, change) => inTransaction(db, (trx) => withdraw(trx, editionId, change)),
  };
}

async function correct(
  trx: Transaction<Schema>,
  editionId: number,
  { revision, ...change }: PageChange & { readonly revision: NewRevision },
): Promise<number> {
  const row = await lockEdition(trx, { id: editionId });
  const edition = toEdition(row);
  refuseUnserved(edition, row.served === 1);
  const { revision: number } = await addRevision(trx, editionId, revision);
  const shown = row.page_revision > 0 ? row.page_revision : row.revision;
  if (number === shown && row.withdrawn_at === null) {
    throw new AppError('EDITION_UNCHANGED', `The page of ${edition.date} shows this digest already.`, {
      hint: 'Correct the digest file first, then run the command again.',
    });
  }
  const { at, actor, origin, note } = change;
  await trx
    .updateTable('editions')
    .set({ page_revision: number, withdrawn_at: null, withdrawn_note: '' })
    .where('id', '=', editionId)
    .execute();
  await trx
    .insertInto('corrections')
    .values({ edition_id: editionId, revision: number, at, note })
    .onConflict((conflict) => conflict.columns(['edition_id', 'revision']).doUpdateSet({ at, note }))
    .execute();
  await record(trx, editionId, {
    at,
    event: 'corrected',
    actor,
    origin,
    detail: `revision ${number}: ${note}`,
  });
  return number;
}

async function withdraw(trx: Transaction<Schema>, editionId: number, change: PageChange): Promise<void> {
  const row = await lockEdition(trx, { id: editionId });
  refuseUnserved(toEdition(row), row.served === 1);
  const { at, actor, origin, note } = change;
  await trx
    .updateTable('editions')
    .set({ withdrawn_at: at, withdrawn_note: note })
    .where('id', '=', editionId)
    .execute();
  await record(trx, editionId, { at, event: 'withdrawn', actor, origin, detail: note });
}

/** @throws AppError EDITION_STATE unless the edition went out and no more of it is being sent. */
function refuseUnserved({ date, state }: Edition, served: boolean): void {
  if (state === 'sent' || (state === 'cancelled' && served)) return;
  const isUnderway = state === 'sending' || state === 'paused';
  throw new AppError(
    'EDITION_STATE',
    `The edition of ${date} is ${state}; only a sent one has a page to change.`,
    {
      hint: isUnderway
        ? 'Pause it, approve the corrected digest and resume with --revision; or cancel it.'
        : 'Run `daybrief status` to see the state of each edition.',
    },
  );
}
