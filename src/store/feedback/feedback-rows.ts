import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import type { Arrival, FeedbackKind } from '../../domain/inbound/feedback.ts';
import type { ReportEvidence } from '../../domain/inbound/received-report.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import type { FeedbackRows } from '../database/tables/feedback-tables.ts';

export interface Place {
  readonly editionId: number;
  readonly subscriberId: number;
}

/** A report and the delivery it is recorded with. */
export interface Placed extends Place {
  readonly arrival: Arrival;
}

/** Adds reports to the rows of their deliveries. A hard bounce replaces another one; nothing replaces a hard one. */
export async function upsertFeedback(
  trx: Transaction<Schema>,
  placed: readonly Placed[],
  now: number,
): Promise<void> {
  const rows = new Map<string, FeedbackRows>();
  for (const one of placed) {
    const row = toRow(one, now);
    const key = `${row.edition_id}/${row.subscriber_id}/${row.kind}`;
    const known = rows.get(key);
    const kept = known !== undefined && row.class !== 'hard' ? known : row;
    rows.set(key, { ...kept, times: (known?.times ?? 0) + 1 });
  }
  // One order for all transactions, so that two of them never wait for each other.
  const ordered = [...rows.values()].toSorted(
    (a, b) => a.edition_id - b.edition_id || a.subscriber_id - b.subscriber_id,
  );
  const becomesHard = sql`excluded.class = 'hard' and coalesce(feedback.class, '') <> 'hard'`;
  const harder = (column: 'class' | 'reason' | 'reply_code' | 'enhanced' | 'reply_text' | 'applied') =>
    sql<never>`case when ${becomesHard} then ${sql.ref(`excluded.${column}`)} else ${sql.ref(`feedback.${column}`)} end`;
  for (const slice of slices(ordered)) {
    await trx
      .insertInto('feedback')
      .values(slice)
      .onConflict((conflict) =>
        conflict.columns(['edition_id', 'subscriber_id', 'kind']).doUpdateSet({
          class: harder('class'),
          reason: harder('reason'),
          reply_code: harder('reply_code'),
          enhanced: harder('enhanced'),
          reply_text: harder('reply_text'),
          applied: harder('applied'),
          times: sql<never>`feedback.times + excluded.times`,
          last_at: now,
        }),
      )
      .execute();
  }
}

function toRow({ arrival, editionId, subscriberId }: Placed, now: number): FeedbackRows {
  const { report } = arrival;
  const { code, enhanced, text }: ReportEvidence = report.evidence;
  return {
    edition_id: editionId,
    subscriber_id: subscriberId,
    kind: feedbackKind(report.kind),
    class: report.class ?? null,
    // The class of refusals is what ops filter by; `doubtful` and the like say more.
    reason: report.kind === 'bounce' ? (report.refusal ?? report.reason) : report.reason,
    reply_code: code ?? null,
    enhanced: enhanced ?? null,
    reply_text: text,
    times: 1,
    applied: 0,
    first_at: now,
    last_at: now,
  };
}

function feedbackKind(kind: string): FeedbackKind {
  return kind === 'complaint' ? 'complained' : 'bounced';
}

/** Takes the rows of these deliveries whose consequences are still to be drawn, and marks them as done. */
export async function takeUnapplied(
  trx: Transaction<Schema>,
  places: readonly Place[],
): Promise<readonly FeedbackRows[]> {
  const taken: FeedbackRows[] = [];
  for (const [editionId, ofEdition] of Map.groupBy(places, (place) => place.editionId)) {
    for (const slice of slices(ofEdition)) {
      const ids = [...new Set(slice.map(({ subscriberId }) => subscriberId))];
      const rows = await trx
        .updateTable('feedback')
        .set({ applied: 1 })
        .where('edition_id', '=', editionId)
        .where('subscriber_id', 'in', ids)
        .where('applied', '=', 0)
        .returningAll()
        .execute();
      taken.push(...rows);
    }
  }
  return taken;
}
