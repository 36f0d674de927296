import type {
  Candidate,
  CandidateBlock,
  CandidateBullet,
  CandidateEntry,
} from '../../domain/candidates/candidate.ts';
import { withoutTracking } from '../../domain/candidates/canonical-url.ts';
import { writeAttributes } from '../../domain/candidates/write-attributes.ts';
import { escapeLineStart, escapeText, writeSpans, writeUrl } from './escape.ts';

/** Formats an instant as a digest writes it, in the publication's zone. */
export type FormatInstant = (utc: string) => string;

/** The placeholder that lint blocks: what only a person can write. */
export const toCome = 'TK';

/** Writes a candidate as a part of a digest: a story, or a dashboard with its lines. Every word is kept, in order. */
export function writeItem(candidate: Candidate, formatInstant: FormatInstant): string {
  return candidate.kind === 'dashboard'
    ? writeDashboard(candidate, formatInstant)
    : writeStory(candidate, formatInstant);
}

function writeStory(candidate: Candidate, formatInstant: FormatInstant): string {
  const { headline, url, blocks } = candidate;
  const words = headline === undefined ? toCome : escapeText(headline).replace(/(#+)$/u, '\\$1');
  const isLinked = headline !== undefined && url !== undefined && /[\p{L}\p{N}]/u.test(headline);
  const attributes = writeAttributes({ ...lineOf(candidate, formatInstant), by: candidate.by });
  const head = `## ${isLinked ? `[${words}](${writeUrl(withoutTracking(url))})` : words}`;
  const body = blocks.map(writeBlock).filter((block) => block !== '');
  return [attributes === '' ? head : `${head}\n${attributes}`, ...(body.length === 0 ? [toCome] : body)].join(
    '\n\n',
  );
}

function lineOf(candidate: Candidate, formatInstant: FormatInstant) {
  const { section, published, updated, credit } = candidate;
  return {
    section,
    published: published === undefined ? undefined : formatInstant(published),
    updated: updated === undefined ? undefined : formatInstant(updated),
    credit: credit === undefined ? undefined : escapeText(credit),
  };
}

function writeDashboard(candidate: Candidate, formatInstant: FormatInstant): string {
  const { headline, blocks } = candidate;
  const [numbers, ...rest] = blocks;
  const title = (headline ?? toCome).replaceAll(/[\\[\]]/gu, '\\$&');
  const line = lineOf(candidate, formatInstant);
  // A dashboard has no byline of its own.
  const credit = [candidate.by === undefined ? undefined : escapeText(candidate.by), line.credit]
    .filter((part) => part !== undefined)
    .join('; ');
  const attributes = writeAttributes({ ...line, credit });
  const entries = numbers?.kind === 'numbers' ? numbers.entries : [];
  const lines =
    entries.length === 0
      ? [`1. **${toCome}:** ${toCome}`]
      : entries.map((entry, index) => writeEntry(entry, index + 1, '   '));
  return [
    [`:::dashboard[${title}]${attributes}`, ...lines, ':::'].join('\n'),
    ...(numbers?.kind === 'numbers' ? rest : blocks).map(writeBlock).filter((block) => block !== ''),
  ].join('\n\n');
}

/** One numbered line; further headlines under it are bullets. */
function writeEntry({ label, headlines }: CandidateEntry, number: number, indent: string): string {
  const [first = [], ...others] = headlines;
  const line = withLeadIn(label, writeSpans(first));
  return [
    `${number}. ${line}`,
    ...others.map((spans) => `${indent}- ${escapeLineStart(writeSpans(spans))}`),
  ].join('\n');
}

function withLeadIn(leadIn: string | undefined, words: string): string {
  return leadIn === undefined ? escapeLineStart(words) : `**${escapeText(leadIn)}** ${words}`.trimEnd();
}

function writeBlock(block: CandidateBlock): string {
  switch (block.kind) {
    case 'paragraph':
      return withLeadIn(block.leadIn, writeSpans(block.content));
    case 'subheading':
      return `### ${writeSpans(block.content).replace(/(#+)$/u, '\\$1')}`;
    case 'list':
      return block.bullets.map(writeBullet).join('\n');
    case 'numbers':
      return block.entries
        .map((entry, index) =>
          writeEntry(entry, block.first + index, ' '.repeat(`${block.first + index}. `.length)),
        )
        .join('\n');
    case 'quote':
      return block.paragraphs.map((spans) => `> ${escapeLineStart(writeSpans(spans))}`).join('\n>\n');
    case 'image':
      return writeImage(block);
    case 'go-deeper':
      return `[${escapeText(block.text)}](${writeUrl(withoutTracking(block.url))})`;
    case 'comment':
      return writeComment(block.blocks);
  }
}

/** Indented, because a digest reads its own lines in comments too. */
function writeComment(blocks: readonly CandidateBlock[]): string {
  const text = blocks.map(writeBlock).filter((block) => block !== '');
  if (text.length === 0) return '';
  const lines = text.join('\n\n').replaceAll('-->', '-- >').split('\n');
  return ['<!--', ...lines.map((line) => (line === '' ? '' : `    ${line}`)), '-->'].join('\n');
}

function writeBullet({ leadIn, content, inner }: CandidateBullet): string {
  return [
    `- ${withLeadIn(leadIn, writeSpans(content))}`,
    ...inner.map((bullet) => `  - ${withLeadIn(bullet.leadIn, writeSpans(bullet.content))}`),
  ].join('\n');
}

function writeImage({ src, alt, credit }: Extract<CandidateBlock, { kind: 'image' }>): string {
  const words = alt === undefined || alt === '' ? toCome : escapeText(alt);
  // Markdown takes the backslashes of a title away before the credit is read as Markdown itself.
  const title = credit === undefined ? '' : ` "${escapeText(escapeText(credit)).replaceAll('"', '\\"')}"`;
  return `![${words}](${src === undefined ? `images/${toCome}.jpg` : writeUrl(src)}${title})`;
}
