import { Command } from 'commander';

import type { DayOutlook, PublicationSchedule, ScheduledDay } from '../../../app/schedule/list-schedule.ts';
import { parseReference } from '../../../domain/editions/edition-reference.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import type { CliContext } from '../../context.ts';
import { complaintLines } from '../../output/complaints.ts';
import { formatTable } from '../../output/table.ts';
import { formatClock, formatTime, formatWeekday } from '../../output/times.ts';
import { workerTrouble } from '../../output/workers.ts';

/** `schedule [<publication>[/<date>]]`: schedules an approved edition, or lists the next seven days. */
export function scheduleCommand(context: CliContext): Command {
  return new Command('schedule')
    .description('send an approved edition at its send time; without a date, show the next seven days')
    .argument('[edition]', 'publication/date, or a publication to look at')
    .option('--as-approved', 'schedule the approved revision even if the digest has changed since')
    .action(async (reference: string | undefined, flags: { readonly asApproved?: boolean }) => {
      if (reference !== undefined && parseReference(reference).date !== undefined) {
        await schedule(context, reference, flags.asApproved === true);
      } else await show(context, reference);
    });
}

/** `unschedule <publication>/<date>` */
export function unscheduleCommand(context: CliContext): Command {
  return new Command('unschedule')
    .description('put an edition on hold until it is sent or scheduled again')
    .argument('<edition>', 'publication/date')
    .action(async (reference: string) => {
      const actions = await context.openActions();
      const { date, state, revision } = await actions.schedule.unschedule(reference);
      context.result(
        { edition: reference, date, state, revision },
        () =>
          `${reference} is ${state} and on hold. \`daybrief send ${reference}\` sends it, \`daybrief schedule ${reference}\` schedules it again.`,
      );
    });
}

async function schedule(context: CliContext, reference: string, asApproved: boolean): Promise<void> {
  const edition = await scheduleAt(context, reference, asApproved);
  const { date, state, revision, sendWindow, byLocalTime, timeZone } = edition;
  const { sendAt = 0, deadlineAt = 0 } = sendWindow ?? {};
  context.result({ edition: reference, date, state, revision, sendAt, deadlineAt, timeZone }, () => {
    const deadline = formatClock(deadlineAt, timeZone);
    const what = byLocalTime ? `The first wave of ${reference}` : reference;
    return sendAt > Date.now()
      ? `${what} goes out at ${formatTime(sendAt, timeZone)}, and not after ${deadline}, while \`daybrief worker\` is running.`
      : `The send time of ${reference} has passed: a running \`daybrief worker\` sends it now, and not after ${deadline} ${timeZone}.`;
  });
}

async function scheduleAt(context: CliContext, reference: string, asApproved: boolean) {
  if (context.isRemote) {
    const remote = await context.openRemote();
    const timeZone = await remote.timeZone(reference);
    return { ...(await remote.schedule.schedule(reference, { asApproved })), timeZone };
  }
  const services = await context.openServices();
  const edition = await services.schedule.schedule(reference, { asApproved });
  const timeZone = await services.timeZone(edition);
  return { ...edition, byLocalTime: edition.localTime !== null, timeZone };
}

async function show(context: CliContext, slug: string | undefined): Promise<void> {
  const { publications, workers } = await listSchedule(context, slug);
  if (publications.some(({ problem }) => problem !== undefined)) context.exitStatus = 3;
  context.result({ publications, workers }, () => {
    if (publications.length === 0) return 'There are no publications.';
    const waits = publications.some(({ days }) => days.some(({ outlook }) => outlook === 'goes-out'));
    const trouble = waits ? workerTrouble(workers, Date.now()) : [];
    return [...publications.map(describe), ...trouble].join('\n\n');
  });
}

async function listSchedule(context: CliContext, slug: string | undefined) {
  if (context.isRemote) return (await context.openRemote()).schedule.list(slug);
  const services = await context.openServices();
  return { publications: await services.schedule.list(slug), workers: await services.workers() };
}

function describe(schedule: PublicationSchedule): string {
  const { publication, timeZone, problem, days, complaints } = schedule;
  if (problem !== undefined || timeZone === undefined) return `${publication}: ${problem ?? ''}`;
  return [
    `${publication}, times in ${timeZone}`,
    formatTable(
      [
        { head: 'date' },
        { head: 'day' },
        { head: 'at' },
        { head: 'until' },
        { head: 'state' },
        { head: 'next' },
      ],
      days.map((day) => toRow(day, timeZone)),
    ),
    ...days.flatMap(({ date, sentBack }) =>
      sentBack === undefined ? [] : [`${date} was sent back by ${sentBack.by}: ${sentBack.note}`],
    ),
    ...complaintLines(complaints, `${publication}/<date>`),
  ].join('\n');
}

function toRow(day: ScheduledDay, timeZone: string): string[] {
  const isEmpty = day.day !== 'edition-day' && day.state === null;
  return [
    day.date,
    formatWeekday(day.date),
    isEmpty ? '' : formatClock(day.sendAt, timeZone),
    isEmpty ? '' : formatClock(day.deadlineAt, timeZone),
    (day.isWithdrawn ? `${day.state ?? ''}, page withdrawn` : day.state) ??
      (day.day === 'edition-day' ? withoutEdition(day.outlook) : day.day.replace('-', ' ')),
    [
      outlooks[day.outlook],
      ...(day.changedSinceApproval ? ['digest changed since approval'] : []),
      ...(day.warmUpCap === undefined || isEmpty
        ? []
        : [`warm-up: at most ${formatCounted(day.warmUpCap, 'recipient')}`]),
    ]
      .filter((part) => part !== '')
      .join('; '),
  ];
}

/** The state column of a date whose edition the database does not know. */
function withoutEdition(outlook: DayOutlook): string {
  const states: Partial<Record<DayOutlook, string>> = {
    'needs-digest': 'no digest',
    'needs-approval': 'draft',
  };
  return states[outlook] ?? 'no edition';
}

const outlooks: Readonly<Record<DayOutlook, string>> = {
  'goes-out': 'is sent automatically',
  'needs-send': 'waits for `send`',
  'needs-release': 'complaints: waits for `release`',
  restored: 'backup restored: waits for `release`',
  'needs-approval': 'waits for `approve`',
  'needs-digest': 'waits for a digest',
  none: '',
};
