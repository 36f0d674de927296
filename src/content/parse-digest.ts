import type { Digest } from '../domain/editions/digest.ts';
import type { Problem } from '../domain/editions/problem.ts';
import { isCalendarDate } from '../domain/time/calendar.ts';
import type { IsoDate } from '../domain/units.ts';
import { reportForbidden, withoutForbidden } from './check-text.ts';
import { limits } from './limits.ts';
import { normalizeText, reportNormalized } from './normalize-text.ts';
import { parseMarkdownDigest } from './parse-markdown-digest.ts';
import { parseStructuredDigest } from './parse-structured-digest.ts';
import { createLineMap } from './report/line-map.ts';
import type { LineMap } from './report/line-map.ts';
import { createReport } from './report/report.ts';
import type { Report } from './report/report.ts';
import { resolveTimes } from './typed-times.ts';
import type { EditionTime } from './typed-times.ts';

export type DigestFormat = 'markdown' | 'yaml' | 'json';

export interface ParsedDigest {
  /** Present exactly when no problem is an error. */
  readonly digest?: Digest;
  /**
   * What could be read in spite of errors: only for finding further mistakes, so that a curator sees
   * all of them at once. Never composed, never sent.
   */
  readonly draft?: Digest;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a digest and checks it against the rules of its format. Bad content never throws: it comes back
 * as problems with their line and column.
 */
export function parseDigest(source: {
  readonly text: string;
  /** Path as the user would type it. A date in its name is that of a Markdown digest, and must be that of any. */
  readonly file: string;
  readonly format: DigestFormat;
  /** What typed times are counted from; UTC and six o'clock unless given. */
  readonly edition?: EditionTime | undefined;
}): ParsedDigest {
  const report = createReport(source.file);
  const raw = source.text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const { edition = { timeZone: 'Etc/UTC', sendAt: '06:00' } } = source;
  const named = dateInName(source.file);
  const parsed = isTooLarge(raw, report) ? undefined : parse(raw, { format: source.format, named, report });
  const draft = parsed && resolveTimes(parsed, edition);
  if (draft !== undefined) reportOtherDate(draft, named, report);
  return {
    ...(draft === undefined ? {} : { draft }),
    ...(draft === undefined || report.hasErrors ? {} : { digest: draft }),
    problems: report.problems(),
  };
}

function parse(
  raw: string,
  {
    format,
    named,
    report,
  }: { readonly format: DigestFormat; readonly named: IsoDate | undefined; readonly report: Report },
): Digest | undefined {
  const originalAt = createLineMap(raw);
  const normalized = normalizeText(raw);
  reportNormalized(normalized, { at: originalAt, report });
  const at: LineMap = (offset) => originalAt(normalized.original(offset));
  reportForbidden(normalized.text, { at, report });
  const source = { text: withoutForbidden(normalized.text), at, report };
  return format === 'markdown' ? parseMarkdownDigest(source, named) : parseStructuredDigest(source, format);
}

function isTooLarge(text: string, report: Report): boolean {
  const bytes = Buffer.byteLength(text);
  if (bytes <= limits.fileBytes) return false;
  report.error({
    rule: 'file-too-large',
    message: `The digest is ${Math.ceil(bytes / 1024)} KB large; at most 64 KB are allowed.`,
    hint: 'A morning email of 1,200 words has about 10 KB.',
  });
  return true;
}

function dateInName(file: string): IsoDate | undefined {
  const named = /(?:^|[/\\])(\d{4}-\d{2}-\d{2})\.[a-z]+$/.exec(file)?.[1];
  return named !== undefined && isCalendarDate(named) ? named : undefined;
}

function reportOtherDate({ date, places }: Digest, named: IsoDate | undefined, report: Report): void {
  if (named === undefined || named === date) return;
  report.error({
    rule: 'date-mismatch',
    message: `The date is ${date}, but the file is named ${named}.`,
    hint: `Write \`date: ${named}\`, or rename the file.`,
    at: places?.date,
  });
}
