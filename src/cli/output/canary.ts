import type { EditionStatus } from '../../app/editions/edition-status.ts';
import { formatCount, formatCounted } from '../../domain/numbers.ts';
import { formatClock } from './times.ts';

/** That only the first recipients get it for now, and when all others do. */
export function canaryLines(
  { canary, edition }: Pick<EditionStatus, 'canary' | 'edition'>,
  timeZone: string,
): string[] {
  if (canary === undefined || edition.canaryUntil === null) return [];
  const { recipients, held } = canary;
  return [
    `canary: ${formatCounted(recipients, 'recipient')} first; the other ${formatCount(held)} not before ${formatClock(edition.canaryUntil, timeZone)}, and only if few of these bounce, complain, fail or are deferred`,
  ];
}
