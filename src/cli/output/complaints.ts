import { describeComplaints } from '../../domain/inbound/complaint-rate.ts';
import type { ComplaintRate } from '../../domain/inbound/complaint-rate.ts';

/** Says that recipients complained, and what waits for a person; nothing while complaints are few. */
export function complaintLines(rate: ComplaintRate | undefined, next: string): string[] {
  if (rate === undefined || rate.level === 'ok') return [];
  const found = describeComplaints(rate);
  return rate.level === 'halt'
    ? [`${found}: the next edition waits. \`daybrief release ${next}\` lets it be sent.`]
    : [`${found}. From 0.3 % on the next edition waits for a person.`];
}
