import { cleanLine, shorten } from '../../domain/candidates/clean-text.ts';
import { toInstant } from '../to-instant.ts';
import { attribute } from './dom.ts';
import type { DomDocument } from './dom.ts';
import { imageLink, webLink } from './web-link.ts';

/** What a page says about itself, in JSON-LD first, then in Open Graph and meta elements. */
export interface PageFacts {
  readonly title?: string | undefined;
  readonly site?: string | undefined;
  /** The address that the page itself names. */
  readonly url?: string | undefined;
  readonly by?: string | undefined;
  readonly section?: string | undefined;
  /** UTC, ISO 8601. */
  readonly published?: string | undefined;
  readonly updated?: string | undefined;
  readonly image?: string | undefined;
  readonly imageAlt?: string | undefined;
  readonly credit?: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** Scripts of one page that are read, and objects in one of them. */
const maxScripts = 20;
const maxObjects = 200;

export function readPageFacts(
  document: DomDocument,
  { base, timeZone }: { readonly base: string | undefined; readonly timeZone: string },
): PageFacts {
  const story = findStory(document);
  const meta = metaLookup(document);
  const image = firstOf(story?.['image']);
  const imageData = asObject(image);
  const canonical = attribute(document.querySelector('link[rel="canonical"]'), 'href');
  const cameOut = textOf(story?.['datePublished']) ?? meta('article:published_time', 'date', 'dc.date');
  const changed = textOf(story?.['dateModified']) ?? meta('article:modified_time', 'og:updated_time');
  const published = toInstant(cameOut, timeZone);
  const updated = toInstant(changed, timeZone);
  return {
    title: line(textOf(story?.['headline']) ?? meta('og:title', 'twitter:title') ?? titleOf(document), 300),
    site: line(nameOf(story?.['publisher']) ?? meta('og:site_name', 'application-name'), 100),
    url: webLink(canonical ?? meta('og:url'), base),
    by: line(
      authorsOf(story?.['author']) ?? plainName(meta('author', 'article:author', 'parsely-author')),
      200,
    ),
    section: line(textOf(firstOf(story?.['articleSection'])) ?? meta('article:section'), 60),
    published,
    updated: updated === published ? undefined : updated,
    image: imageLink(
      textOf(image) ?? textOf(imageData?.['url']) ?? meta('og:image:secure_url', 'og:image', 'twitter:image'),
      base,
    ),
    imageAlt: line(meta('og:image:alt', 'twitter:image:alt'), 400),
    credit: line(creditOf(imageData) ?? meta('og:image:credit', 'image:credit'), 200),
  };
}

/** "1 December 2026 · Photo: ..." needs no guess: schema.org has fields for who made an image. */
function creditOf(image: Json | undefined): string | undefined {
  const caption = textOf(image?.['caption']);
  const credit =
    textOf(image?.['creditText']) ?? nameOf(image?.['creator']) ?? textOf(image?.['copyrightNotice']);
  if (credit === undefined) return caption;
  return caption === undefined || caption.includes(credit) ? (caption ?? credit) : `${caption} ${credit}`;
}

function metaLookup(document: DomDocument): (...names: readonly string[]) => string | undefined {
  const values = new Map<string, string>();
  for (const node of document.querySelectorAll('meta')) {
    const name = (
      attribute(node, 'property') ??
      attribute(node, 'name') ??
      attribute(node, 'itemprop')
    )?.toLowerCase();
    const content = attribute(node, 'content');
    if (name !== undefined && content !== undefined && !values.has(name)) values.set(name, content);
  }
  return (...names) => names.map((name) => values.get(name)).find((value) => value !== undefined);
}

/** The title without the name of the site behind it. */
function titleOf(document: DomDocument): string | undefined {
  const heading = cleanLine(document.querySelector('h1')?.textContent ?? '');
  const title = cleanLine(document.querySelector('title')?.textContent ?? '');
  if (heading !== '' && title.startsWith(heading)) return heading;
  return (title === '' ? heading : title).replace(/\s+[|–—]\s+[^|–—]{1,40}$/u, '') || undefined;
}

function findStory(document: DomDocument): Json | undefined {
  let scripts = 0;
  for (const node of document.querySelectorAll('script[type="application/ld+json"]')) {
    scripts += 1;
    if (scripts > maxScripts) break;
    const story = objectsIn(parseJson(node.textContent ?? '')).find(isStory);
    if (story !== undefined) return story;
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(
      text
        .trim()
        .replace(/^<!--|-->$/gu, '')
        .replace(/^\s*<!\[CDATA\[|\]\]>\s*$/gu, ''),
    );
  } catch {
    return undefined;
  }
}

/** The objects of a script: itself, its list, its `@graph`. */
function objectsIn(value: unknown): readonly Json[] {
  const found: Json[] = [];
  const waiting: unknown[] = [value];
  for (let step = 0; step < maxObjects && waiting.length > 0; step += 1) {
    const next = waiting.shift();
    if (Array.isArray(next)) waiting.push(...next.slice(0, maxObjects));
    const object = asObject(next);
    if (object === undefined) continue;
    found.push(object);
    waiting.push(object['@graph'], object['mainEntity']);
  }
  return found;
}

function isStory(object: Json): boolean {
  const types = [object['@type']].flat();
  return types.some(
    (type) => typeof type === 'string' && /(?:Article|Posting|Report|Review|NewsMediaObject)$/u.test(type),
  );
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function nameOf(value: unknown): string | undefined {
  const one = firstOf(value);
  return textOf(one) ?? textOf(asObject(one)?.['name']);
}

function authorsOf(value: unknown): string | undefined {
  const names = [value]
    .flat()
    .slice(0, 6)
    .map((one) => plainName(nameOf(one)))
    .filter((name) => name !== undefined);
  if (names.length === 0) return undefined;
  return new Intl.ListFormat('en', { type: 'conjunction' }).format([...new Set(names)]);
}

/** `article:author` is often the address of a profile. */
function plainName(text: string | undefined): string | undefined {
  return text === undefined || /^https?:/iu.test(text) ? undefined : text.replace(/^by\s+/iu, '');
}

function line(text: string | undefined, maxLength: number): string | undefined {
  const cleaned = text === undefined ? '' : shorten(cleanLine(text), maxLength);
  return cleaned === '' ? undefined : cleaned;
}
