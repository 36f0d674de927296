import type { Settlement } from '../../domain/sending/ledger.ts';

export type Cell = string | number | null;

/** The columns of `deliveries` that a reply sets, from `state` to `reply_text`, in the order of the table. */
export function settlementCells(settlement: Settlement): Cell[] {
  return [
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
