import retextEnglish from 'retext-english';
import retextPassive from 'retext-passive';
import { unified } from 'unified';
import { VFile } from 'vfile';

import { digestLines } from '../../domain/editions/digest-parts.ts';
import type { Digest, Position } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { quoteFound } from '../report/quote-words.ts';
import { createReport } from '../report/report.ts';

interface Line {
  readonly text: string;
  readonly at: Position;
}

/** Checks how sentences are written: words that can go, and, in English, the passive voice. */
export async function lintProse({
  digest,
  publication,
  file,
}: {
  readonly digest: Digest;
  readonly publication: Publication;
  /** Path as the user would type it. */
  readonly file: string;
}): Promise<readonly Problem[]> {
  const report = createReport(file);
  const { language, edition } = phrasesFor(publication.language);
  const lines = digestLines(digest)
    .filter(({ isCredit = false }) => !isCredit)
    .map(({ content, at }) => ({ text: inlineText(content), at }));
  const filler = fillerPattern(edition.fillers);
  for (const { text, at } of lines) {
    // Words in quotation marks belong to others and are not judged.
    const found = filler.exec(text.replaceAll(/["“„«][^"”“»]*["”“»]/gu, ' '))?.[0];
    if (found === undefined) continue;
    const message = `${quoteFound(found)} can go.`;
    report.note({ rule: 'filler-word', message, hint: 'Read the sentence without it.', at });
  }
  if (language === 'en') {
    for (const { words, at } of await findPassive(lines)) {
      const message = `"... ${words}": who did it?`;
      report.note({ rule: 'passive-voice', message, hint: 'Begin with who acts, if that is known.', at });
    }
  }
  return report.problems();
}

function fillerPattern(fillers: readonly string[]): RegExp {
  const words = fillers.map((words) => words.replaceAll(/[^\p{L}\p{N} ]/gu, '.')).join('|');
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${words})(?![\p{L}\p{N}])`, 'iu');
}

/** The passive voice of each line, at most once. All lines are read as one text, because starting to read costs. */
async function findPassive(
  lines: readonly Line[],
): Promise<readonly { readonly words: string; readonly at: Position }[]> {
  const starts: number[] = [];
  let text = '';
  for (const line of lines) {
    starts.push(text.length);
    text += `${line.text.replaceAll(/\s+/gu, ' ')}\n\n`;
  }
  const file = new VFile(text);
  const processor = unified().use(retextEnglish).use(retextPassive);
  await processor.run(processor.parse(file), file);
  const seen = new Set<number>();
  return file.messages.flatMap(({ place, actual = '' }) => {
    const offset =
      place === undefined
        ? -1
        : 'offset' in place
          ? place.offset
          : 'start' in place
            ? place.start.offset
            : -1;
    const index = starts.findLastIndex((start) => start <= (offset ?? -1));
    const line = lines[index];
    if (line === undefined || seen.has(index)) return [];
    seen.add(index);
    return [{ words: passiveAt(text, offset ?? 0, actual), at: line.at }];
  });
}

/** The participle with the word before it: "was passed". */
function passiveAt(text: string, offset: number, participle: string): string {
  const before = /\S+\s+$/u.exec(text.slice(0, offset))?.[0].trim() ?? '';
  return `${before} ${participle}`.trim();
}
