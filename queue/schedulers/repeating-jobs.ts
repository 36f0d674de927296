/**
 * Repeating jobs and their intervals: the sweeps determine how soon work without a hint is
 * found; the clock's are how late an edition may be, and how soon ops hear of an alarm.
 */
export const repeatingJobs = {
  'sweep-batches': { intervalMs: 250 },
  'sweep-signups': { intervalMs: 250 },
  'tick-schedule': { intervalMs: 1_000 },
  'tell-alarms': { intervalMs: 1_000 },
} as const;

export type RepeatingJobName = keyof typeof repeatingJobs;
