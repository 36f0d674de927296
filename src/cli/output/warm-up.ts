import { formatCount, formatCounted } from '../../domain/numbers.ts';
import type { WarmUpPlan } from '../../domain/sending/warm-up.ts';
import { formatTable } from './table.ts';
import { formatTime } from './times.ts';

export interface ShownWarmUp extends Pick<WarmUpPlan, 'skipped'> {
  readonly days: readonly Pick<WarmUpPlan['days'][number], 'at' | 'recipients'>[];
}

/** Says on which days the warm-up lets an edition go out to whom; nothing without a warm-up. */
export function warmUpLines(
  plan: ShownWarmUp | null,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): string[] {
  if (plan === null) return [];
  const skipped =
    plan.skipped === 0 ? [] : [`The warm-up leaves out ${formatCounted(plan.skipped, 'recipient')}.`];
  const days = formatTable(
    [{ head: 'warm-up from' }, { head: 'recipients', align: 'right' }, { head: '' }],
    plan.days.map(({ at, recipients }) => [
      formatTime(at, timeZone),
      formatCount(recipients),
      at > now ? 'held' : 'due',
    ]),
  );
  return ['', ...(plan.days.length === 0 ? [] : [days]), ...skipped];
}

/** How many recipients wait for a later day. */
export function heldByWarmUp(plan: ShownWarmUp | null, now: number): number {
  const later = plan?.days.filter(({ at }) => at > now) ?? [];
  return later.reduce((sum, { recipients }) => sum + recipients, 0);
}
