import { formatRate } from '../../domain/numbers.ts';
import type { ProviderPace } from '../../domain/sending/provider-pace.ts';
import { formatClock } from './times.ts';

export type ShownPace = Pick<ProviderPace, 'group' | 'perSecond' | 'pausedUntil' | 'reply'>;

/** Says which mailbox providers are sent to more slowly, until when nothing is sent to them, and why. */
export function providerLines(
  paces: readonly ShownPace[],
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): string[] {
  return paces.map(({ group, perSecond, pausedUntil, reply }) => {
    const pause =
      pausedUntil > now ? `nothing until ${formatClock(pausedUntil, timeZone)} ${timeZone}, then ` : '';
    return `${group} is slowed: ${pause}at most ${formatRate(perSecond)}. It said: ${reply}`;
  });
}
