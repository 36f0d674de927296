import { weekdayOf } from '../time/calendar.ts';
import type { Weekday } from '../time/calendar.ts';
import type { IsoDate } from '../units.ts';
import type { ItemKind } from './candidate.ts';
import { writeAttributes } from './write-attributes.ts';

/** What every day of a publication begins with: `skeleton.yaml`. Texts are Markdown. */
export interface DaySkeleton {
  readonly editor?: string;
  readonly greeting?: string;
  readonly dashboard?: {
    readonly title: string;
    readonly section?: string;
    readonly labels: readonly string[];
  };
  readonly closing?: string;
}

/** An entry of `sponsors.yaml`. */
export interface DaySponsor {
  readonly name: string;
  readonly href?: string;
  /** Markdown. */
  readonly text: string;
  readonly days?: readonly Weekday[];
  readonly dates?: readonly IsoDate[];
  /** First and last date. */
  readonly from?: IsoDate;
  readonly until?: IsoDate;
}

export interface PickedItem {
  readonly kind: ItemKind;
  /** A part of a digest. */
  readonly markdown: string;
}

const toCome = 'TK';

/** The sponsor of a date: one that names the date before one that names the weekday. */
export function sponsorOf(date: IsoDate, sponsors: readonly DaySponsor[]): DaySponsor | undefined {
  const running = sponsors.filter(({ from = date, until = date }) => from <= date && date <= until);
  const weekday = weekdayOf(date);
  return (
    running.find(({ dates }) => dates?.includes(date)) ??
    running.find(({ days, dates }) => days?.includes(weekday) ?? dates === undefined)
  );
}

/**
 * Writes the file of a day: front matter, greeting, the lead, the dashboard, the sponsor, the other items in the order
 * they were picked, the closing. What only a person can write is "TK", which blocks an edition.
 */
export function assembleDay(day: {
  readonly date: IsoDate;
  readonly skeleton: DaySkeleton;
  readonly sponsor: DaySponsor | undefined;
  readonly items: readonly PickedItem[];
}): string {
  const { date, skeleton, sponsor, items } = day;
  const { lead, rest } = splitLead(items);
  const { dashboard, others } = mergeDashboards(rest, skeleton);
  const parts = [
    skeleton.greeting?.trim() || toCome,
    lead?.markdown.trim() ?? `## ${toCome}\n\n${toCome}`,
    ...(dashboard === undefined ? [] : [dashboard]),
    ...(sponsor === undefined ? [] : [writeSponsor(sponsor)]),
    ...others.map(({ markdown }) => markdown.trim()),
    ...(skeleton.closing === undefined ? [] : [`:::closing\n${skeleton.closing.trim()}\n:::`]),
  ];
  const head = [
    '---',
    `date: ${date}`,
    `subject: ${toCome}`,
    `preheader: ${toCome}`,
    ...(skeleton.editor === undefined ? [] : [`editor: ${JSON.stringify(skeleton.editor)}`]),
    '---',
  ];
  return `${head.join('\n')}\n${parts.join('\n\n')}\n`;
}

/** The first item that is meant as a lead, else the first story. */
function splitLead(items: readonly PickedItem[]): {
  readonly lead: PickedItem | undefined;
  readonly rest: readonly PickedItem[];
} {
  const lead = items.find(({ kind }) => kind === 'lead') ?? items.find(({ kind }) => kind === 'brief');
  return { lead, rest: items.filter((item) => item !== lead) };
}

function writeSponsor({ name, href, text }: DaySponsor): string {
  return `:::sponsor${writeAttributes({ name, href })}\n${text.trim()}\n:::`;
}

interface ReadDashboard {
  readonly title: string;
  /** Each with its number taken away. */
  readonly entries: readonly string[];
  /** What follows it in its item. */
  readonly after: string;
}

/** Reads the dashboard that an item begins with; a curator may have edited it. */
function readDashboard(markdown: string): ReadDashboard | undefined {
  const match = /^:::dashboard\s*\[((?:\\.|[^\]\\])*)\][^\n]*\n(.*?)\n:::[ \t]*(?:\n|$)(.*)$/su.exec(
    markdown.trim(),
  );
  if (match === null) return undefined;
  const [, title = '', list = '', after = ''] = match;
  const entries = list
    .split(/^(?=\d{1,9}[.)][ \t])/mu)
    .map((entry) => entry.replace(/^\d{1,9}[.)][ \t]+/u, '').trim());
  return {
    title: title.replaceAll(/\\(.)/gu, '$1').trim(),
    entries: entries.filter((entry) => entry !== ''),
    after: after.trim(),
  };
}

/**
 * Puts the lines of dashboards without a title of their own, or with that of the skeleton, into the one of the skeleton:
 * those with one of its labels there, the others after them. A label without a line waits for one.
 */
function mergeDashboards(
  items: readonly PickedItem[],
  { dashboard }: DaySkeleton,
): { readonly dashboard: string | undefined; readonly others: readonly PickedItem[] } {
  const joining: ReadDashboard[] = [];
  const others: PickedItem[] = [];
  for (const item of items) {
    const read = item.kind === 'dashboard' ? readDashboard(item.markdown) : undefined;
    const isJoining = read !== undefined && (read.title === toCome || read.title === dashboard?.title);
    if (isJoining) joining.push(read);
    else others.push(item);
  }
  if (dashboard === undefined && joining.length === 0) return { dashboard: undefined, others };
  const found = joining.flatMap(({ entries }) => entries);
  const labelled = (dashboard?.labels ?? []).flatMap((label) => {
    const own = found.filter((entry) => labelOf(entry) === label.toLowerCase());
    return own.length > 0 ? own : [`**${label}:** ${toCome}`];
  });
  const entries = [...labelled, ...found.filter((entry) => !labelled.includes(entry))];
  const lines = (entries.length === 0 ? [toCome] : entries).map((entry, index) => reindent(entry, index + 1));
  const title = (dashboard?.title ?? toCome).replaceAll(/[\\[\]]/gu, '\\$&');
  const written = [
    `:::dashboard[${title}]${writeAttributes({ section: dashboard?.section })}`,
    ...lines,
    ':::',
  ];
  const after = joining
    .map((read) => read.after.replaceAll(/<!--.*?-->/gsu, '').trim())
    .filter((text) => text !== '');
  return { dashboard: [written.join('\n'), ...after].join('\n\n'), others };
}

function labelOf(entry: string): string | undefined {
  return /^\*\*(.+?):?\*\*:?/u.exec(entry)?.[1]?.toLowerCase();
}

/** An entry with its number; what is below its first line stays within it. */
function reindent(entry: string, number: number): string {
  const [first = '', ...below] = entry.split('\n');
  const indent = ' '.repeat(`${number}. `.length);
  return [
    `${number}. ${first}`,
    ...below.map((line) => (line.trim() === '' ? '' : `${indent}${line.trimStart()}`)),
  ].join('\n');
}
