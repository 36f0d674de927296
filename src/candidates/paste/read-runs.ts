import type {
  CandidateBlock,
  CandidateBullet,
  CandidateEntry,
  Spans,
} from '../../domain/candidates/candidate.ts';
import { readBullet, readNumbered, splitLabel, splitLeadIn } from './line-kinds.ts';
import type { PastedLine } from './split-lines.ts';

/** A block that several lines make, and how many. */
export interface Run {
  readonly block: CandidateBlock;
  readonly count: number;
}

/** Reads bullets from here on; a bullet further to the right belongs to the one above. */
export function readBullets(lines: readonly PastedLine[], start: number): Run | undefined {
  const bullets: (Omit<CandidateBullet, 'inner'> & { readonly inner: Omit<CandidateBullet, 'inner'>[] })[] =
    [];
  const indent = lines[start]?.indent ?? 0;
  let index = start;
  for (; index < lines.length; index += 1) {
    const line = lines[index];
    const words = line === undefined ? undefined : readBullet(line.text);
    if (line === undefined || words === undefined) break;
    const { leadIn, rest } = splitLeadIn(words);
    const bullet = { ...(leadIn === undefined ? {} : { leadIn }), content: [{ text: rest }] };
    const isInner = line.indent >= indent + 2 || /^[◦▫○□]/u.test(line.text);
    const parent = bullets.at(-1);
    if (isInner && parent !== undefined) parent.inner.push(bullet);
    else bullets.push({ ...bullet, inner: [] });
  }
  return index === start ? undefined : { block: { kind: 'list', bullets }, count: index - start };
}

/**
 * Reads at least two numbered lines that count by ones. A short line without a number between them is another headline
 * of the entry above.
 */
export function readNumbers(lines: readonly PastedLine[], start: number): Run | undefined {
  const first = readNumbered(lines[start]?.text ?? '');
  if (first === undefined) return undefined;
  const entries: { readonly rest: string; readonly more: string[] }[] = [{ rest: first.rest, more: [] }];
  let end = start + 1;
  for (let index = end; index < lines.length; index += 1) {
    const next = readNumbered(lines[index]?.text ?? '');
    if (next?.number === first.number + entries.length) {
      entries.at(-1)?.more.push(...lines.slice(end, index).map(wordsOf));
      entries.push({ rest: next.rest, more: [] });
      end = index + 1;
    } else if (next !== undefined || !mayContinue(lines[index], index - end)) break;
  }
  if (entries.length < 2) return undefined;
  // Below the last line, only the line directly below it, and only if others have a second headline too.
  const last = lines[end];
  if (
    last !== undefined &&
    entries.some(({ more }) => more.length > 0) &&
    !last.gap &&
    mayContinue(last, 0)
  ) {
    entries.at(-1)?.more.push(last.text);
    end += 1;
  }
  const block = { kind: 'numbers' as const, first: first.number, entries: entries.map(toEntry) };
  return { block, count: end - start };
}

/** True for the second headline of an entry, or a few bullets; a sentence under a number is the story that it counts. */
function mayContinue(line: PastedLine | undefined, before: number): boolean {
  if (line === undefined || line.text.length > 150 || /[.:]$/u.test(line.text)) return false;
  return before < (readBullet(line.text) === undefined ? 1 : 3);
}

function wordsOf({ text }: PastedLine): string {
  return readBullet(text) ?? text;
}

function toEntry({
  rest,
  more,
}: {
  readonly rest: string;
  readonly more: readonly string[];
}): CandidateEntry {
  const { label, rest: words } = splitLabel(rest);
  const headlines = label === undefined ? [words] : splitHeadlines(words);
  return {
    ...(label === undefined ? {} : { label }),
    headlines: [...headlines, ...more].map((text): Spans => [{ text }]),
  };
}

/** Two headlines on one line, with a dash, bar or dot between them; a dash inside a headline goes on in small letters. */
function splitHeadlines(text: string): readonly string[] {
  const parts = text.split(/\s+[—–|•·]\s+|\s+-\s+|;\s+/u);
  const areHeadlines = parts.every(
    (part) => part.split(' ').length >= 3 && /^[\p{Lu}\p{N}\p{Lo}"“‘«$€£]/u.test(part),
  );
  return parts.length === 2 && areHeadlines ? parts : [text];
}

/** True if the lines are those of a dashboard: most have a label. */
export function isLabelled(block: CandidateBlock | undefined): boolean {
  if (block?.kind !== 'numbers') return false;
  return block.entries.filter(({ label }) => label !== undefined).length * 2 >= block.entries.length;
}
