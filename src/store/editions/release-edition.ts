import type { Transaction } from 'kysely';

import type { Edition, EditionEvent } from '../../domain/editions/edition.ts';
import { describeComplaints } from '../../domain/inbound/complaint-rate.ts';
import { AppError } from '../../errors/app-error.ts';
import { lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { complaintsAccepted, readComplaintRate } from '../feedback/complaint-rate.ts';
import { record, toEdition } from './edition-rows.ts';

/** Within the transaction `trx`: see `Editions.release`. */
export async function releaseEdition(
  trx: Transaction<Schema>,
  editionId: number,
  event: EditionEvent,
): Promise<Edition> {
  const edition = toEdition(await lockEdition(trx, { id: editionId }));
  const isAccepted = await acceptComplaints(trx, edition, event);
  if (!edition.onHold) {
    if (isAccepted) return edition;
    throw new AppError('EDITION_STATE', `The edition of ${edition.date} is not on hold.`, {
      hint: 'Run `daybrief status` to see the state of each edition.',
    });
  }
  await trx.updateTable('editions').set({ on_hold: 0 }).where('id', '=', editionId).execute();
  await record(trx, editionId, event);
  return { ...edition, onHold: false, isRestored: false };
}

/** Returns true if complaints held up the edition, which then no longer count. */
async function acceptComplaints(
  trx: Transaction<Schema>,
  edition: Edition,
  event: EditionEvent,
): Promise<boolean> {
  if (edition.publishedAt !== null) return false;
  const rate = await readComplaintRate(trx, { publicationId: edition.publicationId, now: event.at });
  if (rate.level !== 'halt') return false;
  const detail = describeComplaints(rate);
  await record(trx, edition.id, { ...event, event: complaintsAccepted, detail });
  return true;
}
