import type { Edition } from '../../domain/editions/edition.ts';
import { formatCount, formatCounted } from '../../domain/numbers.ts';
import type { CanaryCounts } from '../../domain/sending/canary.ts';
import type { EditionSeed } from '../../domain/sending/seeds/seed.ts';
import { formatTable } from './table.ts';
import { formatClock } from './times.ts';

/** What is known of the first recipients of an edition; `canary` is absent unless they come first. */
export interface ShownCanary {
  readonly canary?: Pick<CanaryCounts, 'recipients' | 'held'>;
  readonly edition: Pick<Edition, 'canaryUntil' | 'awaitsSeeds'>;
}

export type ShownSeed = Pick<EditionSeed, 'address' | 'state' | 'findings'>;

/** That only seeds, or the first recipients, get it for now, and when all others do. */
export function canaryLines({ canary, edition }: ShownCanary, timeZone: string): string[] {
  if (canary === undefined || edition.canaryUntil === null) return [];
  if (edition.awaitsSeeds)
    return [
      `seeds: no recipient gets it before it has arrived at each seed as it should, which takes until ${formatClock(edition.canaryUntil, timeZone)} at most`,
    ];
  const { recipients, held } = canary;
  return [
    `canary: ${formatCounted(recipients, 'recipient')} first; the other ${formatCount(held)} not before ${formatClock(edition.canaryUntil, timeZone)}, and only if few of these bounce, complain, fail or are deferred`,
  ];
}

/** What was found at each seed; nothing without seeds. */
export function seedLines(seeds: readonly ShownSeed[]): string[] {
  if (seeds.length === 0) return [];
  const rows = seeds.map(({ address, state, findings }) => [address, state, describeFindings(findings)]);
  return ['', formatTable([{ head: 'seed' }, { head: 'state' }, { head: 'found' }], rows)];
}

function describeFindings(findings: EditionSeed['findings']): string {
  const failed = findings.filter(({ ok }) => !ok).map(({ text }) => text);
  if (failed.length > 0) return failed.join('; ');
  return findings.length === 0 ? '' : `${formatCount(findings.length)} checks passed`;
}
