import { parseFeed } from 'feedsmith';
import type { AtomFeed, JsonFeed, RdfFeed, RssFeed } from 'feedsmith';

import type { Candidate, CandidateBlock, FoundCandidates } from '../../domain/candidates/candidate.ts';
import { cleanLine, shorten } from '../../domain/candidates/clean-text.ts';
import { AppError } from '../../errors/app-error.ts';
import { parseDocument } from '../page/dom.ts';
import { toBlocks } from '../page/to-blocks.ts';
import { imageLink, webLink } from '../page/web-link.ts';
import { toInstant } from '../to-instant.ts';

/** Of a feed, the newest entries. */
const maxEntries = 50;
/** Of an entry, its beginning: a feed that has whole stories would fill the inbox with them. */
const maxBlocks = 12;

/** What the formats have in common. */
interface Entry {
  readonly title?: string | undefined;
  readonly link?: string | undefined;
  readonly html?: string | undefined;
  readonly published?: string | undefined;
  readonly updated?: string | undefined;
  readonly authors: readonly (string | undefined)[];
  readonly image?: string | undefined;
  readonly section?: string | undefined;
}

interface Feed {
  readonly title?: string | undefined;
  readonly entries: readonly Entry[];
}

/**
 * Reads the entries of a feed, newest first.
 *
 * @throws AppError CANDIDATE_UNREADABLE
 */
export function readFeed(
  text: string,
  { url, timeZone }: { readonly url?: string | undefined; readonly timeZone: string },
): FoundCandidates {
  const { title, entries } = parse(text);
  const site = title === undefined ? '' : shorten(cleanLine(textOf(title)), 100);
  const candidates = entries.flatMap((entry): readonly Candidate[] => {
    const candidate = toCandidate(entry, { base: url, timeZone });
    return candidate === undefined ? [] : [{ ...candidate, ...(site === '' ? {} : { site }) }];
  });
  const newest = candidates.toSorted((a, b) => (b.published ?? '').localeCompare(a.published ?? ''));
  return { candidates: newest.slice(0, maxEntries), dropped: [] };
}

function parse(text: string): Feed {
  // Entities of its own are what a feed never needs and an attack does (CWE-776).
  if (/<!DOCTYPE[^>]*\[|<!ENTITY/iu.test(text)) throw unreadable('The feed defines entities of its own.');
  try {
    const parsed = parseFeed(text);
    switch (parsed.format) {
      case 'rss':
        return { title: parsed.feed.title, entries: (parsed.feed.items ?? []).map(fromRss) };
      case 'atom':
        return { title: parsed.feed.title?.value, entries: (parsed.feed.entries ?? []).map(fromAtom) };
      case 'rdf':
        return { title: parsed.feed.title, entries: (parsed.feed.items ?? []).map(fromRdf) };
      case 'json':
        return { title: parsed.feed.title, entries: (parsed.feed.items ?? []).map(fromJson) };
    }
  } catch (error) {
    throw unreadable('The feed cannot be read.', error);
  }
}

function unreadable(sentence: string, cause?: unknown): AppError {
  return new AppError('CANDIDATE_UNREADABLE', sentence, {
    hint: 'RSS, Atom and JSON feeds can be read. Is it the address of a page?',
    cause,
  });
}

type Loose<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

function fromRss(item: Loose<RssFeed.Item<string>>): Entry {
  const media = item.media?.contents?.find(
    ({ medium, type }) => medium === 'image' || type?.startsWith('image/') === true,
  );
  const enclosure = item.enclosures?.find(({ type }) => type?.startsWith('image/') === true);
  return {
    title: item.title,
    link: item.link ?? (item.guid?.isPermaLink === false ? undefined : item.guid?.value),
    html: item.description ?? item.content?.encoded,
    published: item.pubDate ?? item.dc?.dates?.[0],
    authors: (item.authors ?? []).map(({ name }) => name).concat(item.dc?.creators ?? []),
    image: media?.url ?? enclosure?.url ?? item.media?.thumbnails?.[0]?.url,
    section: item.categories?.[0]?.name,
  };
}

function fromAtom(entry: Loose<AtomFeed.Entry<string>>): Entry {
  const link = entry.links?.find(({ rel }) => rel === undefined || rel === 'alternate') ?? entry.links?.[0];
  return {
    title: entry.title?.value,
    link: link?.href,
    html: entry.summary?.value ?? entry.content?.value,
    published: entry.published ?? entry.updated,
    updated: entry.published === undefined ? undefined : entry.updated,
    authors: (entry.authors ?? []).map(({ name }) => name),
    image: entry.media?.thumbnails?.[0]?.url,
    section: entry.categories?.[0]?.label ?? entry.categories?.[0]?.term,
  };
}

function fromRdf(item: Loose<RdfFeed.Item<string>>): Entry {
  return {
    title: item.title,
    link: item.link,
    html: item.description ?? item.content?.encoded,
    published: item.dc?.dates?.[0],
    authors: item.dc?.creators ?? [],
  };
}

function fromJson(item: Loose<JsonFeed.Item<string>>): Entry {
  return {
    title: item.title,
    link: item.url ?? item.external_url,
    html: item.summary ?? item.content_html ?? item.content_text,
    published: item.date_published,
    updated: item.date_modified,
    authors: (item.authors ?? []).map(({ name }) => name),
    image: item.image ?? item.banner_image,
    section: item.tags?.[0],
  };
}

function toCandidate(
  entry: Entry,
  { base, timeZone }: { readonly base: string | undefined; readonly timeZone: string },
): Omit<Candidate, 'site'> | undefined {
  const headline = shorten(cleanLine(textOf(entry.title ?? '')), 300);
  const url = webLink(entry.link, base);
  const text: readonly CandidateBlock[] =
    entry.html === undefined ? [] : toBlocks(parseDocument(entry.html.slice(0, 100_000)).body, url ?? base);
  if (headline === '' && text.length === 0) return undefined;
  const src = imageLink(entry.image, base);
  const hasImage = text.some(({ kind }) => kind === 'image');
  const blocks = [...(src === undefined || hasImage ? [] : [{ kind: 'image' as const, src }]), ...text];
  const published = toInstant(entry.published, timeZone);
  const updated = toInstant(entry.updated, timeZone);
  const names = entry.authors
    .map((name) => cleanLine(name ?? ''))
    .filter((name) => name !== '' && name.length <= 60);
  const section = shorten(cleanLine(entry.section ?? ''), 60);
  return {
    kind: 'brief',
    ...(headline === '' ? {} : { headline }),
    ...(published === undefined ? {} : { published }),
    ...(updated === undefined || updated === published ? {} : { updated }),
    ...(names.length === 0 ? {} : { by: shorten([...new Set(names)].slice(0, 6).join(', '), 200) }),
    ...(section === '' ? {} : { section }),
    ...(url === undefined ? {} : { url }),
    blocks: blocks.slice(0, maxBlocks),
  };
}

/** Titles may contain tags and character references. */
function textOf(html: string): string {
  if (!/[<&]/u.test(html)) return html;
  return parseDocument(html.slice(0, 5000)).body.textContent ?? '';
}
