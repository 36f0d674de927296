import { parseAddress } from '../../domain/subscribers/address.ts';
import { repairAddress } from '../../domain/subscribers/repair-address.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Audit, OperatorChanges } from '../ports/subscribers.ts';

/** Addresses of one transaction. */
const groupSize = 1_000;

export interface AddressesChanged {
  readonly changed: number;
  readonly unchanged: number;
  /** Suppressions that stay: of erased subscribers and of complaints. */
  readonly refused: readonly { readonly address: string; readonly reason: string }[];
  /** Lines without a valid address: the first hundred. */
  readonly invalid: readonly { readonly line: number; readonly text: string }[];
  readonly invalidCount: number;
}

export interface ChangeAddressesRequest {
  readonly action: 'suppress' | 'unsuppress';
  /** Lines of a file, each with an address; blank lines and a heading `email` are skipped. */
  readonly lines: AsyncIterable<string> | Iterable<string>;
  readonly actor: string;
  readonly reason?: string;
  readonly now: EpochMs;
}

/**
 * Suppresses or unsuppresses addresses in every publication, a thousand in each transaction. Idempotent: the same
 * file can be given again.
 */
export async function changeAddresses(
  request: ChangeAddressesRequest,
  changes: OperatorChanges,
): Promise<AddressesChanged> {
  const { action, actor, now, reason = '' } = request;
  const audit: Audit = { actor, reason, now };
  const counts = { changed: 0, unchanged: 0, invalidCount: 0 };
  const refused: { readonly address: string; readonly reason: string }[] = [];
  const invalid: { readonly line: number; readonly text: string }[] = [];
  let group = new Set<string>();
  const flush = async () => {
    const canonicals = [...group];
    group = new Set();
    if (canonicals.length === 0) return;
    const done =
      action === 'suppress'
        ? { refused: [], ...(await changes.suppress(canonicals, audit)) }
        : await changes.unsuppress(canonicals, audit);
    counts.changed += done.changed;
    counts.unchanged += done.unchanged;
    refused.push(...done.refused.map(({ canonical, reason: why }) => ({ address: canonical, reason: why })));
  };
  let line = 0;
  for await (const text of request.lines) {
    line += 1;
    const cell = text.trim();
    if (cell === '' || (line === 1 && /^"?e-?mail/iu.test(cell) && !cell.includes('@'))) continue;
    const parsed = parseAddress(repairAddress(cell));
    if (parsed.ok) group.add(parsed.canonical);
    else {
      counts.invalidCount += 1;
      if (invalid.length < 100) invalid.push({ line, text: cell.slice(0, 200) });
    }
    if (group.size >= groupSize) await flush();
  }
  await flush();
  return { ...counts, refused, invalid };
}
