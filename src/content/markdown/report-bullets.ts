import type { Paragraph } from 'mdast';

import { quoteFound } from '../report/quote-words.ts';
import type { BlockContext } from './to-inlines.ts';

interface BulletMark {
  readonly pattern: RegExp;
  /** Lines of a paragraph from which on it is certainly a list. */
  readonly blocksFrom: number;
  readonly hint: string;
}

const bullets: readonly BulletMark[] = [
  {
    pattern: /^\s*(?:[-+](?![\s\d*+-])\S|\*(?![\s\d*+-])[^*]+$)/u,
    blocksFrom: 2,
    hint: 'Put a space behind the "-".',
  },
  {
    pattern: /^\s*\(?\d{1,2}[.)](?=\p{L})/u,
    blocksFrom: 2,
    hint: 'Put a space behind the number: "1. ...".',
  },
  {
    pattern: /^\s*:[ \t]+\S/u,
    blocksFrom: 2,
    hint: 'Write the term and what it means on one line: "**Term:** what it means".',
  },
];

/** Lines that begin like a list, and are none in Markdown, would run together in one paragraph. */
export function reportBullets(node: Paragraph, { text, at, report }: BlockContext): void {
  const start = node.position?.start.offset ?? 0;
  const lines = text.slice(start, node.position?.end.offset ?? start).split('\n');
  for (const { pattern, blocksFrom, hint } of bullets) {
    const found = lines.flatMap((line, index) => (pattern.test(line) ? [index] : []));
    const [first] = found;
    if (first === undefined || (blocksFrom > 1 && found.length < 2)) continue;
    const offset = lines.slice(0, first).reduce((sum, line) => sum + line.length + 1, start);
    const line = lines[first] ?? '';
    const message = `${quoteFound(line.trim(), 30)} begins like a bullet that Markdown does not know, so its lines run together.`;
    const finding = { rule: 'bullet-unknown', message, hint, at: at(offset + line.search(/\S/)) };
    if (found.length >= blocksFrom) report.error(finding);
    else report.warn(finding);
    return;
  }
}

/** Four blanks before each line make code of them elsewhere; here they are text, because pasted text often has them. */
export function reportIndented(node: Paragraph, { text, at, report }: BlockContext): void {
  const start = node.position?.start.offset ?? 0;
  const lines = text
    .slice(text.lastIndexOf('\n', start - 1) + 1, node.position?.end.offset ?? start)
    .split('\n');
  if (lines.length < 2 || !lines.every((line) => /^(?: {4}|\t)/.test(line))) return;
  report.warn({
    rule: 'code-indented',
    message: 'These lines are indented as code, but they are shown as running text.',
    hint: 'If they are code, write a line "```" above and below them.',
    at: at(start),
  });
}
