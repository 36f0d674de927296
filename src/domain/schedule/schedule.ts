import type { EditionState, SendWindow } from '../editions/edition.ts';
import type { AtSendTime, Publication } from '../editions/publication.ts';
import { addDays, weekdayOf } from '../time/calendar.ts';
import { instantOf } from '../time/zoned-time.ts';
import type { OffsetAt } from '../time/zoned-time.ts';
import type { IsoDate } from '../units.ts';

/** What publication.yaml says of a date. */
export const dayKinds = ['edition-day', 'day-off', 'holiday'] as const;
export type DayKind = (typeof dayKinds)[number];

/** One date of a publication. Moments are epoch milliseconds. */
export interface PublicationDay {
  readonly date: IsoDate;
  readonly day: DayKind;
  readonly sendAt: number;
  /** Always after `sendAt`; from here on nothing goes out by itself. */
  readonly deadlineAt: number;
}

export type Timetable = Pick<
  Publication,
  'sendAt' | 'deadline' | 'days' | 'holidays' | 'atSendTime' | 'timeZone'
>;

const minuteMs = 60_000;
const dayMinutes = 1_440;

export function publicationDay(timetable: Timetable, date: string, offsetAt: OffsetAt): PublicationDay {
  const { sendAt: sendTime, deadline } = timetable;
  const sendAt = instantOf(date, sendTime, offsetAt);
  const deadlineDate = deadline > sendTime ? date : addDays(date, 1);
  const byClock = instantOf(deadlineDate, deadline, offsetAt);
  // Clocks put forward can move the send time past the deadline, which then keeps its distance.
  const deadlineAt = byClock > sendAt ? byClock : sendAt + minutesBetween(sendTime, deadline) * minuteMs;
  return { date, day: dayKind(timetable, date), sendAt, deadlineAt };
}

/** The publication's days, so many of them, `from` the first. */
export function publicationDays(
  timetable: Timetable,
  from: string,
  span: { readonly days: number; readonly offsetAt: OffsetAt },
): readonly PublicationDay[] {
  return Array.from({ length: span.days }, (_, day) =>
    publicationDay(timetable, addDays(from, day), span.offsetAt),
  );
}

function dayKind(timetable: Timetable, date: string): DayKind {
  if (timetable.holidays.includes(date)) return 'holiday';
  return timetable.days.includes(weekdayOf(date)) ? 'edition-day' : 'day-off';
}

/** From one `HH:MM` to the next other one, past midnight if need be: 1 to 1,440. */
export function minutesBetween(from: string, to: string): number {
  const distance = minutesOf(to) - minutesOf(from);
  return distance > 0 ? distance : distance + dayMinutes;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/**
 * Returns the send window of an approval. On a day without editions only a user sends it.
 * Returns null if the deadline has passed: such an edition is sent by command only.
 */
export function sendWindowOf(
  planned: PublicationDay,
  options: { readonly atSendTime: AtSendTime; readonly now: number },
): SendWindow | null {
  const { day, sendAt, deadlineAt } = planned;
  if (options.now >= deadlineAt) return null;
  return { sendAt, deadlineAt, policy: day === 'edition-day' ? options.atSendTime : 'skip' };
}

/** How long before the minute it alarms that nothing is approved. */
export const alarmMinutes = [60, 30] as const;

/** When an alarm about a day is due: so many minutes before it, or at it. */
export type AlarmStage = (typeof alarmMinutes)[number] | 0;

/**
 * The next action of the schedule for one edition.
 *
 * - `wait`: nothing yet, but its time is to come
 * - `leave`: nothing: it is being sent, or only a user sends it
 */
export type ScheduleAction =
  | { readonly kind: 'leave' | 'wait' | 'send' | 'awaiting-send' | 'miss' }
  | { readonly kind: 'not-approved'; readonly stage: AlarmStage };

/** An edition that has been approved: it goes by what its approval laid down. */
export function decideApproved(
  edition: {
    readonly state: EditionState;
    readonly sendWindow: SendWindow | null;
    readonly onHold: boolean;
  },
  now: number,
): ScheduleAction {
  const { state, sendWindow, onHold } = edition;
  if (sendWindow === null || (state !== 'approved' && state !== 'scheduled')) return { kind: 'leave' };
  const policy = state === 'scheduled' ? 'send' : onHold ? 'hold' : sendWindow.policy;
  if (policy === 'skip') return { kind: 'leave' };
  if (now < sendWindow.sendAt) return { kind: 'wait' };
  if (now >= sendWindow.deadlineAt) return { kind: 'miss' };
  return { kind: policy === 'send' ? 'send' : 'awaiting-send' };
}

/** A date that nothing has been approved for. */
export function decideUnapproved(
  planned: PublicationDay,
  atSendTime: AtSendTime,
  now: number,
): ScheduleAction {
  const { day, sendAt, deadlineAt } = planned;
  if (atSendTime === 'skip' || day !== 'edition-day') return { kind: 'leave' };
  if (now >= deadlineAt) return { kind: 'miss' };
  if (now >= sendAt) return { kind: 'not-approved', stage: 0 };
  const stage = alarmMinutes.findLast((minutes) => now >= sendAt - minutes * minuteMs);
  return stage === undefined ? { kind: 'wait' } : { kind: 'not-approved', stage };
}
