import type { ActedBy } from '../../domain/audit.ts';
import { parseAddress } from '../../domain/subscribers/address.ts';
import { staysSuppressed } from '../../domain/subscribers/kept-suppression.ts';
import type { KeptSuppression } from '../../domain/subscribers/kept-suppression.ts';
import { repairAddress } from '../../domain/subscribers/repair-address.ts';
import type { EpochMs } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Audit, OperatorChanges } from '../ports/subscribers.ts';

/** Addresses of one transaction. */
const groupSize = 1_000;

export interface AddressesChanged {
  readonly changed: number;
  /** Addresses that were not in the publication, and are remembered as unsubscribed. */
  readonly remembered: number;
  readonly unchanged: number;
  /** Suppressions that stay: of erased subscribers and of complaints. */
  readonly refused: readonly KeptSuppression[];
  /** Lines without a valid address: the first hundred. */
  readonly invalid: readonly { readonly line: number; readonly text: string }[];
  readonly invalidCount: number;
}

export interface ChangeAddressesRequest extends ActedBy {
  readonly action: 'suppress' | 'unsuppress' | 'unsubscribe';
  /** The publication to unsubscribe from; the other actions concern all. */
  readonly publicationId?: number | undefined;
  /** Lines of a file, each with an address; blank lines and a heading `email` are skipped. */
  readonly lines: AsyncIterable<string> | Iterable<string>;
  readonly reason?: string;
  readonly now: EpochMs;
}

/**
 * Suppresses or unsuppresses addresses in every publication, or unsubscribes them from one, a thousand in each transaction. Idempotent: the same
 * file can be given again.
 */
export async function changeAddresses(
  request: ChangeAddressesRequest,
  changes: OperatorChanges,
): Promise<AddressesChanged> {
  const counts = { changed: 0, remembered: 0, unchanged: 0, invalidCount: 0 };
  const refused: KeptSuppression[] = [];
  const invalid: { readonly line: number; readonly text: string }[] = [];
  let group = new Map<string, string>();
  const flush = async () => {
    const addresses = Array.from(group, ([canonical, address]) => ({ canonical, address }));
    group = new Map();
    if (addresses.length === 0) return;
    const done = { remembered: 0, refused: [], ...(await changeGroup(addresses, request, changes)) };
    counts.changed += done.changed;
    counts.remembered += done.remembered;
    counts.unchanged += done.unchanged;
    refused.push(...done.refused.map(({ canonical, reason: why }) => ({ address: canonical, reason: why })));
  };
  let line = 0;
  for await (const text of request.lines) {
    line += 1;
    const cell = text.trim();
    if (cell === '' || (line === 1 && /^"?e-?mail/iu.test(cell) && !cell.includes('@'))) continue;
    const parsed = parseAddress(repairAddress(cell));
    if (parsed.ok) group.set(parsed.canonical, parsed.address);
    else {
      counts.invalidCount += 1;
      if (invalid.length < 100) invalid.push({ line, text: cell.slice(0, 200) });
    }
    if (group.size >= groupSize) await flush();
  }
  await flush();
  return { ...counts, refused, invalid };
}

function changeGroup(
  addresses: readonly { readonly address: string; readonly canonical: string }[],
  { action, actor, origin, now, reason = '', publicationId }: ChangeAddressesRequest,
  changes: OperatorChanges,
): Promise<Partial<AddressGroupChanged> & Pick<AddressesChanged, 'changed' | 'unchanged'>> {
  const audit: Audit = { actor, origin, reason, now };
  if (action === 'unsubscribe') {
    if (publicationId === undefined) throw new Error('Unsubscribing needs a publication.');
    return changes.unsubscribe(addresses, { ...audit, publicationId });
  }
  const canonicals = addresses.map(({ canonical }) => canonical);
  return action === 'suppress' ? changes.suppress(canonicals, audit) : changes.unsuppress(canonicals, audit);
}

interface AddressGroupChanged {
  readonly remembered: number;
  readonly refused: readonly { readonly canonical: string; readonly reason: string }[];
}

/** Throws AppError ADDRESS_SUPPRESSED if the one address of a change stays suppressed. */
export function refuseUnchanged({ refused: [first] }: AddressesChanged): void {
  if (first !== undefined) throw new AppError('ADDRESS_SUPPRESSED', staysSuppressed(first));
}
