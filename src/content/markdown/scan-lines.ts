import { storyLineShape } from '../digest-fields.ts';
import { didYouMean } from '../report/did-you-mean.ts';
import type { DirectiveHead } from '../sections/section-parser.ts';
import { sectionParsers } from '../sections/section-parsers.ts';
import { readDirectiveHead } from './directive-head.ts';
import { endOfLine, readAttributes, reportRest } from './read-attributes.ts';
import type { AttributeList, Source } from './read-attributes.ts';

/** What Daybrief reads line by line, before Markdown is parsed. */
export interface ScannedLines {
  /** The source with everything that was read here turned to blanks; offsets stay what they were. */
  readonly text: string;
  /** By the offset of the heading's first character. */
  readonly headingAttributes: ReadonlyMap<number, AttributeList>;
  /** By the offset of the first colon. */
  readonly directives: ReadonlyMap<number, DirectiveHead>;
}

interface Scan {
  readonly source: Source;
  readonly headingAttributes: Map<number, AttributeList>;
  readonly directives: Map<number, DirectiveHead>;
  readonly edits: { readonly start: number; readonly end: number; readonly text: string }[];
  /** The block that is open; without a head it was refused, and its fence is only taken away. */
  open: { readonly head?: DirectiveHead; readonly colons: number; readonly line: number } | undefined;
  /** The heading that the next line may give attributes to. */
  heading: number | undefined;
}

/**
 * Reads the lines that are Daybrief's own: `:::` fences and attribute lines. Markdown parsers forgive
 * what is wrong with them by taking them for prose, and an unclosed block swallows the rest of the file.
 */
export function scanLines(source: Source, bodyOffset: number): ScannedLines {
  const scan: Scan = {
    source,
    headingAttributes: new Map(),
    directives: new Map(),
    edits: [],
    open: undefined,
    heading: undefined,
  };
  let codeFence = '';
  for (let offset = bodyOffset; offset < source.text.length;) {
    const end = endOfLine(source.text, offset);
    const line = source.text.slice(offset, end);
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    // Lines of code may begin with anything.
    const isCode = codeFence !== '' || fence !== '';
    if (codeFence === '') codeFence = fence;
    else if (fence.startsWith(codeFence)) codeFence = '';
    offset = (line.trim() === '' || isCode ? end : scanLine(scan, offset, line)) + 1;
  }
  closeWithoutFence(scan, 'the end of the file');
  const { headingAttributes, directives } = scan;
  return { text: applyEdits(scan), headingAttributes, directives };
}

/** Returns the offset where what was read ends. */
function scanLine(scan: Scan, offset: number, line: string): number {
  const end = offset + line.length;
  const { source, heading } = scan;
  scan.heading = undefined;
  if (heading !== undefined && /^ {0,3}\{(?![{%])/.test(line)) {
    const attributes = readAttributes(source, offset + line.indexOf('{'));
    scan.headingAttributes.set(heading, attributes);
    reportRest(source, attributes.end);
    const last = endOfLine(source.text, attributes.end - 1);
    scan.edits.push({ start: offset, end: last, text: '' });
    return last;
  }
  if (looksLikeAttributes(line) && isBelowImage(source.text, offset)) return end;
  if (looksLikeAttributes(line)) {
    scan.edits.push({ start: offset, end, text: '' });
    reportMisplaced(source, offset + line.indexOf('{'));
  } else if (/^ {0,3}#{1,2}(?:\s|$)/.test(line)) {
    closeWithoutFence(scan, `the headline on line ${source.at(offset).line}`);
    scan.heading = offset + line.indexOf('#');
  } else if (/^ {0,3}#{2,6}[^#\s]/.test(line)) {
    reportHeadingBlank(source, offset, line);
    scan.heading = offset;
  } else if (/^ {0,3}:{2,}/.test(line)) {
    scanFence(scan, offset, line);
  }
  return end;
}

function scanFence(scan: Scan, offset: number, line: string): void {
  const { source, open } = scan;
  const end = offset + line.length;
  const start = offset + line.indexOf(':');
  const colons = /:+/.exec(line)?.[0].length ?? 0;
  if (/^ {0,3}:+\s*$/.test(line)) {
    const closes = open !== undefined && colons >= open.colons;
    if (closes) scan.open = undefined;
    else reportStrayFence(source, start, open);
    if (!closes || open.head === undefined) scan.edits.push({ start: offset, end, text: '' });
    return;
  }
  closeWithoutFence(scan, `the block on line ${source.at(start).line}`);
  const head = readDirectiveHead(source, start, colons);
  scan.open = { colons, line: source.at(start).line, ...(head === undefined ? {} : { head }) };
  if (head === undefined) {
    scan.edits.push({ start: offset, end, text: '' });
  } else {
    scan.directives.set(start, head);
    // All that Markdown has to know of a block is where it begins and ends.
    scan.edits.push({ start: start + colons, end, text: 'b' });
  }
}

function closeWithoutFence(scan: Scan, before: string): void {
  const head = scan.open?.head;
  scan.open = undefined;
  if (head === undefined) return;
  const { source } = scan;
  scan.directives.delete(head.offset);
  scan.edits.push({ start: head.offset, end: endOfLine(source.text, head.offset), text: '' });
  source.report.error({
    rule: 'section-unclosed',
    message: `The section \`:::${head.kind}\` that is opened here is not closed before ${before}.`,
    hint: 'Add a line with ":::" after the section.',
    at: source.at(head.offset),
  });
}

function reportMisplaced(source: Source, offset: number): void {
  source.report.error({
    rule: 'attributes-misplaced',
    message: 'Found an attribute line without a headline above it.',
    hint: 'Put it directly under the "##" line, or on the ":::" line it belongs to.',
    at: source.at(offset),
  });
}

function reportHeadingBlank(source: Source, offset: number, line: string): void {
  const marks = /#+/.exec(line)?.[0] ?? '';
  source.report.error({
    rule: 'headline-blank',
    message: `A blank is missing after "${marks}", so this is not read as a headline.`,
    hint: `Write "${marks} ${line.trim().slice(marks.length, marks.length + 20)}...".`,
    at: source.at(offset + line.indexOf('#')),
  });
}

function reportStrayFence(source: Source, offset: number, open: Scan['open']): void {
  source.report.error({
    rule: 'section-not-open',
    message:
      open === undefined
        ? 'A block is closed here, but none is open.'
        : `This closes nothing: the block on line ${open.line} was opened with ${open.colons} colons.`,
    hint: open === undefined ? 'Delete the line.' : 'Close it with as many colons as it was opened with.',
    at: source.at(offset),
  });
}

function applyEdits({ source, edits }: Scan): string {
  let out = '';
  let done = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    // The line of an unclosed block was edited before: the whole line wins.
    if (start < done) continue;
    const blanks = source.text.slice(start + text.length, end).replaceAll(/[^\n]/g, ' ');
    out += source.text.slice(done, start) + text + blanks;
    done = end;
  }
  return out + source.text.slice(done);
}

/** Matches a line meant as attributes: `{section=`. */
function looksLikeAttributes(line: string): boolean {
  const key = /^ {0,3}\{\s*([A-Za-z-]+)\s*=/.exec(line)?.[1];
  return key !== undefined && didYouMean(key, attributeKeys) !== undefined;
}

/** `![...](...)` or `[![...](...)](...)`, in a bullet or quote too: `to-images.ts` reads the line below it. */
function isBelowImage(text: string, offset: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', offset - 2) + 1, offset);
  return /^[\s>*+\d.)-]*\[?!\[/.test(before);
}

const attributeKeys = [
  ...new Set([
    ...Object.keys(storyLineShape),
    'caption',
    ...Object.values(sectionParsers).flatMap((parser) => parser.attributeKeys),
  ]),
];
