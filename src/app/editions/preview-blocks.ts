import { blockWords, wordsIn } from '../../domain/editions/brevity.ts';
import { blockLines, sectionParts } from '../../domain/editions/digest-parts.ts';
import type { TextLine } from '../../domain/editions/digest-parts.ts';
import type { Digest, Section } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';

/** A section with what it costs. */
export interface PreviewBlock {
  readonly name: string;
  /** The first words that it shows. */
  readonly begins: string;
  readonly words: number;
  /** Undefined if none is expected of it. */
  readonly targetWords?: number;
  readonly line: number;
}

const leadWords = 250;
const briefWords = 150;

/** Greeting and sections in reading order. */
export function previewBlocks(digest: Digest): readonly PreviewBlock[] {
  const greeting = digest.greeting.reduce((sum, block) => sum + blockWords(block), 0);
  const first = digest.greeting[0]?.at.line;
  return [
    ...(first === undefined
      ? []
      : [
          {
            name: 'Greeting',
            begins: beginning(digest.greeting.flatMap(blockLines)),
            words: greeting,
            line: first,
          },
        ]),
    ...digest.sections.map((section) => ({
      name: sectionParts(section).title,
      begins: section.kind === 'contents' ? firstWords(section.title ?? '') : beginning(linesOf(section)),
      words: linesOf(section).reduce(
        (sum, { label = '', content }) => sum + wordsIn(`${label} ${inlineText(content)}`),
        0,
      ),
      ...(section.kind === 'lead' ? { targetWords: leadWords } : {}),
      ...(section.kind === 'brief' ? { targetWords: briefWords } : {}),
      line: section.at.line,
    })),
  ];
}

function linesOf(section: Section): readonly TextLine[] {
  const { blocks, lines } = sectionParts(section);
  return [...blocks.flatMap(blockLines), ...lines].filter(({ isCredit = false }) => !isCredit);
}

/** Three words of the first line that has any. */
function beginning(lines: readonly TextLine[]): string {
  const texts = lines.map(({ label = '', content }) => (label === '' ? inlineText(content) : label).trim());
  return firstWords(texts.find((text) => text !== '') ?? '');
}

function firstWords(text: string): string {
  return text.split(/\s+/u).slice(0, 3).join(' ');
}
