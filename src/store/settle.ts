import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { Claim, Settlement } from '../domain/ledger.ts';
import type { Schema } from './schema.ts';

/** Records that these people's addresses are dead, within the transaction that learned it. */
export type Suppress = (
  trx: Kysely<Schema>,
  people: readonly { readonly subscriberId: number; readonly reason: string }[],
  now: number,
) => Promise<void>;

/**
 * Writes answers to the rows they belong to, in one statement. An answer that arrives after the lease
 * was lost still counts while its row waits as uncertain: what the server said is true whoever asks.
 * It never touches a row that another worker has since sent again, and never opens one that is final.
 */
export async function settleRows(
  trx: Transaction<Schema>,
  claim: Claim,
  turn: { readonly settlements: readonly Settlement[]; readonly now: number; readonly suppress: Suppress },
): Promise<void> {
  const answers = JSON.stringify(turn.settlements.map(toTuple));
  // Materialized, or SQLite walks through the whole edition once for each answer. A server's text often
  // repeats the address: of somebody erased while the message was on the wire it is not kept.
  await sql`
    with answer as materialized (select value ->> 0 as id, value from json_each(${answers}))
    update deliveries set
      state = answer.value ->> 1,
      attempts = answer.value ->> 2,
      uncertain_times = max(uncertain_times, answer.value ->> 3),
      next_attempt_at = answer.value ->> 4,
      outcome = answer.value ->> 5,
      reason = answer.value ->> 6,
      relay = answer.value ->> 7,
      reply_code = answer.value ->> 8,
      enhanced = answer.value ->> 9,
      reply_text = case when exists (select 1 from subscribers where id = answer.id) then answer.value ->> 10 end,
      changed_at = ${turn.now}
    from answer
    where edition_id = ${claim.editionId}
      and subscriber_id = answer.id
      and deliveries.epoch = ${claim.epoch}
      and deliveries.state in ('in-flight', 'uncertain')
      and (deliveries.outcome is null or answer.value ->> 5 is not null)`.execute(trx);
  const dead = turn.settlements.flatMap(({ subscriberId, suppress }) =>
    suppress === undefined ? [] : [{ subscriberId, reason: suppress }],
  );
  if (dead.length > 0) await turn.suppress(trx, dead, turn.now);
}

function toTuple(settlement: Settlement): readonly unknown[] {
  return [
    settlement.subscriberId,
    settlement.state,
    settlement.attempts,
    settlement.uncertainTimes,
    settlement.nextAttemptAt ?? null,
    settlement.outcome ?? null,
    settlement.reason,
    settlement.relay ?? null,
    settlement.replyCode ?? null,
    settlement.enhanced ?? null,
    settlement.replyText ?? null,
  ];
}

/**
 * Final rows for people who were in the frozen audience and are not active any more. Where bytes may
 * have gone out before they left, the row ends as uncertain.
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
  const tuples = JSON.stringify(drop.dropped.map(({ subscriberId, reason }) => [subscriberId, reason]));
  await sql`
    insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, outcome, reason, changed_at)
    select ${claim.editionId}, value ->> 0, 'suppressed', ${claim.revision}, ${claim.epoch}, 0, 0, 'subscription-failed', value ->> 1, ${drop.now}
    from json_each(${tuples})
    where true
    on conflict (edition_id, subscriber_id) do update set
      state = case when deliveries.uncertain_times > 0 then 'uncertain' else 'suppressed' end,
      outcome = 'subscription-failed',
      reason = case when deliveries.state = 'uncertain' then deliveries.reason else excluded.reason end,
      next_attempt_at = null, changed_at = excluded.changed_at
    where deliveries.outcome is null`.execute(trx);
}
