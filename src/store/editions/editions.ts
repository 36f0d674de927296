import type { Kysely, Transaction } from 'kysely';

import type { Editions, ResumeOptions, StopAlarm } from '../../app/ports/editions.ts';
import { canBecome, stateSentences } from '../../domain/editions/edition.ts';
import type { Edition, EditionEvent, NewRevision } from '../../domain/editions/edition.ts';
import { newAlarm } from '../../domain/schedule/alarm.ts';
import { AppError } from '../../errors/app-error.ts';
import { raise } from '../alarms.ts';
import { lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { makeDue } from '../sending/batches.ts';
import { releaseHeld, resumeCanary } from '../sending/canaries.ts';
import { readCounts } from '../sending/counts.ts';
import {
  addDraft,
  getEdition,
  record,
  refuseRestored,
  refuseTransition,
  restoredHold,
  selectEditions,
  toEdition,
} from './edition-rows.ts';
import { releaseEdition } from './release-edition.ts';
import {
  addRevision,
  latestRevision,
  listRevisions,
  revisionHead,
  selectRevisions,
  toRevision,
} from './revisions.ts';

/** The port's `publish`, `accounting` and `accountings` are in `sending/`. */
export function createEditions(db: Kysely<Schema>): Omit<Editions, 'publish' | 'accounting' | 'accountings'> {
  return {
    async find(publicationId, date) {
      const row = await selectEditions(db)
        .where('publication_id', '=', publicationId)
        .where('date', '=', date)
        .executeTakeFirst();
      return row && toEdition(row);
    },
    get: (editionId) => getEdition(db, editionId),
    async latest(publicationId, limit, { before, state } = {}) {
      const rows = await selectEditions(db)
        .where('publication_id', '=', publicationId)
        .$if(before !== undefined, (query) => query.where('date', '<', before ?? ''))
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'draft'))
        .orderBy('date', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toEdition);
    },
    approve: (publicationId, date, revision) =>
      inTransaction(db, (trx) => approve(trx, { publicationId, date, revision })),
    async revision(editionId, revision) {
      const row = await selectRevisions(db)
        .where('edition_id', '=', editionId)
        .where('revision', '=', revision)
        .executeTakeFirst();
      return row && toRevision(row);
    },
    revisionHead: (editionId, revision) => revisionHead(db, editionId, revision),
    revisions: (editionId, limit) => listRevisions(db, editionId, limit),
    latestRevision: (editionId) => latestRevision(db, editionId),
    resume: (editionId, how) => inTransaction(db, (trx) => resume(trx, editionId, how)),
    changeState: (editionId, to, event) =>
      inTransaction(db, async (trx) => {
        // Recipients who wait for a later hour or day are settled now.
        if (to === 'cancelled') await makeDue(trx, editionId, event.at);
        const edition = toEdition(await lockEdition(trx, { id: editionId }));
        refuseTransition(edition, to);
        if (to === 'cancelled') await cancel(trx, edition, event.at);
        else await trx.updateTable('editions').set({ state: to }).where('id', '=', editionId).execute();
        await record(trx, editionId, event);
        return { ...edition, state: to };
      }),
    stop: (editionId, event, alarm) => inTransaction(db, (trx) => stop(trx, editionId, { event, alarm })),
    release: (editionId, event) => inTransaction(db, (trx) => releaseEdition(trx, editionId, event)),
    record: (editionId, event) => inTransaction(db, (trx) => record(trx, editionId, event)),
    events: (editionId) =>
      db
        .selectFrom('edition_events')
        .select(['at', 'event', 'actor', 'detail'])
        .where('edition_id', '=', editionId)
        .orderBy('id')
        .execute(),
  };
}

/** Recipients who wait for its canary are closed in the ledger as the others are. */
async function cancel(trx: Transaction<Schema>, edition: Edition, now: number): Promise<void> {
  const served = (await isServed(trx, edition)) ? { served: 1 } : {};
  await trx
    .updateTable('editions')
    .set({ state: 'cancelled', canary_until: null, awaits_seeds: 0, ...served })
    .where('id', '=', edition.id)
    .execute();
  await releaseHeld(trx, edition.id, now);
}

/** True if anyone may have got the edition. */
async function isServed(trx: Transaction<Schema>, edition: Edition): Promise<boolean> {
  if (edition.publishedAt === null) return false;
  const counts = await readCounts(trx, edition.id);
  return counts.some(({ state }) => state === 'accepted' || state === 'in-flight' || state === 'uncertain');
}

async function stop(
  trx: Transaction<Schema>,
  editionId: number,
  { event, alarm }: { readonly event: EditionEvent; readonly alarm: StopAlarm },
): Promise<void> {
  const { publicationId, date, state } = toEdition(await lockEdition(trx, { id: editionId }));
  // Another batch finished it first, or it was paused or cancelled: keep that state.
  if (!canBecome(state, 'paused')) return;
  const canary = alarm === 'halted' ? { canary_until: null, awaits_seeds: 0 } : {};
  await trx
    .updateTable('editions')
    .set({ state: 'paused', ...canary })
    .where('id', '=', editionId)
    .execute();
  await record(trx, editionId, event);
  const { slug } = await trx
    .selectFrom('publications')
    .select('slug')
    .where('id', '=', publicationId)
    .executeTakeFirstOrThrow();
  const { at, detail } = event;
  const why = detail.replace(/\.+$/u, '');
  const text = `${slug}/${date} was stopped while it was being sent: ${why}. Recipients not served yet are kept. When it is fixed, run \`daybrief resume ${slug}/${date}\`.`;
  await raise(trx, newAlarm(alarm, { publication: slug, date, at, text, occasion: at }));
}

async function resume(
  trx: Transaction<Schema>,
  editionId: number,
  { revision, event, seeds }: ResumeOptions,
): Promise<Edition> {
  const edition = toEdition(await lockEdition(trx, { id: editionId }));
  if (edition.state !== 'paused') {
    throw new AppError(
      'EDITION_STATE',
      `The edition of ${edition.date} ${stateSentences[edition.state]}; only a paused one can be resumed.`,
      {
        hint: 'Run `daybrief status` to see the state of each edition.',
      },
    );
  }
  refuseRestored(edition);
  const state = 'sending';
  await trx.updateTable('editions').set({ state, revision }).where('id', '=', editionId).execute();
  await resumeCanary(trx, edition, { revision, seeds, now: event.at });
  await record(trx, editionId, event);
  return { ...edition, state, revision };
}

async function approve(
  trx: Transaction<Schema>,
  approval: { publicationId: number; date: string; revision: NewRevision },
): Promise<{ edition: Edition; revision: number }> {
  const { publicationId, date } = approval;
  const { approvedAt, sendWindow = null, localTime = null } = approval.revision;
  await addDraft(trx, { publicationId, date, createdAt: approvedAt });
  const edition = toEdition(await lockEdition(trx, { publicationId, date }));
  const underway = edition.state === 'sending' || edition.state === 'paused';
  if (edition.state === 'sent') {
    throw new AppError('EDITION_STATE', `The edition of ${date} has already been sent.`, {
      hint: 'The mail cannot be changed any more; `daybrief correct` corrects its web page.',
    });
  }
  if (!underway) refuseTransition(edition, 'approved');
  if (!underway && edition.publishedAt !== null) {
    throw cancelledUnderway(edition);
  }
  const { revision, isNew } = await addRevision(trx, edition.id, approval.revision);
  if (isNew) {
    const { approvedBy: actor, origin, contentHash } = approval.revision;
    const detail = `revision ${revision}, ${contentHash}`;
    await record(trx, edition.id, { at: approvedAt, event: 'approved', actor, origin, detail });
  }
  if (underway) return { edition, revision };
  // Scheduling and holding apply to the date, so a new revision keeps both.
  const state = edition.state === 'scheduled' ? 'scheduled' : 'approved';
  const onHold = edition.isRestored ? restoredHold : edition.state === 'approved' && edition.onHold ? 1 : 0;
  const columns = {
    state,
    revision,
    on_hold: onHold,
    send_at: sendWindow?.sendAt ?? null,
    deadline_at: sendWindow?.deadlineAt ?? null,
    at_send_time: sendWindow?.policy ?? 'skip',
    local_time: localTime === null ? '' : JSON.stringify(localTime),
  } as const;
  await trx.updateTable('editions').set(columns).where('id', '=', edition.id).execute();
  if (edition.revision === revision && edition.state !== 'approved' && edition.state !== 'scheduled') {
    const { approvedBy: actor, origin } = approval.revision;
    const detail = `revision ${revision}, again: the edition ${stateSentences[edition.state]}`;
    await record(trx, edition.id, { at: approvedAt, event: 'approved', actor, origin, detail });
  }
  return { edition: { ...edition, state, revision, onHold: onHold > 0, sendWindow, localTime }, revision };
}

function cancelledUnderway({ date, wasServed }: Edition): AppError {
  return wasServed
    ? new AppError('EDITION_STATE', `The edition of ${date} was cancelled after part of it had been sent.`, {
        hint: 'Send the correction under another date, or correct its web page with `daybrief correct`.',
      })
    : new AppError(
        'EDITION_STATE',
        `The edition of ${date} was published and cancelled before anyone got it; it cannot be sent any more.`,
        { hint: 'Copy its digest to another date, with that `date`, and approve that one.' },
      );
}
