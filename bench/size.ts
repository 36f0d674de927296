/** `npm run bench -- --short`: one run with a tenth of the messages, to see that every part works. */
export const isShort = process.argv.includes('--short');

/** So many in a full run; in a short one a tenth of them, but at least 500. */
export function sized(count: number): number {
  return isShort ? Math.min(count, Math.max(500, Math.round(count / 10))) : count;
}

export function runsOf(runs: number): number {
  return isShort ? 1 : runs;
}

/**
 * False once this many minutes have passed since the start. On a slow machine a part then ends with the runs that it has,
 * so that the whole stays below 40 minutes; each table says how many there were.
 */
export function hasTime(minutes: number): boolean {
  return performance.now() < minutes * 60_000;
}
