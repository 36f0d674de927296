import { DateTime } from 'luxon';

import { sectionParts } from '../../domain/editions/digest-parts.ts';
import type { Digest, Position } from '../../domain/editions/digest.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { Weekday } from '../../domain/time/calendar.ts';
import type { Report } from '../report/report.ts';

const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The date against the publication's calendar, and every `published` and `updated` against the send time. */
export function lintDates(digest: Digest, publication: Publication, report: Report): void {
  const { timeZone, sendAt, days, holidays } = publication;
  const due = DateTime.fromISO(`${digest.date}T${sendAt}`, { zone: timeZone });
  const day = weekdays[due.weekday - 1];
  const at = digest.places?.date;
  if (holidays.includes(digest.date)) {
    const message = `${digest.date} is one of the publication's holidays.`;
    report.warn({ rule: 'date-holiday', message, hint: 'It is sent only by hand.', at });
  } else if (day !== undefined && !days.includes(day)) {
    const message = `${digest.date} is a ${due.weekdayLong ?? day}; the publication sends on ${days.join(', ')}.`;
    report.warn({ rule: 'date-off-schedule', message, hint: 'Check the date.', at });
  }
  for (const section of digest.sections) {
    const { published, updated } = sectionParts(section).sectionLine ?? {};
    reportLater('published', published, { due, at: section.at, report });
    reportLater('updated', updated, { due, at: section.at, report });
    reportOld(updated ?? published, { due, at: section.at, report });
    if (published !== undefined && updated !== undefined && updated < published) {
      const message = '`updated` lies before `published`.';
      report.warn({
        rule: 'updated-before-published',
        message,
        hint: 'Check the two times.',
        at: section.at,
      });
    }
  }
}

/** News is rarely older than this. */
const oldDays = 60;

function reportOld(
  instant: string | undefined,
  { due, at, report }: { readonly due: DateTime; readonly at: Position; readonly report: Report },
): void {
  if (instant === undefined) return;
  if (due.toMillis() - Date.parse(instant) < oldDays * 86_400_000) return;
  const then = DateTime.fromISO(instant, { zone: due.zone });
  report.warn({
    rule: 'date-old',
    message: `This is dated ${then.toFormat('yyyy-MM-dd')}, more than two months before the edition.`,
    hint: 'Check the year.',
    at,
  });
}

function reportLater(
  key: string,
  instant: string | undefined,
  { due, at, report }: { readonly due: DateTime; readonly at: Position; readonly report: Report },
): void {
  if (instant === undefined || Date.parse(instant) <= due.toMillis()) return;
  const shown = DateTime.fromISO(instant, { zone: due.zone }).toFormat('yyyy-MM-dd HH:mm');
  report.warn({
    rule: `${key}-in-future`,
    message: `\`${key}\` is ${shown} (${due.zoneName ?? ''}), after the edition is sent at ${due.toFormat('HH:mm')}.`,
    hint: 'Check the time and its offset from UTC.',
    at,
  });
}
