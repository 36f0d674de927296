import { didYouMean, nearest } from '../report/did-you-mean.ts';
import { enumerate, quoteFound } from '../report/quote-words.ts';
import type { DirectiveHead } from '../sections/section-parser.ts';
import { directiveKinds } from '../sections/section-parsers.ts';
import { endOfLine, readAttributes, reportRest } from './read-attributes.ts';
import type { Source } from './read-attributes.ts';

/**
 * Reads `:::name[Title]{key="value"}` from its first colon on and reports what is wrong with it.
 * Undefined if the intended section is unclear, or if two colons open it.
 */
export function readDirectiveHead(source: Source, start: number, colons: number): DirectiveHead | undefined {
  const lineStop = endOfLine(source.text, start);
  const line = source.text.slice(start + colons, lineStop);
  const [, gap = '', written = ''] = /^([ \t]*)([A-Za-z][\w-]*)?/.exec(line) ?? [];
  reportName(source, start, { colons, gap, written });
  const kind = directiveKinds.find((known) => known === (nearest(written, directiveKinds) ?? written));
  if (kind === undefined || colons < 3) return undefined;

  let at = skipBlanks(source.text, start + colons + gap.length + written.length);
  const title = readTitle(source, at, lineStop);
  if (title === 'unclosed') return { kind, offset: start };
  at = skipBlanks(source.text, at + (title?.length ?? 0));
  const attributes =
    source.text[at] === '{'
      ? readAttributes({ ...source, text: source.text.slice(0, lineStop) }, at)
      : undefined;
  reportRest(source, attributes?.end ?? at);
  return {
    kind,
    ...(title === undefined ? {} : { label: title.text }),
    ...(attributes === undefined ? {} : { attributes }),
    offset: start,
  };
}

function readTitle(
  source: Source,
  at: number,
  lineStop: number,
): { readonly text: string; readonly length: number } | 'unclosed' | undefined {
  if (source.text[at] !== '[') return undefined;
  const title = /^\[((?:\\.|[^\]\\])*)\]/.exec(source.text.slice(at, lineStop));
  if (title !== null) return { text: (title[1] ?? '').replaceAll(/\\(.)/g, '$1'), length: title[0].length };
  const hint = 'Write :::dashboard[Title].';
  source.report.error({
    rule: 'section-invalid',
    message: 'The title that begins here has no closing "]".',
    hint,
    at: source.at(at),
  });
  return 'unclosed';
}

function reportName(
  source: Source,
  start: number,
  { colons, gap, written }: { readonly colons: number; readonly gap: string; readonly written: string },
): void {
  const at = source.at(start);
  if (!directiveKinds.some((known) => known === written)) {
    const names = enumerate(
      directiveKinds.map((name) => `:::${name}`),
      'or',
    );
    source.report.error({
      rule: 'section-unknown',
      message: `There is no section ${quoteFound(written)}; ${names} is expected.`,
      hint: didYouMean(written, directiveKinds) ?? 'If no section is meant, begin the line with a word.',
      at,
    });
  } else if (colons < 3) {
    const message = `\`::${written}\` has two colons; a section is opened with three and closed with three.`;
    source.report.error({
      rule: 'section-invalid',
      message,
      hint: `Write :::${written}, and ":::" after it.`,
      at,
    });
  } else if (gap !== '') {
    const message = `Found a space between the colons and "${written}".`;
    source.report.error({ rule: 'section-invalid', message, hint: `Write :::${written}.`, at });
  }
}

function skipBlanks(text: string, offset: number): number {
  return offset + (/^[ \t]*/.exec(text.slice(offset, endOfLine(text, offset)))?.[0].length ?? 0);
}
