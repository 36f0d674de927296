/**
 * Repeating jobs and their intervals. The sweeps determine how soon work without a hint is found, the others
 * how late an edition may start and how soon ops get an alarm. A feed has an interval of its own, and links are requested once.
 */
export const repeatingJobs = {
  'sweep-batches': { intervalMs: 250 },
  'sweep-signups': { intervalMs: 250 },
  'tick-schedule': { intervalMs: 1_000 },
  'send-alarms': { intervalMs: 1_000 },
  'recheck-links': { intervalMs: 60_000 },
  'poll-feeds': { intervalMs: 60_000 },
} as const;

export type RepeatingJobName = keyof typeof repeatingJobs;

/** Names of earlier versions, whose schedulers may still be in Redis. */
export const formerRepeatingJobs = ['tell-alarms'] as const;
