import type { YAMLError } from 'yaml';

import type { LineMap } from '../line-map.ts';
import { quoteFound } from '../quote-words.ts';
import type { Finding } from '../report.ts';

/** A YAML error in words for somebody who writes news, not YAML. */
export function explainYamlError(
  error: YAMLError,
  source: { readonly text: string; readonly at: LineMap },
): Finding {
  const offset = Math.min(error.pos[0], source.text.length);
  const start = source.text.lastIndexOf('\n', offset - 1) + 1;
  const end = source.text.indexOf('\n', start);
  const line = source.text.slice(start, end === -1 ? undefined : end);
  return { ...explain(error, line), at: source.at(offset) };
}

function explain(error: YAMLError, line: string): Omit<Finding, 'at'> {
  const [, key = 'key', value = ''] = /^\s*(?:- )?([\w-]+):\s+(.*)$/.exec(line) ?? [];
  const quoted = value === '' || value.includes('"') ? undefined : `Write ${key}: "${value.slice(0, 80)}".`;
  const quote = quoted ?? 'Put the whole text in quotation marks.';
  const { code } = error;
  if (code === 'DUPLICATE_KEY') {
    const repeated = quoteFound(/^\s*(?:- )?([^:]*)/.exec(line)?.[1] ?? '');
    return {
      rule: 'key-repeated',
      message: `The key ${repeated} stands here a second time.`,
      hint: 'Keep one of them.',
    };
  }
  const rule = 'yaml-invalid';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') {
    const message = `The text of \`${key}\` holds a colon and a blank, which YAML reads as another key.`;
    return { rule, message, hint: quote };
  }
  if (code === 'BAD_SCALAR_START' || code === 'NON_STRING_KEY') {
    const message = `The text of \`${key}\` begins with a sign that means something else in YAML.`;
    return { rule, message, hint: quote };
  }
  if (code === 'TAB_AS_INDENT')
    return { rule, message: 'A line is indented with a tab.', hint: 'Use spaces.' };
  if (code === 'TAG_RESOLVE_FAILED') {
    return { rule, message: 'A text begins with an exclamation mark.', hint: quote };
  }
  if (code === 'MULTIPLE_DOCS') return { rule, message: 'A second document begins here; one is expected.' };
  return { rule, message: `This is not valid YAML: ${sentence(error.message)}`, hint: quoted };
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
