import type { Position } from '../domain/editions/digest.ts';
import { frontMatterShape } from './digest-fields.ts';
import { nearest } from './report/did-you-mean.ts';
import type { Report } from './report/report.ts';

interface Places {
  readonly report: Report;
  readonly placeOf: (path: readonly PropertyKey[], part: 'key' | 'value') => Position;
  /** Daybrief's names for keys of other systems. */
  readonly synonyms: Readonly<Record<string, string>>;
}

/** Keys that only other systems have: Hugo, Jekyll, Ghost, Buttondown, Obsidian, Eleventy. */
const foreignKeys: ReadonlySet<string> = new Set(
  `layout permalink slug tags tag categories category draft weight type comments aliases
   cssclass cssclasses created modified lastmod publish_date published_at status email_type
   id uuid feature_image featured eleventyNavigation toc series`.split(/\s+/),
);

const known = Object.keys(frontMatterShape);

/**
 * Leaves out the keys of another system, each with a warning, if the front matter was written for one. Otherwise an
 * unknown key is a slip, and stays to be reported.
 */
export function withoutForeignKeys(value: unknown, places: Places): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  if (!entries.some(([key]) => foreignKeys.has(key))) return value;
  return Object.fromEntries(
    entries.flatMap(([key, field]): [string, unknown][] => {
      if (key === 'date') return [[key, withoutTime(field, places)]];
      if (key === 'draft' && /^(?:true|yes)$/i.test(String(field))) reportDraft(places);
      else if (isSlip(key, places)) return [[key, field]];
      else reportForeign(key, value, places);
      return [];
    }),
  );
}

/** True for keys of Daybrief, and for words that are nearly one. */
function isSlip(key: string, { synonyms }: Places): boolean {
  if (known.includes(key)) return true;
  return (
    !foreignKeys.has(key) && !Object.hasOwn(synonyms, key.toLowerCase()) && nearest(key, known) !== undefined
  );
}

function reportForeign(key: string, value: object, { report, placeOf, synonyms }: Places): void {
  const meant = foreignKeys.has(key) ? undefined : synonyms[key.toLowerCase()];
  const hint =
    meant === undefined || Object.hasOwn(value, meant)
      ? 'Nothing needs to be done.'
      : `To show it, write \`${meant}: ...\`.`;
  const message = `\`${key}\` belongs to another system and is left out.`;
  report.warn({ rule: 'key-left-out', message, hint, at: placeOf([key], 'key') });
}

function reportDraft({ report, placeOf }: Places): void {
  report.error({
    rule: 'draft',
    message: 'The front matter says that this is a draft.',
    hint: 'Delete the line `draft: true` when it is ready.',
    at: placeOf(['draft'], 'key'),
  });
}

/** `2026-11-25T06:00:00Z` is the day as it is written: when an edition is sent is the publication's matter. */
function withoutTime(field: unknown, { report, placeOf }: Places): unknown {
  const day = typeof field === 'string' ? /^(\d{4}-\d{2}-\d{2})[T ]\d/.exec(field)?.[1] : undefined;
  if (day === undefined) return field;
  report.warn({
    rule: 'date-time-left-out',
    message: 'The time in `date` is left out: `send-at` in publication.yaml says when editions are sent.',
    hint: `Write \`date: ${day}\`.`,
    at: placeOf(['date'], 'value'),
  });
  return day;
}
