import { cleanLine } from '../../domain/candidates/clean-text.ts';

/** A line of pasted text: a paragraph, or a part of the page around it. */
export interface PastedLine {
  readonly text: string;
  /** An empty line, or the beginning of the text, is above it. */
  readonly gap: boolean;
  /** Columns before the first character. */
  readonly indent: number;
}

export const bulletMark = /^(?:[•‣◦▪▫●○■□➤►✓✔➜·∙–—*+-])\s+(?=\S)|^[•‣◦▪▫●○■□➤►∙](?=\S)/u;
const bareBullet = /^(?:[•‣◦▪▫●○■□➤►∙*–-]|\d{1,2}[.)])$/u;

/** Lines of mail are at most this long where they are broken; shorter ones end a paragraph. */
const wrapped = { min: 45, max: 85 };

/** Cuts pasted text into its paragraphs: lines that a mail program broke are joined, a bullet alone takes the next line. */
export function splitLines(text: string): readonly PastedLine[] {
  const lines: PastedLine[] = [];
  let gap = true;
  let bullet: string | undefined;
  for (const raw of text.split(/\r\n?|[\n\u0085\u2028\u2029\v\f]/u)) {
    const line = cleanLine(raw);
    if (line === '') {
      gap = true;
      continue;
    }
    if (bareBullet.test(line)) {
      bullet = line;
      continue;
    }
    const indent = /^[ \t\u00A0]*/u.exec(raw)?.[0].replaceAll('\t', '    ').length ?? 0;
    lines.push({
      text: bullet === undefined ? line : `${bullet} ${line}`,
      gap: gap || lines.length === 0,
      indent,
    });
    gap = false;
    bullet = undefined;
  }
  return joinWrapped(lines);
}

function joinWrapped(lines: readonly PastedLine[]): readonly PastedLine[] {
  return blocksOf(lines).flatMap((block) => (isWrapped(block) ? joinBlock(block) : block));
}

function blocksOf(lines: readonly PastedLine[]): readonly (readonly PastedLine[])[] {
  const blocks: PastedLine[][] = [];
  for (const line of lines) {
    if (line.gap || blocks.length === 0) blocks.push([line]);
    else blocks.at(-1)?.push(line);
  }
  return blocks;
}

/** True if a mail program broke the lines: all but the last are of a length, and one goes on in small letters. */
function isWrapped(block: readonly PastedLine[]): boolean {
  const bodies = block.filter((_, index) => !endsBefore(block[index + 1]));
  const isEven = bodies.every(
    ({ text }, index) =>
      text.length <= wrapped.max && (index === bodies.length - 1 || text.length >= wrapped.min),
  );
  return isEven && block.some((line, index) => index > 0 && /^\p{Ll}/u.test(line.text));
}

/** True if a line begins something of its own, or there is none. */
function endsBefore(next: PastedLine | undefined): boolean {
  return next === undefined || bulletMark.test(next.text) || /^\d{1,2}[.)]\s/u.test(next.text);
}

function joinBlock(block: readonly PastedLine[]): readonly PastedLine[] {
  const out: PastedLine[] = [];
  for (const line of block) {
    const last = out.at(-1);
    if (last === undefined || endsBefore(line)) out.push(line);
    else out[out.length - 1] = { ...last, text: `${last.text} ${line.text}` };
  }
  return out;
}
