import { Command, InvalidArgumentError } from 'commander';

import { formatCount } from '../../../domain/numbers.ts';
import { namesDays } from '../../../domain/outcome-ranges.ts';
import type { EditionRange, OutcomeRange, SignupRange } from '../../../domain/outcome-ranges.ts';
import { outcomeTexts } from '../../../domain/outcome.ts';
import type { OutcomeCount } from '../../../domain/sending/delivery.ts';
import type { SignupOutcomeCount } from '../../../domain/signup/transactional-mail.ts';
import { isCalendarDate } from '../../../domain/time/calendar.ts';
import type { IsoDate } from '../../../domain/units.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { SharedActions } from '../../../wire/remote.ts';
import type { CliContext } from '../../context.ts';
import { formatTable } from '../../output/table.ts';
import { wholeNumber } from '../whole-number.ts';

type OutcomesOptions = Omit<EditionRange & SignupRange, 'publicationId'>;

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
    .option(
      '--from <date>',
      'only editions of this date and later ones, and attempts since then',
      calendarDate,
    )
    .option(
      '--to <date>',
      'only editions of this date and earlier ones, and attempts until then',
      calendarDate,
    )
    .option('--reason <reason>', 'only what ended for this reason, as the tables show it')
    .action(async (slug: string | undefined, { editions, days, ...range }: OutcomesOptions) => {
      requireOrder(range);
      const services = await context.openActions();
      const outcomes = await services.outcomes({ slug, editions, ...range });
      const feedback = await services.feedbackReasons({ slug, editions, ...range });
      const signups = await services.signupOutcomes({ slug, days, ...range });
      context.result({ outcomes, feedback, signups }, () =>
        [
          describeDeliveries(outcomes, range),
          ...describeFeedback(feedback),
          '',
          describeSignups(signups, range),
        ].join('\n'),
      );
    });
}

function calendarDate(text: string): IsoDate {
  if (isCalendarDate(text)) return text;
  throw new InvalidArgumentError('It must be a date such as 2026-11-23.');
}

/** @throws AppError USAGE_INVALID for a range that ends before it begins */
function requireOrder({ from, to }: OutcomeRange): void {
  if (from === undefined || to === undefined || from <= to) return;
  throw new AppError('USAGE_INVALID', '`--from` is later than `--to`.', { hint: 'Exchange the dates.' });
}

function describeDeliveries(counts: readonly OutcomeCount[], range: OutcomeRange): string {
  if (counts.length === 0) {
    const days = daysOf(range, 'of');
    return `No delivery${days === '' ? '' : ` of an edition${days}`} has ended${reasonOf(range)}.`;
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

function describeSignups(counts: readonly SignupOutcomeCount[], range: OutcomeRange): string {
  if (counts.length === 0) return `No attempt to sign up has ended${daysOf(range, 'on')}${reasonOf(range)}.`;
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

/** " of 2026-11-23" or " since 2026-11-23"; empty if no days are named. */
function daysOf({ day, from, to }: OutcomeRange, ofOne: string): string {
  return [
    day === undefined ? '' : ` ${ofOne} ${day}`,
    from === undefined ? '' : ` since ${from}`,
    to === undefined ? '' : ` until ${to}`,
  ].join('');
}

/** " for the reason policy"; " yet" where everything was asked for. */
function reasonOf(range: OutcomeRange): string {
  if (range.reason !== undefined) return ` for the reason ${JSON.stringify(range.reason)}`;
  return namesDays(range) ? '' : ' yet';
}
