import type { FeedbackReason } from '../../domain/inbound/feedback.ts';
import type { EditionRange, SignupRange } from '../../domain/outcome-ranges.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { OutcomeCount } from '../../domain/sending/delivery.ts';
import type { SignupOutcomeCount } from '../../domain/signup/transactional-mail.ts';
import type { IsoDate } from '../../domain/units.ts';

export interface DailyPorts {
  readonly outcomes: (range: EditionRange) => Promise<readonly OutcomeCount[]>;
  readonly feedbackReasons: (range: EditionRange) => Promise<readonly FeedbackReason[]>;
  readonly signupOutcomes: (range: SignupRange) => Promise<readonly SignupOutcomeCount[]>;
}

/** What happened on one day. Numbers of deliveries, reports and attempts to sign up. */
export interface DailyOutcome {
  readonly date: IsoDate;
  readonly deliveries: Readonly<Record<Outcome, number>>;
  readonly bounced: number;
  readonly complained: number;
  readonly signups: Readonly<Record<Outcome, number>>;
}

/** Oldest day first; days on which nothing happened are left out. */
export type DailyOutcomes = readonly DailyOutcome[];

type Day = { -readonly [Key in keyof DailyOutcome]: DailyOutcome[Key] } & {
  readonly deliveries: Record<Outcome, number>;
  readonly signups: Record<Outcome, number>;
};

/** Reads counts that the database keeps up to date, and no delivery. */
export async function readDailyOutcomes(
  publicationId: number,
  count: number,
  ports: DailyPorts,
): Promise<DailyOutcomes> {
  const [outcomes, feedback, signups] = await Promise.all([
    ports.outcomes({ publicationId, editions: count }),
    ports.feedbackReasons({ publicationId, editions: count }),
    ports.signupOutcomes({ publicationId, days: count }),
  ]);
  const days = new Map<IsoDate, Day>();
  const dayOf = (date: IsoDate): Day => {
    const day = days.get(date) ?? newDay(date);
    days.set(date, day);
    return day;
  };
  for (const { date, outcome, count: recipients } of outcomes) dayOf(date).deliveries[outcome] += recipients;
  for (const { date, kind, count: reports } of feedback) dayOf(date)[kind] += reports;
  for (const { day, outcome, attempts } of signups) dayOf(day).signups[outcome] += attempts;
  return [...days.values()].toSorted((a, b) => (a.date < b.date ? -1 : 1)).slice(-count);
}

function newDay(date: IsoDate): Day {
  const none = { 'thank-you': 0, 'valid-email': 0, 'subscription-failed': 0 };
  return { date, deliveries: { ...none }, bounced: 0, complained: 0, signups: { ...none } };
}
