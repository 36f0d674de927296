import type { Digest, Position } from '../domain/editions/digest.ts';
import { isCalendarDate } from '../domain/time/calendar.ts';
import type { IsoDate } from '../domain/units.ts';
import { frontMatterSchema } from './digest-schema.ts';
import { withoutForeignKeys } from './foreign-front-matter.ts';
import { findHeadlines } from './markdown/headlines/find-headlines.ts';
import { parseMdast } from './markdown/parse-mdast.ts';
import type { Source } from './markdown/read-attributes.ts';
import { scanLines } from './markdown/scan-lines.ts';
import { splitFrontMatter } from './markdown/split-front-matter.ts';
import { toSections } from './markdown/to-sections.ts';
import { reportIssues } from './report/report-issues.ts';
import { readYaml } from './structured/read-yaml.ts';

type FrontMatter = Omit<Digest, 'greeting' | 'sections'>;

/** Names for these keys in other newsletter systems. */
const synonyms: Readonly<Record<string, string>> = {
  title: 'subject',
  headline: 'subject',
  'subject-line': 'subject',
  author: 'editor',
  by: 'editor',
  byline: 'editor',
  preview: 'preheader',
  'preview-text': 'preheader',
  summary: 'preheader',
  description: 'preheader',
  excerpt: 'preheader',
  day: 'date',
};

/**
 * Reads a Markdown digest. Undefined only where there is nothing to call a digest.
 *
 * @param named date in the name of the file: that of the digest if its front matter has none
 */
export function parseMarkdownDigest(source: Source, named?: IsoDate): Digest | undefined {
  const front = splitFrontMatter(source);
  const head =
    front.yaml === undefined
      ? undefined
      : readFrontMatter(front.yaml, { offset: front.yamlOffset, named, source });
  const { bodyOffset } = front;
  if (source.text.trim() === '') return undefined;
  const scanned = scanLines(source, bodyOffset);
  const root = parseMdast(blankUntil(scanned.text, bodyOffset), source);
  if (root === undefined) return undefined;

  const { greeting, sections } = toSections(findHeadlines(root, source), source, scanned);
  if (!sections.some((section) => section.kind === 'lead')) {
    // A headline that could not be read has been reported as that.
    const hasHeadline = /^ {0,3}#{1,2}(?:\s|$)/m.test(source.text.slice(bodyOffset));
    if (hasHeadline && source.report.hasErrors) return undefined;
    source.report.error({
      rule: 'story-missing',
      message: 'The digest has no story: no line begins with "##".',
      hint: 'Write a headline above the text where the news begins, on a line of its own: "## The mill turns again".',
      at: source.at(bodyOffset),
    });
    return undefined;
  }
  return head === undefined ? undefined : { ...head, greeting, sections };
}

/** The text with its beginning turned to empty lines, so that offsets stay what they are. */
function blankUntil(text: string, offset: number): string {
  return text.slice(0, offset).replaceAll(/[^\n]/g, ' ') + text.slice(offset);
}

function readFrontMatter(
  yaml: string,
  {
    offset,
    named,
    source,
  }: { readonly offset: number; readonly named: IsoDate | undefined; readonly source: Source },
): FrontMatter | undefined {
  const at = (inner: number): Position => source.at(offset + inner);
  const read = readYaml(yaml, { schema: 'failsafe', report: source.report, at });
  if (read === undefined) return undefined;
  const written = withoutForeignKeys(withoutNulls(read.value ?? {}), {
    report: source.report,
    placeOf: read.placeOf,
    synonyms,
  });
  const value = withDate(written, named);
  const parsed = frontMatterSchema.safeParse(value);
  const placeOf: typeof read.placeOf = (path, part) =>
    path.length === 0 ? source.at(0) : read.placeOf(path, part);
  if (!parsed.success) {
    const what = 'The front matter';
    reportIssues(parsed.error.issues, {
      report: source.report,
      schema: frontMatterSchema,
      value,
      what,
      placeOf,
      synonyms,
    });
    return salvageHead(value);
  }
  const keys = ['date', 'subject', 'preheader', 'editor'] as const;
  const places = Object.fromEntries(
    keys
      .filter((key) => isRecord(written) && written[key] !== undefined)
      .map((key) => [key, placeOf([key], 'value')]),
  );
  return { ...parsed.data, places };
}

/** The front matter with the date in the name of its file, if it has none itself. */
function withDate(value: unknown, named: IsoDate | undefined): unknown {
  return isRecord(value) && named !== undefined ? { date: named, ...value } : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `editor: null` says that there is none; it is not the name of a person. */
function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, text]) => typeof text !== 'string' || !/^(?:null|Null|NULL|~)$/.test(text),
    ),
  );
}

/** What of a faulty front matter lets the rest of the digest be checked too. */
function salvageHead(value: unknown): FrontMatter | undefined {
  if (!isRecord(value)) return undefined;
  const { date, subject, preheader } = value;
  if (typeof date !== 'string' || !isCalendarDate(date)) return undefined;
  // Its error is already reported: a placeholder causes no second one.
  const isReadable = typeof subject === 'string' && subject.trim() !== '';
  return {
    date,
    subject: isReadable ? subject : 'unreadable',
    ...(typeof preheader === 'string' ? { preheader } : {}),
  };
}
