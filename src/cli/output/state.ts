import type { Subscription } from '../../domain/subscribers/subscriber.ts';
import { formatTime } from './times.ts';

/** Describes a subscription's state: `active; no edition before 2026-12-01 00:00:00 UTC`. */
export function describeState({ state, pausedUntil }: Subscription): string {
  return pausedUntil === 0 ? state : `${state}; no edition before ${formatTime(pausedUntil, 'UTC')}`;
}
