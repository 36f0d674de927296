import { didYouMean, nearest } from '../did-you-mean.ts';
import { enumerate, quoteFound } from '../quote-words.ts';
import { readAttributes } from './read-attributes.ts';
import type { AttributeList, Source } from './read-attributes.ts';

const directiveNames = ['dashboard', 'sponsor'] as const;
type DirectiveName = (typeof directiveNames)[number];

/** Parses the line that opens a `:::` section. */
export interface DirectiveHead {
  readonly name: DirectiveName;
  readonly label?: string;
  readonly attributes?: AttributeList;
  /** Of the first colon. */
  readonly offset: number;
}

/**
 * Reads `:::name[Title]{key="value"}` from its first colon on and reports what is wrong with it.
 * Undefined if the intended section is unclear, or if two colons open it.
 */
export function readDirectiveHead(source: Source, start: number, colons: number): DirectiveHead | undefined {
  const lineStop = endOfLine(source.text, start);
  const line = source.text.slice(start + colons, lineStop);
  const [, gap = '', written = ''] = /^([ \t]*)([A-Za-z][\w-]*)?/.exec(line) ?? [];
  reportName(source, start, { colons, gap, written });
  const name = directiveNames.find((known) => known === (nearest(written, directiveNames) ?? written));
  if (name === undefined || colons < 3) return undefined;

  let at = skipBlanks(source.text, start + colons + gap.length + written.length);
  const title = readTitle(source, at, lineStop);
  if (title === 'unclosed') return { name, offset: start };
  at = skipBlanks(source.text, at + (title?.length ?? 0));
  const attributes =
    source.text[at] === '{'
      ? readAttributes({ ...source, text: source.text.slice(0, lineStop) }, at)
      : undefined;
  reportRest(source, attributes?.end ?? at);
  return {
    name,
    ...(title === undefined ? {} : { label: title.text }),
    ...(attributes === undefined ? {} : { attributes }),
    offset: start,
  };
}

/** Reports what follows the attributes on their line. */
export function reportRest(source: Source, offset: number): void {
  const rest = source.text.slice(offset, endOfLine(source.text, offset));
  if (rest.trim() === '') return;
  source.report.error({
    rule: 'attributes-invalid',
    message: `${quoteFound(rest.trim())} does not belong on this line.`,
    hint: 'After the attributes in braces the line ends.',
    at: source.at(offset + rest.search(/\S/)),
  });
}

/** Offset of the line feed that ends the line, or of the end of the text. */
export function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
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
    rule: 'block-invalid',
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
  if (!directiveNames.some((known) => known === written)) {
    const names = enumerate(
      directiveNames.map((name) => `:::${name}`),
      'or',
    );
    source.report.error({
      rule: 'block-unknown',
      message: `There is no block ${quoteFound(written)}; ${names} is expected.`,
      hint: didYouMean(written, directiveNames) ?? 'Where no block is meant, begin the line with a word.',
      at,
    });
  } else if (colons < 3) {
    const message = `\`::${written}\` has two colons; a block is opened with three and closed with three.`;
    source.report.error({
      rule: 'block-invalid',
      message,
      hint: `Write :::${written}, and ":::" after it.`,
      at,
    });
  } else if (gap !== '') {
    const message = `Found a space between the colons and "${written}".`;
    source.report.error({ rule: 'block-invalid', message, hint: `Write :::${written}.`, at });
  }
}

function skipBlanks(text: string, offset: number): number {
  return offset + (/^[ \t]*/.exec(text.slice(offset, endOfLine(text, offset)))?.[0].length ?? 0);
}
