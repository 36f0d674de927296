import { DefuddleClass } from 'defuddle/node';

import type { Candidate, CandidateBlock, FoundCandidates } from '../../domain/candidates/candidate.ts';
import { plain } from '../../domain/candidates/candidate.ts';
import { AppError } from '../../errors/app-error.ts';
import { readByline } from '../paste/line-kinds.ts';
import { parseDocument } from './dom.ts';
import type { DomDocument } from './dom.ts';
import { readPageFacts } from './page-facts.ts';
import type { PageFacts } from './page-facts.ts';
import { toBlocks } from './to-blocks.ts';
import { webLink } from './web-link.ts';

/** A page with this many words is offered as a lead. */
const leadWords = 250;

/**
 * Reads the story of a web page: its text without the page around it, and what the page says of itself.
 *
 * @throws AppError CANDIDATE_UNREADABLE if there is neither a headline nor text
 */
export function readPage(
  html: string,
  { url, timeZone }: { readonly url?: string | undefined; readonly timeZone: string },
): FoundCandidates {
  const document = parseDocument(html);
  const known = readPageFacts(document, { base: url, timeZone });
  const base = url ?? known.url;
  const all = toBlocks(parseDocument(storyOf(html, document, base)).body, base);
  const facts = known.by === undefined ? { ...known, by: bylineOf(all) } : known;
  const blocks = withImage(withoutTitle(all, facts), facts);
  const words = blocks.reduce((sum, block) => sum + countWords(block), 0);
  if (facts.title === undefined && words === 0) {
    throw new AppError('CANDIDATE_UNREADABLE', 'The page has no text that could be read.', {
      hint: 'Pages that a script fills in have none: copy the text in the browser and paste it with "-".',
    });
  }
  return { candidates: [toCandidate(facts, { blocks, words, base })], dropped: [] };
}

function toCandidate(
  { title, by, section, published, updated, site, url, credit, image }: PageFacts,
  found: {
    readonly blocks: readonly CandidateBlock[];
    readonly words: number;
    readonly base: string | undefined;
  },
): Candidate {
  const address = url ?? webLink(found.base);
  const facts = {
    headline: title,
    section,
    published,
    updated,
    by,
    // The credit of an image is beside it.
    credit: image === undefined ? credit : undefined,
    url: address,
    site: site ?? (address === undefined ? undefined : new URL(address).hostname.replace(/^www\./u, '')),
  };
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  return { kind: found.words >= leadWords ? 'lead' : 'brief', ...known, blocks: found.blocks };
}

/** The part of the page that is the story; the whole body if the story cannot be found. */
function storyOf(html: string, document: DomDocument, url: string | undefined): string {
  try {
    // Async extractors would ask other sites for text. They are off, and their fetch refuses.
    const options = { url: url ?? 'https://unknown.invalid/', useAsync: false, fetch: refuseFetch };
    const parsed = new DefuddleClass(parseDocument(html), options).parse();
    if (parsed.content.trim() !== '') return parsed.content;
  } catch {
    // A page that it cannot take apart, such as one nested too deep.
  }
  return document.body.innerHTML ?? '';
}

function refuseFetch(): never {
  throw new Error('Reading a page fetches nothing else.');
}

/** The names in "By Jo Park" above the text. */
function bylineOf(blocks: readonly CandidateBlock[]): string | undefined {
  return blocks
    .slice(0, 4)
    .map((block) => (block.kind === 'paragraph' ? readByline(plain(block.content)) : undefined))
    .find((by) => by !== undefined);
}

/** Without a headline that repeats the title, and without a byline that the facts have. */
function withoutTitle(
  blocks: readonly CandidateBlock[],
  { title, by }: PageFacts,
): readonly CandidateBlock[] {
  return blocks.filter((block, index) => {
    if (index > 4) return true;
    const text = block.kind === 'subheading' || block.kind === 'paragraph' ? plain(block.content) : '';
    const isTitle = title !== undefined && sameWords(text, title);
    return !isTitle && !(by !== undefined && sameWords(text.replace(/^by\s+/iu, ''), by));
  });
}

/** The image that the page shows elsewhere, before the text, unless the text has one. */
function withImage(
  blocks: readonly CandidateBlock[],
  { image, imageAlt, credit }: PageFacts,
): readonly CandidateBlock[] {
  const [first] = blocks;
  if (first?.kind === 'image') {
    return credit === undefined || first.credit !== undefined
      ? blocks
      : [{ ...first, credit }, ...blocks.slice(1)];
  }
  if (image === undefined || blocks.some((block) => block.kind === 'image' && block.src === image))
    return blocks;
  const hero = {
    kind: 'image' as const,
    src: image,
    ...(imageAlt === undefined ? {} : { alt: imageAlt }),
    ...(credit === undefined ? {} : { credit }),
  };
  return [hero, ...blocks];
}

function sameWords(one: string, other: string): boolean {
  const normal = (text: string) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return normal(one) !== '' && normal(one) === normal(other);
}

function countWords(block: CandidateBlock): number {
  const count = (text: string) => text.split(/\s+/u).filter((word) => word !== '').length;
  switch (block.kind) {
    case 'paragraph':
    case 'subheading':
      return count(plain(block.content));
    case 'list':
      return block.bullets.reduce((sum, bullet) => sum + count(plain(bullet.content)), 0);
    case 'numbers':
      return block.entries.reduce((sum, entry) => sum + count(entry.headlines.map(plain).join(' ')), 0);
    case 'quote':
      return count(block.paragraphs.map(plain).join(' '));
    case 'image':
    case 'go-deeper':
    case 'comment':
      return 0;
  }
}
