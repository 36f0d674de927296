import { sql } from 'kysely';
import type { Kysely, RawBuilder, Transaction } from 'kysely';

import type { Claim, Settlement } from '../../domain/sending/ledger.ts';
import { integer, table } from '../database/dialect.ts';
import { keepSubscribers } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { settlementCells } from './settlement-cells.ts';

/** The subscriber's id, and the columns of `settlementCells`. */
const answerColumns = {
  id: 'integer',
  state: 'text',
  attempts: 'integer',
  uncertain_times: 'integer',
  next_attempt_at: 'integer',
  outcome: 'text',
  reason: 'text',
  relay: 'text',
  reply_code: 'integer',
  enhanced: 'text',
  reply_text: 'text',
} as const;

/**
 * Writes replies to the rows they belong to, on PostgreSQL and as a part of a statement that has locked the batch's row
 * as `held`. A reply that arrives after the lease was lost still counts while its row waits as uncertain: the
 * server's reply is valid for every claim. It never changes a row that another worker has since sent again, and
 * never opens one that is final. `write-step.ts` does the same on SQLite.
 */
export function settleStatement(
  db: Kysely<Schema>,
  claim: Claim,
  step: { readonly settlements: readonly Settlement[]; readonly now: number },
): RawBuilder<unknown> {
  const answers = table(
    db,
    answerColumns,
    step.settlements.map((settlement) => [settlement.subscriberId, ...settlementCells(settlement)]),
  );
  // A server's text often repeats the address. If the subscriber was erased while the message was in flight, it is
  // not stored. An erasure waits for this row, and clears the text afterwards.
  // `answer` is materialized, with the edition's id in it: otherwise PostgreSQL scans the whole edition once for each
  // reply, because its statistics take a new edition for empty.
  return sql`
    with answer as materialized (
      select ${integer(claim.editionId)} as edition_id, answers.* from ${answers} as answers
    ), alive as materialized (
      select subscribers.id from answer join subscribers on subscribers.id = answer.id
      ${keepSubscribers}
    )
    update deliveries set
      state = answer.state,
      attempts = answer.attempts,
      uncertain_times = greatest(deliveries.uncertain_times, answer.uncertain_times),
      next_attempt_at = answer.next_attempt_at,
      outcome = answer.outcome,
      reason = answer.reason,
      relay = answer.relay,
      reply_code = answer.reply_code,
      enhanced = answer.enhanced,
      reply_text = case when answer.id in (select id from alive) then answer.reply_text end,
      changed_at = ${step.now}
    from answer
    where deliveries.edition_id = answer.edition_id
      and deliveries.subscriber_id = answer.id
      and deliveries.epoch = ${claim.epoch}
      and deliveries.state in ('in-flight', 'uncertain')
      and (deliveries.outcome is null or answer.outcome is not null)
      and exists (select 1 from held)`;
}

/**
 * Writes final rows for recipients of the frozen audience whose subscription is no longer active. If bytes
 * may have been sent before that, the row ends as uncertain.
 */
export async function suppressRows(
  trx: Transaction<Schema>,
  claim: Claim,
  drop: {
    readonly dropped: readonly { readonly subscriberId: number; readonly reason: string }[];
    readonly now: number;
  },
): Promise<void> {
  if (drop.dropped.length === 0) return;
  const rows = drop.dropped.map(({ subscriberId, reason }) => [subscriberId, reason]);
  await sql`
    insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, outcome, reason, changed_at)
    select ${integer(claim.editionId)}, id, 'suppressed', ${integer(claim.revision)}, ${integer(claim.epoch)}, 0, 0,
      'subscription-failed', dropped.reason, ${integer(drop.now)}
    from ${table(trx, { id: 'integer', reason: 'text' }, rows)} as dropped
    where true
    on conflict (edition_id, subscriber_id) do update set
      state = case when deliveries.uncertain_times > 0 then 'uncertain' else 'suppressed' end,
      outcome = 'subscription-failed',
      reason = case when deliveries.state = 'uncertain' then deliveries.reason else excluded.reason end,
      next_attempt_at = null, changed_at = excluded.changed_at
    where deliveries.outcome is null`.execute(trx);
}
