import { formatCount, formatCounted } from '../numbers.ts';
import { complaintShares, minComplaints } from './feedback.ts';

/** The editions that a publication's complaint rate is computed from: the newest ones, of so many days at most. */
export const ratedEditions = { count: 5, days: 30 } as const;

/**
 * Fewer complaints than this stop nothing. One complaint is 0.5 % of 200 recipients, and says nothing; five about one
 * edition, or about five editions together, do.
 */
const minHaltComplaints = 5;

/** One of the newest editions that were published. */
export interface RatedEdition {
  readonly accepted: number;
  /** Complaints since a person last let an edition be sent in spite of them. */
  readonly complained: number;
}

/** Whether complaints ask for attention, or keep the next edition from being sent until a person releases it. */
export type ComplaintLevel = 'ok' | 'warn' | 'halt';

export interface ComplaintRate {
  readonly level: ComplaintLevel;
  /** What decides: the newest editions together, or the worst of them. */
  readonly editions: number;
  readonly accepted: number;
  readonly complained: number;
}

const [warnShare, haltShare] = complaintShares;

/**
 * Rates the newest editions of a publication, together and each alone: mailbox providers count by the day, so that good
 * editions before do not make up for a bad one.
 */
export function rateComplaints(editions: readonly RatedEdition[]): ComplaintRate {
  const together = {
    editions: editions.length,
    accepted: editions.reduce((sum, { accepted }) => sum + accepted, 0),
    complained: editions.reduce((sum, { complained }) => sum + complained, 0),
  };
  const each = editions.map(({ accepted, complained }) => ({ editions: 1, accepted, complained }));
  const worstFirst = [together, ...each].toSorted((one, other) => shareOf(other) - shareOf(one));
  for (const level of ['halt', 'warn'] as const) {
    const found = worstFirst.find((counts) => levelOf(counts) === level);
    if (found !== undefined) return { ...found, level };
  }
  return { ...together, level: 'ok' };
}

function levelOf(counts: RatedEdition): ComplaintLevel {
  const share = shareOf(counts);
  if (share >= haltShare && counts.complained >= minHaltComplaints) return 'halt';
  return share >= warnShare && counts.complained >= minComplaints ? 'warn' : 'ok';
}

/** Complaints as a share of accepted deliveries; 0 where nothing was accepted. */
export function shareOf({ accepted, complained }: RatedEdition): number {
  return accepted === 0 ? 0 : complained / accepted;
}

/** `14 of 3,200 recipients of the last 5 editions complained (0.44 %)` */
export function describeComplaints(rate: Omit<ComplaintRate, 'level'>): string {
  const { editions, accepted, complained } = rate;
  const of = editions === 1 ? 'one of the last editions' : `the last ${formatCounted(editions, 'edition')}`;
  const percent = (shareOf(rate) * 100).toFixed(2);
  return `${formatCount(complained)} of ${formatCounted(accepted, 'recipient')} of ${of} complained (${percent} %)`;
}
