import { Document, isMap, parseDocument } from 'yaml';

import type { InboxItem, ItemHead, ItemState } from '../../app/ports/inbox.ts';
import { itemKinds } from '../../domain/candidates/candidate.ts';

const keys = [
  'kind',
  'source',
  'site',
  'feed',
  'found',
  'published',
  'state',
  'order',
  'edition',
  'place',
] as const;
const states: readonly ItemState[] = ['new', 'picked', 'used', 'dropped'];

/** Writes an item: what is known of it as front matter, and its part of a digest. */
export function writeItemFile(head: ItemHead, markdown: string): string {
  const doc = new Document(
    Object.fromEntries(keys.flatMap((key) => (head[key] === undefined ? [] : [[key, head[key]]]))),
  );
  return `---\n${doc.toString({ lineWidth: 0 })}---\n${markdown.trim()}\n`;
}

/** Changes keys of the front matter; everything else, comments too, stays as a curator left it. */
export function changeHead(text: string, changes: Partial<ItemHead>): string {
  const { yaml, body } = split(text);
  const parsed = parseDocument(yaml);
  const doc = parsed.errors.length === 0 && isMap(parsed.contents) ? parsed : new Document({});
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) doc.delete(key);
    else doc.set(key, value);
  }
  return `---\n${doc.toString({ lineWidth: 0 })}---\n${body}`;
}

/** Reads an item file, which a curator may have edited: what is wrong or missing gets a default. */
export function parseItemFile(text: string): Omit<InboxItem, 'id' | 'displayPath'> {
  const { yaml, body } = split(text);
  const values = readValues(yaml);
  const textAt = (key: string): string | undefined => {
    const value = values[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const numberAt = (key: string): number | undefined => {
    const value = values[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };
  const markdown = body.trim();
  return {
    kind:
      itemKinds.find((kind) => kind === values['kind']) ??
      (markdown.startsWith(':::dashboard') ? 'dashboard' : 'brief'),
    source: textAt('source') ?? 'unknown',
    site: textAt('site'),
    feed: textAt('feed'),
    found: textAt('found') ?? '1970-01-01T00:00:00Z',
    published: textAt('published'),
    state: states.find((state) => state === values['state']) ?? 'new',
    order: numberAt('order'),
    place: numberAt('place'),
    edition: textAt('edition'),
    headline: headlineOf(markdown),
    markdown,
  };
}

function split(text: string): { readonly yaml: string; readonly body: string } {
  const match = /^\uFEFF?---[ \t]*\r?\n(.*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)(.*)$/su.exec(text);
  return match === null ? { yaml: '', body: text } : { yaml: match[1] ?? '', body: match[2] ?? '' };
}

function readValues(yaml: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parseDocument(yaml).toJS({ maxAliasCount: 0 });
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** The words of the first headline, without the Markdown around them. */
function headlineOf(markdown: string): string | undefined {
  const story = /^## +(.+)$/mu.exec(markdown)?.[1]?.replace(/^\[(.*)\]\(\S*\)$/u, '$1');
  const title = /^:::dashboard\s*\[((?:\\.|[^\]\\])*)\]/mu.exec(markdown)?.[1];
  const isDashboard = markdown.startsWith(':::');
  const words = (isDashboard ? title : story)?.replaceAll(/\\([!-/:-@[-`{-~])/gu, '$1').trim();
  // A dashboard of one line is known by that line.
  const line = /^1\. \*\*TK:\*\* (.+)$/mu.exec(markdown)?.[1]?.replace(/^\[(.*)\]\(\S*\)$/u, '$1');
  const known = words === 'TK' && isDashboard ? line : words;
  return known === undefined || known === 'TK' || known === '' ? undefined : known;
}
