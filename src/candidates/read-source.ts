import type { CandidateSource, ReadCandidates } from '../app/ports/inbox.ts';
import type { Candidate, FoundCandidates, ItemKind } from '../domain/candidates/candidate.ts';
import { AppError } from '../errors/app-error.ts';
import { decodeText } from './decode-text.ts';
import { isFeed } from './feed/is-feed.ts';
import { formatInstant } from './format-instant.ts';
import { fitLimits } from './item/fit-limits.ts';
import { writeItem } from './item/write-item.ts';
import { readPaste } from './paste/read-paste.ts';

/** Stories of one paste; more is a whole archive. */
const maxStories = 200;

/**
 * Reads a page, feed or paste and writes each candidate as a part of a digest.
 *
 * @throws AppError CANDIDATE_UNREADABLE
 */
export async function readSource(source: CandidateSource): Promise<ReadCandidates> {
  const text = decodeText(source.bytes, source.contentType);
  if (text === undefined) throw unreadable('This is no text: a web page, a feed or plain text is expected.');
  const form = formOf(text, source);
  const { candidates, dropped } = await read(text, form, source);
  const fitting = candidates.map((candidate) => fitLimits(withKind(candidate, source.kind)));
  // The rest of a page is a link away; the rest of a paste is nowhere else.
  const kept = form === 'text' ? fitting.flat() : fitting.flatMap((parts) => parts.slice(0, 1));
  if (kept.length === 0) throw unreadable('Found nothing that could be an item.');
  if (kept.length > maxStories)
    throw unreadable(`Found ${kept.length} items; at most ${maxStories} are allowed at a time.`);
  const format = (utc: string) => formatInstant(utc, source.timeZone);
  return {
    form,
    items: kept.map((candidate) => {
      const { kind, headline, published, updated, url, site } = candidate;
      const known = { headline, published: published ?? updated, url, site };
      return {
        candidate: {
          kind,
          ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
        },
        markdown: writeItem(candidate, format),
      };
    }),
    dropped,
    isCut: form === 'page' && fitting.some((parts) => parts.length > 1),
  };
}

function formOf(text: string, { form, contentType = '' }: CandidateSource): ReadCandidates['form'] {
  if (form === 'text') return 'text';
  if (isFeed(text)) return 'feed';
  const isHtml =
    /^\s*(?:<!--[^]{0,2000}?-->\s*)?<(?:!doctype html|html|head|body|article|main|div|p|h1|meta)\b/iu.test(
      text.slice(0, 4096),
    );
  if (isHtml || /\b(?:html|xhtml\+xml)\b/iu.test(contentType)) return 'page';
  if (/\b(?:xml|json)\b/iu.test(contentType))
    throw unreadable('This is neither a page nor an RSS, Atom or JSON feed.');
  return 'text';
}

/** Imports only what the form needs: the packages that read pages take longer to load than a paste to read. */
async function read(
  text: string,
  form: ReadCandidates['form'],
  { url, now, timeZone }: CandidateSource,
): Promise<FoundCandidates> {
  if (form === 'feed') return (await import('./feed/read-feed.ts')).readFeed(text, { url, timeZone });
  if (form === 'page') return (await import('./page/read-page.ts')).readPage(text, { url, timeZone });
  return readPaste(text, { url, now, timeZone });
}

/** The same words as another kind of item. */
function withKind(candidate: Candidate, kind: ItemKind | undefined): Candidate {
  if (kind === undefined || kind === candidate.kind) return candidate;
  if (kind !== 'dashboard') return { ...candidate, kind };
  const { headline, url, blocks, ...rest } = candidate;
  if (blocks[0]?.kind === 'numbers') return { ...candidate, kind };
  const words = { text: headline ?? 'TK', ...(url === undefined ? {} : { url }) };
  return {
    ...rest,
    kind,
    ...(url === undefined ? {} : { url }),
    // The title of a dashboard is its own: that of the publication's skeleton. The story is for the curator to read.
    blocks: [
      { kind: 'numbers', first: 1, entries: [{ label: 'TK:', headlines: [[words]] }] },
      { kind: 'comment', blocks },
    ],
  };
}

function unreadable(sentence: string): AppError {
  return new AppError('CANDIDATE_UNREADABLE', sentence, {
    hint: 'Add the address of a story, a saved page (.html), a feed, or text (.txt, or "-" for standard input).',
  });
}
