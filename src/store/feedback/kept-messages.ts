import type { Kysely, Transaction } from 'kysely';

import type { KeptMessages } from '../../app/ports/feedback.ts';
import type { Arrival, KeptMessage, SettledAs } from '../../domain/inbound/feedback.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { inTransaction } from '../database/transaction.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import type { Place } from './feedback-rows.ts';

export interface Kept {
  readonly arrival: Arrival;
  readonly place: Place | undefined;
}

/** Further messages are only counted: a flood of mail must not fill the disk. */
const maxKept = 20_000;

/** Stores messages for a person, each once. */
export async function keepMessages(
  trx: Transaction<Schema>,
  kept: readonly Kept[],
  now: number,
): Promise<void> {
  if (kept.length === 0 || (await countKept(trx)) >= maxKept) return;
  const rows = kept.map(({ arrival, place }) => ({
    received_at: now,
    source: arrival.source,
    fingerprint: arrival.fingerprint,
    kind: arrival.report.kind,
    reason: arrival.report.reason,
    recipient: arrival.report.recipient ?? '',
    edition_id: place?.editionId ?? null,
    subscriber_id: place?.subscriberId ?? null,
    envelope_from: arrival.envelope?.from ?? '',
    envelope_to: arrival.envelope?.to ?? '',
    reply_text: arrival.report.evidence.text,
    raw: arrival.raw,
  }));
  for (const slice of slices(rows, 200)) {
    await trx
      .insertInto('kept_messages')
      .values(slice)
      .onConflict((conflict) => conflict.column('fingerprint').doNothing())
      .execute();
  }
}

const columns = [
  'id',
  'received_at as receivedAt',
  'source',
  'kind',
  'reason',
  'recipient',
  'edition_id as editionId',
  'subscriber_id as subscriberId',
  'envelope_from as envelopeFrom',
  'envelope_to as envelopeTo',
  'reply_text as text',
] as const;

/** Applies a decision to a kept message, within a transaction. */
export type ApplyDecision = (
  trx: Transaction<Schema>,
  message: KeptMessage,
  decision: { readonly as: Exclude<SettledAs, 'nothing'>; readonly actor: string; readonly now: number },
) => Promise<void>;

export function createKeptMessages(
  db: Kysely<Schema>,
  { apply }: SuppressionOptions & { readonly apply: ApplyDecision },
): KeptMessages {
  return {
    list: ({ limit, afterId }) =>
      db
        .selectFrom('kept_messages')
        .select(columns)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute(),
    count: () => countKept(db),
    async read(id) {
      const row = await db
        .selectFrom('kept_messages')
        .select([...columns, 'raw'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (row === undefined) throw notFound(id);
      const { raw, ...message } = row;
      return { message, raw };
    },
    settle: (id, decision) =>
      inTransaction(db, async (trx) => {
        const message = await trx
          .deleteFrom('kept_messages')
          .where('id', '=', id)
          .returning(columns)
          .executeTakeFirst();
        if (message === undefined) throw notFound(id);
        const { as, ...by } = decision;
        if (as !== 'nothing') await apply(trx, message, { as, ...by });
      }),
  };
}

export async function countKept(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom('kept_messages')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

function notFound(id: number): AppError {
  return new AppError('REPORT_NOT_FOUND', `No message ${id} waits for a decision.`, {
    hint: 'Run `daybrief inbound list` for those that do.',
  });
}
