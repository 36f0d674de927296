import { Command, InvalidArgumentError } from 'commander';

import { formatCount } from '../../../domain/numbers.ts';
import { outcomeTexts } from '../../../domain/outcome.ts';
import type { OutcomeCount } from '../../../domain/sending/delivery.ts';
import type { SignupOutcomeCount } from '../../../domain/signup/transactional-mail.ts';
import { isCalendarDate } from '../../../domain/time/calendar.ts';
import type { IsoDate } from '../../../domain/units.ts';
import type { SharedActions } from '../../../wire/remote.ts';
import type { CliContext } from '../../context.ts';
import { formatTable } from '../../output/table.ts';
import { wholeNumber } from '../whole-number.ts';

interface OutcomesRange {
  readonly editions: number;
  readonly days: number;
  readonly day?: IsoDate;
}

/** `outcomes [<publication>]`: counts how deliveries and signups ended, by reason. */
export function outcomesCommand(context: CliContext): Command {
  const count = wholeNumber({ min: 1, max: 1_000 });
  return new Command('outcomes')
    .description('count how deliveries and attempts to sign up ended, by day, outcome and reason')
    .argument('[publication]')
    .option('--editions <number>', 'how many editions back', count, 7)
    .option('--days <number>', 'how many days of signing up back', count, 7)
    .option(
      '--day <date>',
      'only editions of this date, all of them, and attempts to sign up on it (YYYY-MM-DD)',
      calendarDate,
    )
    .action(async (slug: string | undefined, range: OutcomesRange) => {
      const { editions, days, day } = range;
      const services = await context.openActions();
      const outcomes = await services.outcomes({ slug, editions, day });
      const feedback = await services.feedbackReasons({ slug, editions, day });
      const signups = await services.signupOutcomes({ slug, days, day });
      context.result({ outcomes, feedback, signups }, () =>
        [describeDeliveries(outcomes, day), ...describeFeedback(feedback), '', describeSignups(signups)].join(
          '\n',
        ),
      );
    });
}

function calendarDate(text: string): IsoDate {
  if (isCalendarDate(text)) return text;
  throw new InvalidArgumentError('It must be a date such as 2026-11-23.');
}

function describeDeliveries(counts: readonly OutcomeCount[], day: IsoDate | undefined): string {
  if (counts.length === 0) {
    return day === undefined
      ? 'No delivery has ended yet.'
      : `No delivery of an edition of ${day} has ended.`;
  }
  return formatTable(
    [
      { head: 'edition' },
      { head: 'outcome' },
      { head: 'a subscriber reads' },
      { head: 'reason' },
      { head: 'recipients', align: 'right' },
    ],
    counts.map((row) => [
      `${row.publication}/${row.date}`,
      row.outcome,
      outcomeTexts[row.outcome],
      row.reason,
      formatCount(row.count),
    ]),
  );
}

function describeFeedback(counts: Awaited<ReturnType<SharedActions['feedbackReasons']>>): readonly string[] {
  if (counts.length === 0) return [];
  const table = formatTable(
    [{ head: 'reported' }, { head: 'what' }, { head: 'reason' }, { head: 'deliveries', align: 'right' }],
    counts.map((row) => [
      `${row.publication}/${row.date}`,
      row.class === null ? row.kind : `${row.kind}, ${row.class}`,
      row.reason,
      formatCount(row.count),
    ]),
  );
  return ['', table];
}

function describeSignups(counts: readonly SignupOutcomeCount[]): string {
  if (counts.length === 0) return 'No attempt to sign up has ended yet.';
  return formatTable(
    [
      { head: 'signing up' },
      { head: 'day' },
      { head: 'outcome' },
      { head: 'reason' },
      { head: 'attempts', align: 'right' },
    ],
    counts.map((row) => [row.publication, row.day, row.outcome, row.reason, formatCount(row.attempts)]),
  );
}
