import { wordsIn } from '../../domain/editions/brevity.ts';
import { blockLines, digestLines } from '../../domain/editions/digest-parts.ts';
import type { Digest, Paragraph, Position, Story } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { sentencesOf } from '../../domain/editions/sentences.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { nearest } from '../report/did-you-mean.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Report } from '../report/report.ts';

const headlineWords = 6;
const ledeWords = 35;
/** Paragraphs before "Why it matters". */
const earlyParagraphs = 3;
/** Words a sentence, on average of the edition. */
const sentenceWords = 20;

/** Checks each story: its headline, its first sentence, what it means, its lead-ins. */
export function lintStories(digest: Digest, publication: Publication, report: Report): void {
  const { language } = publication;
  const { whyItMatters, leadIns } = phrasesFor(language).edition;
  const known = new Map([...whyItMatters, ...leadIns].map((leadIn) => [bare(leadIn), leadIn]));
  for (const section of digest.sections) {
    if (section.kind !== 'lead' && section.kind !== 'brief') continue;
    const paragraphs = section.blocks.filter((block): block is Paragraph => block.kind === 'paragraph');
    lintHeadline(section, report);
    lintLede(section, { paragraphs, language, report });
    lintWhy(section, { paragraphs, why: whyItMatters, language, report });
    for (const { leadIn, at } of paragraphs) {
      if (leadIn !== undefined) lintLeadIn(leadIn, at, { known, report });
    }
  }
  lintDoubled(digest, report);
  lintSentences(digest, language, report);
}

function lintHeadline(story: Story, report: Report): void {
  const { headline, at } = story;
  const words = wordsIn(headline);
  if (words > headlineWords) {
    const message = `The headline ${quoteFound(headline, 40)} has ${words} words; ${headlineWords} are read at a glance.`;
    report.note({ rule: 'headline-words', message, hint: 'Cut what the first sentence says anyway.', at });
  }
  const told = story.blocks
    .flatMap(blockLines)
    .map(({ label = '', content }) => `${label} ${inlineText(content)}`);
  const numbers = new Set(numbersIn(told.join(' ')));
  for (const number of numbersIn(headline)) {
    if (numbers.has(number) || numbers.size === 0) continue;
    const message = `The headline has the number ${number}, which the story does not have.`;
    const hint = 'Check which of them is right.';
    report.warn({ rule: 'headline-number', message, hint, at });
  }
}

/** Numbers of two digits and more, without separators of thousands: small ones are often written as words. */
function numbersIn(text: string): readonly string[] {
  return Array.from(text.matchAll(/\d[\d.,\u00A0\u202F'’]*\d/gu), ([found]) =>
    found.replaceAll(/[.,\u00A0\u202F'’](?=\d{3}(?:\D|$))/gu, ''),
  );
}

interface Told {
  readonly paragraphs: readonly Paragraph[];
  readonly language: string;
  readonly report: Report;
}

function lintLede({ headline }: Story, { paragraphs, language, report }: Told): void {
  const [first] = paragraphs;
  if (first === undefined) return;
  const text = inlineText(first.content);
  const sentences = sentencesOf(text, language);
  const words = wordsIn(sentences[0] ?? '');
  if (words > ledeWords) {
    const message = `The first sentence of ${quoteFound(headline, 40)} has ${words} words; ${ledeWords} are plenty.`;
    report.note({ rule: 'lede-long', message, hint: 'Say what is new, and stop.', at: first.at });
  } else if (sentences.length > 1 && first.leadIn === undefined) {
    const message = `The first paragraph of ${quoteFound(headline, 40)} has ${sentences.length} sentences; one says what is new.`;
    report.note({
      rule: 'lede-long',
      message,
      hint: 'Begin the next paragraph with the second one.',
      at: first.at,
    });
  }
  if (!repeats(headline, sentences[0] ?? '')) return;
  const message = `The first sentence repeats the headline ${quoteFound(headline, 40)}.`;
  report.warn({
    rule: 'lede-repeats-headline',
    message,
    hint: 'Say what the headline leaves open.',
    at: first.at,
  });
}

/** True if a sentence has four words of five of a headline, and hardly any others. */
function repeats(headline: string, sentence: string): boolean {
  const wanted = contentWords(headline);
  const said = contentWords(sentence);
  const known = new Set(said);
  const shared = wanted.filter((word) => known.has(word)).length;
  return wanted.length >= 3 && shared >= 0.8 * wanted.length && said.length <= wanted.length + 4;
}

/** Words of four letters and more. */
function contentWords(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? [];
}

function lintWhy(
  story: Story,
  { paragraphs, why, language, report }: Told & { readonly why: readonly string[] },
): void {
  const names = new Set(why.map(bare));
  const index = paragraphs.findIndex(({ leadIn }) => leadIn !== undefined && names.has(bare(leadIn)));
  const found = paragraphs[index];
  if (found === undefined) {
    const message = `The story ${quoteFound(story.headline, 40)} does not say why it matters.`;
    const hint = `Add **${why[0] ?? ''}:** and one sentence.`;
    report.note({ rule: 'why-missing', message, hint, at: story.at });
    return;
  }
  if (index >= earlyParagraphs) {
    const message = `"${found.leadIn}" comes after ${index} paragraphs.`;
    report.note({ rule: 'why-late', message, hint: 'Move it below the first.', at: found.at });
  }
  const sentences = sentencesOf(inlineText(found.content), language).length;
  if (sentences > 1) {
    const message = `"${found.leadIn}" has ${sentences} sentences; one is remembered.`;
    report.note({ rule: 'why-long', message, hint: 'Keep the one that matters most.', at: found.at });
  }
}

/** Reports lead-ins that are nearly one that subscribers know: "Why it maters:". */
function lintLeadIn(
  leadIn: string,
  at: Position,
  { known, report }: { readonly known: ReadonlyMap<string, string>; readonly report: Report },
): void {
  const written = bare(leadIn);
  if (known.has(written)) return;
  const meant = nearest(written, [...known.keys()]);
  if (meant === undefined || written.length < 6 || !isNear(written, meant)) return;
  const usual = known.get(meant) ?? meant;
  const message = `The lead-in ${quoteFound(leadIn)} is nearly "${usual}:".`;
  report.warn({ rule: 'lead-in-unknown', message, hint: `Write **${usual}:**, as on other days.`, at });
}

/** A typing error, and no other word: the same number of words, each beginning alike. */
function isNear(written: string, meant: string): boolean {
  const [a, b] = [written.split(' '), meant.split(' ')];
  return a.length === b.length && a.every((word, index) => word[0] === b[index]?.[0]);
}

function bare(leadIn: string): string {
  return leadIn
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/[,:.!?]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** "the the": in any language, except for words that may occur twice in a row. */
function lintDoubled(digest: Digest, report: Report): void {
  for (const { content, at } of digestLines(digest)) {
    const text = inlineText(content);
    const seen = new Set<string>();
    for (const [found, word = ''] of text.matchAll(
      /(?<![\p{L}\p{N}'’-])(\p{L}{2,})\s+\1(?![\p{L}\p{N}'’@-])/giu,
    )) {
      if (mayDouble.has(word.toLowerCase()) || seen.has(word.toLowerCase())) continue;
      seen.add(word.toLowerCase());
      const message = `The word ${quoteFound(word)} stands twice: ${quoteFound(found)}.`;
      report.warn({ rule: 'word-doubled', message, hint: 'Delete one of them.', at });
    }
  }
}

const mayDouble: ReadonlySet<string> = new Set(
  'had,that,is,die,der,das,den,sie,nous,vous,bye,no,so,very,la,yo,wah,pom,cous,tut,aye,knock,ha'.split(','),
);

function lintSentences(digest: Digest, language: string, report: Report): void {
  const sentences = digestLines(digest)
    .filter(({ isCredit = false }) => !isCredit)
    .flatMap(({ content }) => sentencesOf(inlineText(content), language))
    .filter((sentence) => /[.!?\u061F]["'”’»)]*$/u.test(sentence));
  if (sentences.length < 5) return;
  const mean = sentences.reduce((sum, sentence) => sum + wordsIn(sentence), 0) / sentences.length;
  if (mean <= sentenceWords) return;
  const message = `Sentences have ${mean.toFixed(1)} words on average; ${sentenceWords} are easy to take in.`;
  report.note({
    rule: 'sentences-long',
    message,
    hint: 'Divide the longest ones.',
    at: digest.places?.subject,
  });
}
