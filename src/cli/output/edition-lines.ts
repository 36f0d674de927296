import type { EditionState } from '../../domain/editions/edition.ts';
import { formatCount } from '../../domain/numbers.ts';
import type { FailureCount } from '../../domain/sending/delivery.ts';
import { formatTable } from './table.ts';

/** `sent, page withdrawn` */
export function stateOf({
  state,
  withdrawnAt,
}: {
  readonly state: EditionState;
  readonly withdrawnAt: unknown;
}): string {
  return withdrawnAt === null ? state : `${state}, page withdrawn`;
}

/** Says that the digest is no longer what was approved. */
export function changedSince(name: string, revision: number): string {
  return `The digest has changed since revision ${revision} was approved: \`daybrief approve ${name}\` approves it as it is now.`;
}

/** Shortens SHA-256 hashes to the 12 digits that `approve --hash` accepts. */
export function shortenHashes(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/gu, '$1');
}

/** Failed deliveries by reason, and how to retry those that no address is to blame for. */
export function failureLines(
  name: string,
  { failures, state }: { readonly failures: readonly FailureCount[]; readonly state: EditionState },
): string[] {
  if (failures.length === 0) return [];
  const canRetry = failures.some(({ isAddress }) => !isAddress) && (state === 'sent' || state === 'paused');
  return [
    '',
    formatTable(
      [{ head: 'failed', align: 'right' }, { head: 'reason' }],
      failures.map(({ recipients, reason, isAddress }) => [
        formatCount(recipients),
        isAddress ? `${reason} (the address)` : reason,
      ]),
    ),
    ...(canRetry
      ? [
          `When a reason is fixed, \`daybrief retry ${name} --reason <reason>\` sends to its recipients again.`,
        ]
      : []),
  ];
}
