import { digestLines, sectionParts } from '../../domain/editions/digest-parts.ts';
import type { Digest, Inline, Position } from '../../domain/editions/digest.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import { quoteFound } from '../report/quote-words.ts';
import { createReport } from '../report/report.ts';
import type { Speller } from './speller.ts';
import { toWords } from './word-list.ts';

/** A text with more is in another language, or no text. */
const maxReported = 200;

/** Longer than any word; the time to take one apart grows with its length. */
const maxWordLength = 45;

/** Words with a suggestion: each costs some milliseconds. */
const maxSuggested = 40;

const wordPattern =
  /(?<![\p{L}\p{N}\p{M}@#/.&_-])\p{L}[\p{L}\p{M}]*(?:['’-][\p{L}\p{M}]+)*(?![\p{L}\p{N}@/_]|\.\p{L})/gu;

interface Text {
  readonly text: string;
  readonly at: Position | undefined;
}

/**
 * Reports each word that the dictionary does not have, once. A word with a capital is taken for a name: it is a note,
 * and none if the digest has it twice.
 *
 * @param options.words of the publication; the digest's own `names` count too
 */
export function lintSpelling({
  digest,
  speller,
  words,
  file,
}: {
  readonly digest: Digest;
  readonly speller: Speller;
  readonly words: ReadonlySet<string>;
  /** Path as the user would type it. */
  readonly file: string;
}): readonly Problem[] {
  const report = createReport(file);
  const own = new Set([...words, ...toWords(digest.names ?? []), ...namesIn(digest)]);
  const found = textsOf(digest).flatMap(({ text, at }) =>
    [...text.matchAll(wordPattern)].map(([word]) => ({ word, at })),
  );
  const counts = new Map<string, number>();
  for (const { word } of found) counts.set(word, (counts.get(word) ?? 0) + 1);
  const seen = new Set<string>();
  let suggested = 0;
  let reported = 0;
  for (const { word, at } of found) {
    if (seen.has(word) || word.length > maxWordLength) continue;
    seen.add(word);
    if (reported >= maxReported) break;
    if (isOwn(word, own) || isRight(word, speller)) continue;
    const isName = /^\p{Lu}/u.test(word);
    if (isName && (counts.get(word) ?? 0) > 1) continue;
    reported += 1;
    const corrections = (suggested += 1) > maxSuggested ? [] : speller.suggest(word);
    const message = `${quoteFound(word)} is not in the dictionary.`;
    const hint = hintFor(corrections);
    if (isName) report.note({ rule: 'spelling-name', message, hint, at });
    else report.warn({ rule: 'spelling', message, hint, at });
  }
  return report.problems();
}

function hintFor(corrections: readonly string[]): string {
  if (corrections.length === 0) return 'Correct it, or add it to words.txt or to `names` of the digest.';
  return `Is it ${corrections.map((word) => `"${word}"`).join(' or ')}? If it is right, add it to words.txt.`;
}

function isOwn(word: string, own: ReadonlySet<string>): boolean {
  const plain = word.replaceAll('’', "'");
  const base = plain.replace(/'s$|'$/u, '');
  return [plain, base, plain.toLowerCase(), base.toLowerCase()].some((form) => own.has(form));
}

/** Abbreviations are not looked up. Of a word with hyphens or an apostrophe each part may be known by itself. */
function isRight(word: string, speller: Speller): boolean {
  if (word.length === 1 || (word.length <= 5 && word === word.toUpperCase())) return true;
  // "NATOs", "iPhone": the capital within says that it is a name of its own kind.
  if (/^\p{Lu}{2,}s?$|^\p{L}*\p{Ll}\p{Lu}/u.test(word) || speller.isKnown(word)) return true;
  const parts = word.split(/['’-]/u);
  if (parts.length === 1) return false;
  return parts.every((part) => part.length <= 2 || speller.isKnown(part) || isElided(part, parts));
}

/** "dell'", "jusqu'", the English "'s", "'ll", "'ve": what stands beside an apostrophe need not be a word. */
function isElided(part: string, parts: readonly string[]): boolean {
  return (
    parts.length === 2 &&
    part === parts[0] &&
    /^(?:dell|nell|sull|all|dall|coll|quell|un|jusqu|lorsqu|puisqu|quelqu)$/iu.test(part)
  );
}

function namesIn({ editor, sections }: Digest): ReadonlySet<string> {
  return toWords([editor ?? '', ...sections.flatMap((section) => sectionParts(section).names)]);
}

function textsOf(digest: Digest): readonly Text[] {
  const { subject, preheader = '', places, sections } = digest;
  return [
    { text: subject, at: places?.subject },
    { text: preheader, at: places?.preheader },
    ...sections.flatMap((section) =>
      sectionParts(section).headings.map((text) => ({ text, at: section.at })),
    ),
    ...digestLines(digest)
      .filter(({ isCredit = false }) => !isCredit)
      .map(({ label = '', content, at }) => ({ text: `${label} ${plainText(content)}`, at })),
  ];
}

/** Without code, which is in no dictionary. */
function plainText(content: readonly Inline[]): string {
  return content
    .map((part) => {
      if (part.kind === 'text') return part.value;
      if ('children' in part) return plainText(part.children);
      return part.kind === 'break' || part.kind === 'code' ? ' ' : '';
    })
    .join('');
}
