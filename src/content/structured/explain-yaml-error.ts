import type { YAMLError } from 'yaml';

import type { LineMap } from '../report/line-map.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Finding } from '../report/report.ts';

/** Explains a YAML error in words for a curator who does not know YAML. */
export function explainYamlError(
  error: YAMLError,
  source: { readonly text: string; readonly at: LineMap },
): Finding {
  const { text } = source;
  const offset = Math.min(
    error.code === 'MISSING_CHAR' ? lastQuote(text, error.pos[0]) : error.pos[0],
    text.length,
  );
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', start);
  const line = text.slice(start, Math.min(end === -1 ? text.length : end, start + 500));
  return { ...explain(error, line, text.slice(offset, offset + 80)), at: source.at(offset) };
}

function explain(error: YAMLError, line: string, found: string): Omit<Finding, 'at'> {
  const { code } = error;
  const rule = 'yaml-invalid';
  const [, key, value = ''] = /^\s*(?:- )?([\w-]+):\s+(.*)$/.exec(line) ?? [];
  const bare = value
    .trim()
    .replace(/^(['"])(.*?)\1?$/, '$2')
    .slice(0, 100);
  const rewritten = bare === '' || bare.includes('"') ? undefined : `Write ${key ?? ''}: "${bare}".`;
  const hint = rewritten ?? 'Put the whole text in quotation marks, and none inside it.';
  if (code === 'DUPLICATE_KEY') {
    const repeated = quoteFound(/^["']?([^"':\n]*)/.exec(found)?.[1] ?? '');
    const message = `The key ${repeated} is given twice.`;
    return { rule: 'key-repeated', message, hint: 'Keep one of them.' };
  }
  if (code === 'TAB_AS_INDENT')
    return { rule, message: 'A line is indented with a tab.', hint: 'Use spaces.' };
  if (code === 'MULTIPLE_DOCS') return { rule, message: 'A second document begins here; one is expected.' };
  if (key === undefined || value === '') {
    return {
      rule,
      message: `This is not valid YAML: ${sentence(error.message)}`,
      hint: 'Write `key: text`.',
    };
  }
  if (code === 'BLOCK_AS_IMPLICIT_KEY') {
    const message = `The text of \`${key}\` holds a colon and a blank, which YAML reads as another key.`;
    return { rule, message, hint };
  }
  if (code === 'MISSING_CHAR' && /^["']/.test(value)) {
    const message = `The text of \`${key}\` begins with a quotation mark that is never closed.`;
    return { rule, message, hint };
  }
  const message = `The text of \`${key}\` holds a sign that means something else in YAML.`;
  return { rule, message, hint };
}

/** The parser notices a missing quotation mark at the end of everything; this is where it was opened. */
function lastQuote(text: string, end: number): number {
  const opened = [...text.slice(Math.max(0, end - 5000), end).matchAll(/:[ \t]+["']/g)].at(-1);
  return opened === undefined ? end : Math.max(0, end - 5000) + opened.index + opened[0].length - 1;
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
