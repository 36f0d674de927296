import type { DeskRelay } from '../../../app/desk/desk-service.ts';
import type { DeskEdition, DeskOverview } from '../../../app/desk/read-desk.ts';
import type { ScheduledDay } from '../../../app/schedule/list-schedule.ts';
import { isAllowed } from '../../../domain/accounts/role.ts';
import type { Grant } from '../../../domain/accounts/role.ts';
import { stepPermissions } from '../../../domain/desk/edition-steps.ts';
import { answerTo } from '../../../domain/desk/open-alarms.ts';
import type { RaisedAlarm } from '../../../domain/desk/open-alarms.ts';
import { formatCounted, formatCount, formatRate } from '../../../domain/numbers.ts';
import { editionId, equationView } from './equation-view.ts';
import { relayRows } from './relay-view.ts';
import { shownState } from './shown-state.ts';
import { clockOf, dayOf, paceOf, untilOf } from './times.ts';

export interface OverviewContext {
  /** Path of the desk. */
  readonly base: string;
  readonly grants: readonly Grant[];
  readonly relays: readonly DeskRelay[];
  /** In which the page shows times of no publication. */
  readonly timeZone: string;
}

/** The data of `templates/desk/overview.hbs`. */
export function overviewView(overview: DeskOverview, context: OverviewContext) {
  const { today, alarms, week, workers, now } = overview;
  const editions = today.map((one) => editionRow(one, { ...context, now }));
  const rate = today.reduce(
    (sum, { progress, edition }) => sum + (edition?.state === 'sending' ? (progress?.perSecond ?? 0) : 0),
    0,
  );
  return {
    heading: headingOf(overview),
    alarms: alarms
      .map((alarm) => alarmRow(alarm, context))
      .toSorted((a, b) => Number(b.shape === 'stop') - Number(a.shape === 'stop')),
    alarmCount: formatCount(alarms.length),
    editions,
    editionCount: formatCounted(editions.length, 'edition'),
    rate: formatRate(rate),
    relays: relayRows(context.relays, { ...overview, timeZone: context.timeZone }),
    relayState: relayState(overview),
    workers: { count: formatCount(workers.workers), ...workerState(overview) },
    week: weekView(week, context),
  };
}

/** What needs a person and by when. */
function headingOf({ today, alarms, now }: DeskOverview): string {
  const going = today.filter(({ edition }) => edition?.state === 'sending').length;
  const waiting = today.find(
    ({ day, edition }) =>
      day?.outlook === 'needs-approval' && (edition === undefined || edition.state === 'draft'),
  );
  const sentences = [
    ...(going === 0 ? [] : [`${wordOf(going)} ${going === 1 ? 'edition is' : 'editions are'} going out.`]),
    ...(waiting === undefined
      ? []
      : [`${waiting.publication.name} needs approval${withinOf(waiting, now)}.`]),
  ];
  if (sentences.length > 0) return sentences.join(' ');
  if (alarms.length > 0)
    return `${wordOf(alarms.length)} ${alarms.length === 1 ? 'alarm needs' : 'alarms need'} attention.`;
  const next = today.find(
    ({ day, edition }) => edition?.publishedAt == null && day !== undefined && day.sendAt > now,
  );
  if (next?.day !== undefined)
    return `Nothing needs attention. ${next.publication.name} goes out at ${clockOf(next.day.sendAt, next.publication.timeZone)}.`;
  return today.length === 0 ? 'Nothing is due today.' : 'Nothing needs attention.';
}

function withinOf({ day }: DeskEdition, now: number): string {
  const until = day === undefined ? '' : untilOf(day.sendAt, now);
  return until === ''
    ? ''
    : until.replace(/^in /u, ' within ').replace('min', 'minutes').replace(/ h$/u, ' hours');
}

const words = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];

function wordOf(count: number): string {
  return words[count] ?? formatCount(count);
}

function alarmRow(alarm: RaisedAlarm, { base, grants }: OverviewContext) {
  const { isUrgent, command, step, opens } = answerTo(alarm);
  const page = `${base}/p/${alarm.publication}/${alarm.date}`;
  const mayStep = step !== undefined && isAllowed(grants, stepPermissions[step], alarm.publication);
  const links = { draft: `${page}/draft`, edition: page, recipients: `${page}/recipients`, none: '' };
  const action = mayStep
    ? { href: `${page}/${step}`, text: stepLabels[step] ?? 'Open the edition' }
    : {
        href: links[opens],
        text:
          opens === 'draft'
            ? 'Open the draft'
            : opens === 'recipients'
              ? 'Who did not get it'
              : 'Open the edition',
      };
  const [first = '', ...rest] = alarm.text.split(/(?<=\.) /u);
  return {
    id: alarm.id,
    shape: isUrgent ? 'stop' : 'warn',
    word: isUrgent ? 'Urgent' : 'Warning',
    first,
    rest: rest.join(' '),
    command,
    action: action.href === '' ? false : action,
    seen: isAllowed(grants, 'operate', alarm.publication) ? `${base}/p/${alarm.publication}/seen` : '',
  };
}

const stepLabels: Readonly<Record<string, string>> = {
  schedule: 'Send it ...',
  resume: 'Resume ...',
  release: 'Release ...',
};

function editionRow(one: DeskEdition, { base, grants, now }: OverviewContext & { readonly now: number }) {
  const { publication, date, isToday, edition, accounting, progress, audience, day } = one;
  const { slug, timeZone } = publication;
  const href = `${base}/p/${slug}/${date}`;
  const id = editionId(slug, date);
  const sendAt = edition?.sendWindow?.sendAt ?? day?.sendAt;
  const { shape, word } = shownState(edition, day);
  const count = audience === undefined ? '' : formatCounted(audience, 'subscriber');
  const until = sendAt === undefined ? '' : untilOf(sendAt, now);
  const facts =
    edition?.state === 'sending' && progress !== undefined
      ? paceOf(progress, { now, timeZone, ...edition })
      : edition?.finishedAt != null
        ? `done at ${clockOf(edition.finishedAt, timeZone)}`
        : [count, until].filter((part) => part !== '').join(' · ');
  const recipients = isAllowed(grants, 'subscribers', slug) ? `${href}/recipients` : '';
  return {
    href,
    id,
    time: sendAt === undefined ? '' : clockOf(sendAt, timeZone),
    shape,
    word,
    name: isToday ? publication.name : `${publication.name}, ${dayOf(date)}`,
    facts,
    equation: accounting === undefined ? false : equationView(accounting, { id, recipients }),
  };
}

function relayState({ workers }: DeskOverview): { readonly shape: string; readonly text: string } {
  if (workers.workers === 0) return { shape: 'note', text: 'unknown: no worker runs' };
  const { relays, relaysUp } = workers;
  if (relaysUp === relays) return { shape: 'good', text: relays === 1 ? 'up' : `all ${relays} up` };
  return { shape: 'stop', text: `${relaysUp} of ${relays} up` };
}

function workerState({ workers, now }: DeskOverview): { readonly shape: string; readonly text: string } {
  const { lastAt } = workers;
  if (workers.workers === 0)
    return { shape: 'stop', text: lastAt === undefined ? 'none runs' : 'none has been heard for a minute' };
  const seconds = Math.max(0, Math.round((now - (lastAt ?? now)) / 1_000));
  return { shape: 'good', text: `last heard ${formatCounted(seconds, 'second')} ago` };
}

function weekView(week: DeskOverview['week'], { base, grants }: OverviewContext) {
  const dates = [...new Set(week.flatMap(({ days }) => days.map(({ date }) => date)))].toSorted().slice(0, 7);
  return {
    dates: dates.map((date) => ({ date: dayOf(date) })),
    rows: week.map(({ publication, name, timeZone, days, problem = '' }) => {
      const mayWrite = isAllowed(grants, 'write', publication);
      const cells = dates.map((date) =>
        dayCell(
          days.find((day) => day.date === date),
          { href: `${base}/p/${publication}/${date}`, mayWrite },
        ),
      );
      const sendAt = days.find((day) => day.day === 'edition-day')?.sendAt;
      return {
        name,
        time: sendAt === undefined ? '' : clockOf(sendAt, timeZone),
        href: `${base}/p/${publication}`,
        problem: problem.split('\n')[0] ?? '',
        days: cells,
        counts: countCells(cells),
      };
    }),
  };
}

/** For phones: how many days of each kind, with the first date of it. */
function countCells(cells: readonly ReturnType<typeof dayCell>[]) {
  const kinds = Map.groupBy(
    cells.filter(({ word }) => word !== ''),
    ({ word }) => word,
  );
  return [...kinds.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { shape, word, href, date } = first;
    const text = same.length === 1 ? word : `${same.length} ${word.toLowerCase()}`;
    return [{ shape, text, href, date }];
  });
}

function dayCell(
  day: ScheduledDay | undefined,
  { href, mayWrite }: { readonly href: string; readonly mayWrite: boolean },
) {
  if (day === undefined || (day.day === 'day-off' && day.state === null))
    return { shape: '', word: '', href: '', date: '' };
  const date = dayOf(day.date);
  if (day.day === 'holiday' && day.state === null) return { shape: 'off', word: 'Day off', href: '', date };
  const { shape, word } = shownState(undefined, day);
  return {
    shape,
    word: `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
    href: day.outlook !== 'needs-digest' ? href : mayWrite ? `${href}/write/` : '',
    date,
  };
}
