import type { Writable } from 'node:stream';

import { countFindings, findingGroups, groupTitles } from '../../domain/doctor/finding.ts';
import type { DnsRecord, DoctorReport, Finding, FindingState } from '../../domain/doctor/finding.ts';
import { formatCounted } from '../../domain/numbers.ts';
import { paint } from './paint.ts';
import { printable } from './printable.ts';
import { maxWidth } from './table.ts';
import { formatDuration } from './times.ts';

const marks: Readonly<
  Record<FindingState, { readonly text: string; readonly style: Parameters<typeof paint>[0] }>
> = {
  error: { text: 'error', style: 'red' },
  warning: { text: 'warning', style: 'yellow' },
  'not-checked': { text: 'not checked', style: 'cyan' },
  ok: { text: 'ok', style: 'green' },
};

const indent = 13;

/** The report as text: groups with what needs a person first, and the counts at the end, where a terminal shows them. */
export function findingsText(
  { findings, tookMs }: Pick<DoctorReport, 'findings' | 'tookMs'>,
  stream: Writable,
): string {
  const groups = [...Map.groupBy(findings, ({ id }) => findingGroups[id])];
  const worst = (items: readonly Finding[]) =>
    Math.min(...items.map(({ state }) => states.indexOf(state)), 2);
  const sections = groups
    .toSorted(([, a], [, b]) => worst(a) - worst(b))
    .map(([group, items]) =>
      [paint('bold', groupTitles[group], stream), ...items.map((item) => itemText(item, stream))].join('\n'),
    );
  return [...sections, summary(findings, tookMs)].join('\n\n');
}

const states: readonly FindingState[] = ['error', 'warning', 'not-checked', 'ok'];

function itemText({ state, text, fix, record }: Finding, stream: Writable): string {
  const { text: mark, style } = marks[state];
  const [first = '', ...rest] = wrap(printable(text));
  const fixLabel = state === 'error' || state === 'warning' ? 'Fix' : 'Advice';
  const fixLines = fix === undefined ? [] : wrap(`${fixLabel}: ${printable(fix)}`);
  return [
    `${paint(style, mark.padEnd(indent - 2), stream)}  ${first}`,
    ...[...rest, ...fixLines].map((line) => `${' '.repeat(indent)}${line}`),
    // On one line, to be copied whole.
    ...(record === undefined ? [] : [`${' '.repeat(indent)}${recordText(record)}`]),
  ].join('\n');
}

/** As in a zone file; strings of a TXT record have at most 255 octets (RFC 1035 section 3.3.14). */
function recordText({ name, type, value }: DnsRecord): string {
  const shown =
    type === 'TXT' ? (value.match(/.{1,255}/gu) ?? []).map((part) => `"${part}"`).join(' ') : value;
  return printable(`${name}. ${type} ${shown}`);
}

function summary(findings: readonly Finding[], tookMs: number): string {
  const counts = countFindings(findings);
  const parts = [
    formatCounted(counts.error, 'error'),
    formatCounted(counts.warning, 'warning'),
    `${counts['not-checked']} not checked`,
    `${counts.ok} ok`,
  ];
  return `${parts.join(', ')}, in ${formatDuration(tookMs)}.`;
}

/** Lines that fit beside the marks. */
function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && longer.length <= maxWidth - indent) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
