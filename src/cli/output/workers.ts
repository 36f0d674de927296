import type { HeartbeatSummary } from '../../domain/metrics-snapshot.ts';
import { formatCount } from '../../domain/numbers.ts';
import { formatDuration } from './times.ts';

/**
 * What keeps mail from going out, as a line for `status` and `schedule`: no worker runs, or none of its relays can be
 * used. Empty if all is well.
 */
export function workerTrouble(
  { workers, lastAt, relays, relaysUp }: HeartbeatSummary,
  now: number,
): string[] {
  if (workers === 0) {
    const last = lastAt === undefined ? '' : `; the last one was alive ${formatDuration(now - lastAt)} ago`;
    return [
      `No worker is running${last}. Nothing is sent until \`daybrief worker\` or \`daybrief start\` runs.`,
    ];
  }
  if (relays > 0 && relaysUp === 0) {
    return [
      'The workers can use no relay, so nothing is sent. `daybrief send <edition> --dry-run` says why, and so does the log.',
    ];
  }
  return [];
}

/** How many workers share the sending, as a line for `status`; empty for one. Each process of a worker counts. */
export function workerCount({ workers }: HeartbeatSummary): string[] {
  return workers < 2 ? [] : [`${formatCount(workers)} worker processes are running.`];
}
