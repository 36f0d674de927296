import { formatCount, formatCounted } from '../numbers.ts';
import type { EpochMs } from '../units.ts';
import type { SeedSettings } from './seeds/seed.ts';

/** What `canary` of publication.yaml says: a few recipients first, and all others if those get it well. */
export interface CanarySettings {
  /** Of the recipients, 0 to 1. */
  readonly share: number;
  /** How long the others wait. */
  readonly minutes: number;
  readonly limits: CanaryLimits;
  /** Mailboxes of the publisher that get an edition first. */
  readonly seeds?: SeedSettings;
}

/** Above one of these shares, 0 to 1, the edition halts. */
export interface CanaryLimits {
  /** Of accepted deliveries. */
  readonly bounced: number;
  /** Of accepted deliveries. */
  readonly complained: number;
  /** Of deliveries that were tried. */
  readonly deferred: number;
  /** Of deliveries that were tried. */
  readonly failed: number;
}

/** How the first recipients got an edition, so far. */
export interface CanaryCounts {
  /** The first recipients. */
  readonly recipients: number;
  /** The others, who wait. */
  readonly held: number;
  readonly accepted: number;
  readonly deferred: number;
  readonly failed: number;
  readonly uncertain: number;
  readonly bounced: number;
  readonly complained: number;
}

export type CanaryVerdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'pass'; readonly why: string }
  | { readonly kind: 'halt'; readonly why: string };

/** At least so many recipients come first, because a share of fewer says nothing. */
const minCanary = 50;

/** Fewer cases than this halt nothing: of 50 recipients one is 2 %. */
const minCases = 3;

/** How many of a page of recipients come first. */
export function canarySize(recipients: number, share: number, isFirstPage: boolean): number {
  return Math.min(recipients, Math.max(Math.ceil(recipients * share), isFirstPage ? minCanary : 0));
}

/**
 * Judges the first recipients of an edition. It halts as soon as a limit is exceeded, and passes when the time is over and
 * at least half of them have been tried.
 *
 * @param options.until when the time is over
 */
export function judgeCanary(
  counts: CanaryCounts,
  options: { readonly limits: CanaryLimits; readonly until: EpochMs; readonly now: EpochMs },
): CanaryVerdict {
  const { accepted, deferred, failed, uncertain, bounced, complained } = counts;
  const tried = accepted + deferred + failed + uncertain;
  const { limits } = options;
  const rates = [
    { cases: failed, of: tried, limit: limits.failed, what: 'failed' },
    { cases: deferred, of: tried, limit: limits.deferred, what: 'were deferred' },
    { cases: bounced, of: accepted, limit: limits.bounced, what: 'bounced' },
    { cases: complained, of: accepted, limit: limits.complained, what: 'complained' },
  ];
  const exceeded = rates.filter(({ cases, of, limit }) => cases >= minCases && cases > of * limit);
  if (exceeded.length > 0) {
    const parts = exceeded.map(
      ({ cases, of, limit, what }) =>
        `${formatCount(cases)} of ${formatCount(of)} ${what} (${percent(cases / of)}; at most ${percent(limit)})`,
    );
    const others = `The other ${formatCounted(counts.held, 'recipient')} did not get it`;
    return { kind: 'halt', why: `of the first recipients ${parts.join(', ')}. ${others}` };
  }
  if (options.now < options.until || accepted === 0 || tried * 2 < counts.recipients) return { kind: 'wait' };
  const why = `${formatCount(accepted)} of ${formatCounted(counts.recipients, 'first recipient')} accepted, ${formatCount(bounced)} bounced, ${formatCount(complained)} complained`;
  return { kind: 'pass', why };
}

/** `3.5 %` */
function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
