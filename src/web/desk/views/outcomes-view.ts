import type { DailyOutcome, DailyOutcomes } from '../../../app/desk/daily-outcomes.ts';
import type { Publication } from '../../../domain/editions/publication.ts';
import { formatCount } from '../../../domain/numbers.ts';
import { barChart } from './bar-chart.ts';
import type { BarSeries } from './bar-chart.ts';
import { dateOf } from './times.ts';

const deliveries: readonly BarSeries<DailyOutcome>[] = [
  { name: 'accepted', fill: 'b-accepted', value: (day) => day.deliveries['thank-you'] },
  { name: 'address refused', fill: 'b-suppressed', value: (day) => day.deliveries['valid-email'] },
  { name: 'failed', fill: 'b-failed', value: (day) => day.deliveries['subscription-failed'] },
];

const audience: readonly BarSeries<DailyOutcome>[] = [
  { name: 'sign-ups', fill: 'b-accepted', value: (day) => day.signups['thank-you'] },
  { name: 'complaints', fill: 'b-failed', value: (day) => day.complained },
];

/** The data of `templates/desk/outcomes.hbs`. */
export function outcomesView(
  days: DailyOutcomes,
  {
    base,
    current,
    publications,
  }: {
    /** Path of the desk. */
    readonly base: string;
    /** Undefined if the user sees no publication. */
    readonly current: Pick<Publication, 'slug' | 'name'> | undefined;
    readonly publications: readonly Pick<Publication, 'slug' | 'name'>[];
  },
) {
  return {
    heading: current === undefined ? 'Outcomes' : `Outcomes of ${current.name}`,
    publications:
      publications.length < 2
        ? []
        : publications.map(({ slug, name }) => ({
            href: `${base}/outcomes?publication=${slug}`,
            name,
            isCurrent: slug === current?.slug,
          })),
    isEmpty: days.length === 0,
    charts: [
      chartView(days, { title: 'Deliveries by day', id: 'deliveries', series: deliveries }),
      chartView(days, { title: 'Sign-ups and complaints', id: 'audience', series: audience }),
    ],
    rows: days.toReversed().map((day) => ({
      href: `${base}/p/${current?.slug ?? ''}/${day.date}`,
      date: dateOf(day.date),
      accepted: formatCount(day.deliveries['thank-you']),
      refused: formatCount(day.deliveries['valid-email']),
      failed: formatCount(day.deliveries['subscription-failed']),
      bounced: formatCount(day.bounced),
      complained: formatCount(day.complained),
      signups: formatCount(day.signups['thank-you']),
      refusedSignups: formatCount(day.signups['valid-email'] + day.signups['subscription-failed']),
    })),
  };
}

function chartView(
  days: DailyOutcomes,
  {
    title,
    id,
    series,
  }: { readonly title: string; readonly id: string; readonly series: readonly BarSeries<DailyOutcome>[] },
) {
  const { max, legend, ...chart } = barChart(days, series);
  const first = days[0]?.date ?? '';
  const last = days.at(-1)?.date ?? '';
  const totals = series.map(({ name, value }) => `${formatCount(sumOf(days, value))} ${name}`).join(', ');
  return {
    ...chart,
    id,
    title,
    legend,
    isEmpty: max === 0,
    max: `highest day: ${formatCount(max)}`,
    from: first === '' ? '' : dateOf(first),
    to: last === '' ? '' : dateOf(last),
    label: `${title}: ${totals}. The table below has the numbers of each day.`,
  };
}

function sumOf(days: DailyOutcomes, value: (day: DailyOutcome) => number): number {
  return days.reduce((sum, day) => sum + value(day), 0);
}
