import { findingsOf } from '../../domain/doctor/finding.ts';
import type { Finding } from '../../domain/doctor/finding.ts';
import type { HeartbeatSummary } from '../../domain/metrics-snapshot.ts';
import { formatCount, formatCounted } from '../../domain/numbers.ts';
import type { PublicationSchedule, ScheduledDay } from '../schedule/list-schedule.ts';
import type { Check, EditionPorts } from './doctor-ports.ts';

const minuteMs = 60_000;

/** When the first alarm is raised. */
const soonMs = 60 * minuteMs;

interface EditionCheckPorts {
  readonly editions: Promise<EditionPorts | undefined>;
  readonly clock: () => number;
}

/** The next edition of a publication. Nothing is reported if the database cannot be used, which is a finding itself. */
export function editionChecks(slug: string, ports: EditionCheckPorts): readonly Check[] {
  return [
    { id: 'edition', about: slug, run: async () => checkNext(slug, ports) },
    { id: 'audience', about: slug, run: async () => checkAudience(slug, ports) },
    { id: 'complaints', about: slug, run: async () => checkComplaints(slug, ports) },
    { id: 'unfinished', about: slug, run: async () => checkUnfinished(slug, ports) },
  ];
}

async function checkNext(slug: string, { editions, clock }: EditionCheckPorts): Promise<readonly Finding[]> {
  const ports = await editions;
  if (ports === undefined)
    return [
      findingsOf('edition', slug).notChecked(`The next edition of ${slug} is not known without a database.`),
    ];
  const schedule = await ports.schedule(slug);
  const next = nextDay(schedule);
  if (next === undefined)
    return [findingsOf('edition', slug).ok(`No edition of ${slug} is due within seven days.`)];
  const found = dayFinding(next, { schedule, now: clock() });
  if (next.outlook === 'needs-digest') return [found];
  const reference = `${slug}/${next.date}`;
  return [
    found,
    problemsFinding(reference, await ports.problems(reference), { isApproved: next.revision !== null }),
  ];
}

/** The first day on which something is still to be sent. */
function nextDay({ days }: PublicationSchedule): ScheduledDay | undefined {
  return days.find(({ outlook }) => outlook !== 'none');
}

function dayFinding(
  day: ScheduledDay,
  { schedule, now }: { readonly schedule: PublicationSchedule; readonly now: number },
): Finding {
  const { publication: slug, timeZone = 'UTC' } = schedule;
  const reference = `${slug}/${day.date}`;
  const { ok, warning, error } = findingsOf('edition', slug);
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone }).format(day.sendAt);
  const when = now >= day.sendAt ? `was due at ${clock}` : `is due at ${clock} ${timeZone}`;
  // From the first alarm on it is late.
  const report = now >= day.sendAt - soonMs ? error : warning;
  switch (day.outlook) {
    case 'needs-digest':
      return report(`${reference} ${when}, and there is no digest.`, {
        fix: `Begin it with \`daybrief new ${slug}\`.`,
      });
    case 'needs-approval': {
      const { sentBack } = day;
      const note = sentBack === undefined ? '' : `; ${sentBack.by} sent it back`;
      return report(`${reference} ${when} and is not approved${note}.`, {
        fix: `Approve it with \`daybrief approve ${reference}\`.`,
      });
    }
    case 'needs-send':
      return warning(`${reference} ${when} and is not sent by itself.`, {
        fix: `\`daybrief schedule ${reference}\` lets the schedule send it; \`daybrief send ${reference}\` sends it now.`,
      });
    case 'needs-release':
      return error(`${reference} ${when}, and complaints keep it from being sent.`, {
        fix: `Find out what was complained about, then let it go with \`daybrief release ${reference}\`.`,
      });
    case 'restored':
      return error(`${reference} ${when}, and is on hold since a backup was restored.`, {
        fix: `If it was not sent after the backup, let it go with \`daybrief release ${reference}\`; else end it with \`daybrief cancel ${reference}\`.`,
      });
    case 'goes-out':
    case 'none':
      if (!day.changedSinceApproval) return ok(`${reference} ${when} and is sent by itself.`);
      return warning(`${reference} ${when}, and its digest was changed since it was approved.`, {
        fix: `Approve it again, or leave it: what was approved is sent.`,
      });
  }
}

function problemsFinding(
  reference: string,
  { errors, warnings, first }: Awaited<ReturnType<EditionPorts['problems']>>,
  { isApproved }: { readonly isApproved: boolean },
): Finding {
  const { ok, warning, error } = findingsOf('problems', reference);
  const fix = `\`daybrief lint ${reference}\` shows where.`;
  if (errors > 0) {
    const report = isApproved ? warning : error;
    return report(`The digest of ${reference} has ${formatCounted(errors, 'error')}: ${first ?? ''}`, {
      fix,
    });
  }
  if (warnings === 0) return ok(`The digest of ${reference} has no problems.`);
  return ok(`The digest of ${reference} has ${formatCounted(warnings, 'warning')}, and no error.`, { fix });
}

/** Too many complaints, before they keep an edition from being sent. */
async function checkComplaints(slug: string, { editions }: EditionCheckPorts): Promise<readonly Finding[]> {
  const ports = await editions;
  const complaints = ports === undefined ? undefined : (await ports.schedule(slug)).complaints;
  if (complaints === undefined || complaints.level === 'ok') return [];
  const { complained, accepted } = complaints;
  return [
    findingsOf('complaints', slug).warning(
      `${formatCount(complained)} of ${formatCounted(accepted, 'recipient')} complained about ${slug} lately, and mailbox providers bear one in a thousand.`,
      { fix: `\`daybrief outcomes ${slug}\` shows when; mail those alone who still want it.` },
    ),
  ];
}

async function checkAudience(slug: string, { editions }: EditionCheckPorts): Promise<readonly Finding[]> {
  const ports = await editions;
  if (ports === undefined) return [];
  const { ok, warning } = findingsOf('audience', slug);
  const active = await ports.activeSubscribers(slug);
  if (active > 0)
    return [ok(`${slug} has ${formatCount(active)} active ${active === 1 ? 'subscriber' : 'subscribers'}.`)];
  return [
    warning(`${slug} has no active subscriber, so an edition is refused.`, {
      fix: `Import some with \`daybrief subscribers import ${slug} people.csv\`.`,
    }),
  ];
}

async function checkUnfinished(slug: string, { editions }: EditionCheckPorts): Promise<readonly Finding[]> {
  const ports = await editions;
  if (ports === undefined) return [];
  const { warning } = findingsOf('unfinished', slug);
  return (await ports.unfinished(slug)).map(({ date, onHold }) =>
    onHold
      ? warning(`${slug}/${date} is on hold.`, {
          fix: `\`daybrief status ${slug}/${date}\` says why; \`release\`, \`schedule\` or \`cancel\` ends it.`,
        })
      : warning(`${slug}/${date} is paused, and its remaining recipients wait.`, {
          fix: `\`daybrief status ${slug}/${date}\` says why; \`resume\` or \`cancel\` ends it.`,
        }),
  );
}

/** Whether a worker runs and can use the relays. Without an edition to send by itself, none is needed for it. */
export function workerCheck(slugs: readonly string[], { editions, clock }: EditionCheckPorts): Check {
  return {
    id: 'worker',
    about: '',
    run: async () => {
      const ports = await editions;
      if (ports === undefined) return [];
      const summary = await ports.workers();
      const schedules = await Promise.all(slugs.map((slug) => ports.schedule(slug)));
      const isNeeded = schedules.some((schedule) => nextDay(schedule)?.outlook === 'goes-out');
      return [workerFinding(summary, { now: clock(), isNeeded })];
    },
  };
}

function workerFinding(
  { workers, lastAt, relays, relaysUp }: HeartbeatSummary,
  { now, isNeeded }: { readonly now: number; readonly isNeeded: boolean },
): Finding {
  const { ok, warning, error } = findingsOf('worker');
  if (workers === 0) {
    const minutes = Math.round((now - (lastAt ?? now)) / minuteMs);
    const last =
      lastAt === undefined ? '' : `; the last one was alive ${formatCounted(minutes, 'minute')} ago`;
    const report = isNeeded ? error : warning;
    return report(`No worker is running${last}, so the schedule sends nothing and signups get no mail.`, {
      fix: 'Run `daybrief start` or `daybrief worker` as a service.',
    });
  }
  const text = `${formatCounted(workers, 'worker')} ${workers === 1 ? 'is' : 'are'} running`;
  if (relays > 0 && relaysUp === 0)
    return error(`${text}, and can use no relay.`, {
      fix: 'See the relays below, and the log of the worker.',
    });
  if (relaysUp < relays)
    return warning(`${text}, and can use ${relaysUp} of ${formatCounted(relays, 'relay')}.`, {
      fix: 'See the relays below, and the log of the worker.',
    });
  return ok(`${text}.`);
}
