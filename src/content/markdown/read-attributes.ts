import { flagKeys } from '../digest-fields.ts';
import type { LineMap } from '../report/line-map.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Report } from '../report/report.ts';

/** The source of a digest with the means to speak about places in it. */
export interface Source {
  readonly text: string;
  readonly at: LineMap;
  readonly report: Report;
}

interface Attribute {
  readonly key: string;
  readonly value: string;
  readonly keyOffset: number;
  readonly valueOffset: number;
}

export interface AttributeList {
  readonly attributes: readonly Attribute[];
  /** Of the `{`. */
  readonly offset: number;
  /** Just after the `}`, or after all that could be read. */
  readonly end: number;
}

const closers: Readonly<Record<string, RegExp>> = {
  '"': /(?<!\\)"/,
  "'": /(?<!\\)'/,
  '“': /[”“]/,
  '”': /[”“]/,
  '„': /[“”]/,
  '‘': /[’‘]/,
  '’': /[’‘]/,
};

/**
 * Reads `{key="value" key='value'}`, with `\"` for a mark inside a value, from the `{` at `offset` on, over line ends but no empty line.
 * Reports what is wrong with the writing and goes on where the meaning is clear: curly quotation marks,
 * missing ones, commas.
 */
export function readAttributes(source: Source, offset: number): AttributeList {
  const blank = /\n[ \t]*\n/g;
  blank.lastIndex = offset;
  const limit = blank.exec(source.text)?.index ?? source.text.length;
  const attributes: Attribute[] = [];
  let at = offset + 1;
  for (;;) {
    at = skip(/[\s]*/y, source.text, at);
    if (at >= limit) {
      reportUnclosed(source, offset);
      return { attributes, offset, end: limit };
    }
    if (source.text[at] === '}') return { attributes, offset, end: at + 1 };
    if (source.text[at] === ',') {
      reportWriting(
        source,
        at,
        'Found a comma between attributes; separate them with a space.',
        'Delete the comma.',
      );
      at += 1;
      continue;
    }
    const read = readAttribute(source, at, limit);
    if ('attribute' in read) {
      if (attributes.some(({ key }) => key === read.attribute.key)) {
        reportWriting(source, at, `\`${read.attribute.key}\` is given twice.`, 'Keep one of them.');
      } else attributes.push(read.attribute);
    }
    at = read.end;
    // The unclosed quotation mark took the brace with it.
    if (at >= limit && !('attribute' in read)) return { attributes, offset, end: limit };
  }
}

function readAttribute(
  source: Source,
  at: number,
  limit: number,
): { readonly attribute: Attribute; readonly end: number } | { readonly end: number } {
  const keyEnd = skip(/[^\s=}"'“”„,]+/y, source.text, at);
  const key = source.text.slice(at, keyEnd);
  const afterKey = skip(/[ \t]*/y, source.text, keyEnd);
  if (flagKeys.includes(key) && source.text[afterKey] !== '=') {
    return { attribute: { key, value: 'true', keyOffset: at, valueOffset: at }, end: keyEnd };
  }
  if (key === '' || source.text[afterKey] !== '=') {
    const stray = source.text.slice(at, Math.max(keyEnd, at + 1));
    const hint = 'Write attributes as key="value", or "\\{" where a brace belongs to the text.';
    reportWriting(source, at, `${quoteFound(stray)} is not an attribute: key="value" is expected.`, hint);
    return { end: skip(/[^\s}]+/y, source.text, Math.max(keyEnd, at + 1)) };
  }
  const valueAt = skip(/[ \t]*/y, source.text, afterKey + 1);
  const quote = source.text[valueAt] ?? '';
  const closer = closers[quote];
  if (closer === undefined) {
    const end = skip(/[^\s}]*/y, source.text, valueAt);
    const value = source.text.slice(valueAt, end);
    const found =
      value === '' ? 'has no value' : `has the value ${quoteFound(value)} without quotation marks`;
    reportWriting(source, valueAt, `\`${key}\` ${found}.`, `Write ${key}="${value === '' ? '...' : value}".`);
    return value === ''
      ? { end: Math.max(end, valueAt) }
      : { attribute: { key, value, keyOffset: at, valueOffset: valueAt }, end };
  }
  const length = source.text.slice(valueAt + 1, limit).search(closer);
  if (length === -1) {
    const hint = `Write ${key}="...".`;
    reportWriting(
      source,
      valueAt,
      `The quotation mark before the value of \`${key}\` is never closed.`,
      hint,
    );
    return { end: limit };
  }
  if (quote !== '"' && quote !== "'") {
    const message = `The value of \`${key}\` is in curly quotation marks; use straight ones.`;
    reportWriting(source, valueAt, message, `Write ${key}="...".`);
  }
  const value = source.text.slice(valueAt + 1, valueAt + 1 + length).replaceAll(/\\(["'])/g, '$1');
  return { attribute: { key, value, keyOffset: at, valueOffset: valueAt + 1 }, end: valueAt + length + 2 };
}

/** Where the pattern, sticky, stops matching. */
function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
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

function reportUnclosed(source: Source, offset: number): void {
  reportWriting(source, offset, 'The "{" here is never closed.', 'End the attributes with "}".');
}

function reportWriting({ report, at }: Source, offset: number, message: string, hint: string): void {
  report.error({ rule: 'attributes-invalid', message, hint, at: at(offset) });
}
