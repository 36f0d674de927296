import type { LineMap } from '../report/line-map.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Finding, Report } from '../report/report.ts';

/** Whether a text is JSON (RFC 8259), with its first mistake reported at its place where it is not. */
export function reportJsonSyntax(
  text: string,
  places: { readonly at: LineMap; readonly report: Report },
): boolean {
  const message = failure(text);
  if (message === undefined) return true;
  const offset = firstBadOffset(text);
  places.report.error({ ...explain(text, offset), at: places.at(offset) });
  return false;
}

function explain(text: string, offset: number): Finding {
  const rule = 'json-invalid';
  const rest = text.slice(offset);
  const [found = ''] = rest;
  if (text.trim() === '') return { rule, message: 'The digest is empty.' };
  if (rest.trim() === '') {
    return {
      rule,
      message: 'The JSON ends too early.',
      hint: 'A bracket, brace or quotation mark is not closed.',
    };
  }
  if (found === '\n') {
    const message = 'A text is not closed on its line.';
    return { rule, message, hint: 'Add its quotation mark, or write \\n for a line end inside it.' };
  }
  const message = `This is not valid JSON: ${quoteFound(rest.split('\n')[0] ?? '', 20)} is not expected here.`;
  if (found === "'") return { rule, message, hint: 'JSON wants double quotation marks.' };
  if (found === '/' || found === '#') return { rule, message, hint: 'JSON has no comments; YAML has.' };
  if (/,\s*$/.test(text.slice(0, offset))) return { rule, message, hint: 'Delete the comma before it.' };
  return { rule, message, hint: 'Look for a missing comma or quotation mark before it.' };
}

/**
 * The engine says a place for some mistakes only. A text can be continued to valid JSON exactly up to its
 * first mistake, so that place is found by halving.
 */
function firstBadOffset(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (canGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return Math.min(good, text.length);
}

function canGoOn(start: string): boolean {
  const message = failure(start);
  if (message === undefined || /end of JSON|Unterminated|No number after minus/i.test(message)) return true;
  const position = /at position (\d+)/.exec(message)?.[1];
  return position !== undefined && Number(position) >= start.length;
}

function failure(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
