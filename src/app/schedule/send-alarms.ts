import type { AlarmClaim } from '../../domain/schedule/alarm.ts';
import type { Log } from '../../log/log.ts';
import type { Alarms, PostAlarm } from '../ports/schedule.ts';
import type { Clock } from '../ports/time.ts';

export interface SendAlarmsPorts {
  readonly alarms: Alarms;
  /** Absent where ops name no webhook: then the log is all. */
  readonly post?: PostAlarm | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Alarms sent per run; the next run finds the rest. */
const tellLimit = 20;

/** Longer than a webhook may take to answer. */
const leaseMs = 60_000;

const firstRetryMs = 10_000;
const longestRetryMs = 900_000;

/** Stop retrying after 24 h. */
const giveUpAfterMs = 24 * 3_600_000;

/**
 * Reports new alarms to ops: each once in the log at level error, and to the webhook until it accepts the alarm.
 * After a crash in between, an alarm is reported twice rather than not at all.
 */
export async function sendAlarms(ports: SendAlarmsPorts): Promise<void> {
  const { alarms, clock } = ports;
  const due = await alarms.due({ now: clock(), limit: tellLimit });
  await Promise.all(
    due.map(async (id) => {
      const claim = await alarms.claim(id, { now: clock(), leaseMs });
      if (claim !== undefined) await tell(claim, ports);
    }),
  );
}

async function tell(claim: AlarmClaim, { alarms, post, clock, log }: SendAlarmsPorts): Promise<void> {
  const { id, key, kind, publication, date, text, at } = claim;
  if (!claim.logged) {
    log.error({ alarm: kind, publication, date }, text);
    await alarms.markLogged(claim);
  }
  let nextAt: number | undefined;
  try {
    await post?.({ id, key, kind, publication, date, text, at });
  } catch (error) {
    const now = clock();
    nextAt = now + Math.min(longestRetryMs, firstRetryMs * 2 ** (claim.epoch - 1));
    if (nextAt >= at + giveUpAfterMs) nextAt = undefined;
    const problem = (error as Error).message;
    const fields = { alarm: kind, publication, date, attempts: claim.epoch, problem };
    if (nextAt === undefined) log.error(fields, 'the alarm webhook never took an alarm');
    else log.warn(fields, 'the alarm webhook did not take an alarm; it is tried again');
  }
  await alarms.settle(claim, { nextAt });
}
