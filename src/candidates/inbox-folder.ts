import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { FeedState, FeedStates, Inbox, InboxItem, ItemHead } from '../app/ports/inbox.ts';
import { AppError } from '../errors/app-error.ts';
import { changeHead, parseItemFile, writeItemFile } from './item/item-file.ts';

const feedFile = 'feeds.json';
/** A digest has at most 64 KB. */
const maxItemBytes = 100_000;

/** The inboxes of all publications: one Markdown file an item, in `<digestsDir>/<publication>/inbox/`. */
export function openInboxFolder(digestsDir: string): Inbox {
  const folderOf = (slug: string) => join(digestsDir, slug, 'inbox');
  const list = async (slug: string) => (await readItems(folderOf(slug))).map(({ item }) => item);
  return {
    async add(slug, { head, markdown, headline, key }) {
      const folder = folderOf(slug);
      const id = idOf(key);
      const known = (await readItems(folder, id))[0];
      if (known !== undefined) return { item: known.item, isNew: false };
      const name = `${nameOf(headline)}-${id}.md`;
      const text = writeItemFile(head, markdown);
      await writeWhole(folder, name, text);
      return { item: { ...parseItemFile(text), id, displayPath: shown(join(folder, name)) }, isNew: true };
    },
    list,
    async change(slug, id, changes) {
      const folder = folderOf(slug);
      const found = (await readItems(folder, id))[0];
      if (found === undefined)
        throw new AppError('ITEM_NOT_FOUND', `The inbox of ${slug} has no item "${id}".`);
      await writeWhole(folder, found.name, changeHead(found.text, changes));
    },
    readFeedStates: async (slug) => parseStates(await readText(join(folderOf(slug), feedFile))),
    writeFeedStates: async (slug, states) =>
      writeWhole(folderOf(slug), feedFile, `${JSON.stringify(states, null, 1)}\n`),
  };
}

interface ReadItem {
  readonly item: InboxItem;
  readonly name: string;
  readonly text: string;
}

/** Six letters and digits: enough for thousands of items, short enough to type. */
function idOf(key: string): string {
  const number = createHash('sha256').update(key).digest().readUIntBE(0, 6);
  return number.toString(36).padStart(10, '0').slice(-6);
}

function nameOf(headline: string | undefined): string {
  const words = (headline ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 50)
    .replace(/-+$/u, '');
  return words === '' ? 'item' : words;
}

async function readItems(folder: string, id?: string): Promise<readonly ReadItem[]> {
  const found: ReadItem[] = [];
  for (const name of await namesIn(folder)) {
    const own = /-([0-9a-z]{6})\.md$/u.exec(name)?.[1];
    if (own === undefined || (id !== undefined && own !== id)) continue;
    const path = join(folder, name);
    const text = await readText(path);
    if (text === undefined || text.length > maxItemBytes) continue;
    found.push({ name, text, item: { ...parseItemFile(text), id: own, displayPath: shown(path) } });
  }
  return found.toSorted((a, b) => compare(a.item, b.item));
}

function compare(one: ItemHead, other: ItemHead): number {
  const [first, second] = [Date.parse(one.found), Date.parse(other.found)];
  return first === second ? (one.place ?? 0) - (other.place ?? 0) : first - second;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw new AppError('FILE_UNREADABLE', `The folder ${shown(folder)} cannot be read.`, {
      hint: 'Check its permissions.',
      cause: error,
    });
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new AppError('FILE_UNREADABLE', `${shown(path)} cannot be read.`, {
      hint: 'Check its permissions.',
      cause: error,
    });
  }
}

/** Writes a file atomically: no one can read half of it. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new AppError('FILE_UNWRITABLE', `${shown(path)} cannot be written.`, {
      hint: 'Check that the folder may be written to and that the disk is not full.',
      cause: error,
    });
  }
}

/** A file that was damaged is as good as none: the feeds are read once more. */
function parseStates(text: string | undefined): FeedStates {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, FeedState] => isState(entry[1])),
  );
}

function isState(value: unknown): value is FeedState {
  if (typeof value !== 'object' || value === null) return false;
  const { checkedAt, failures, seen } = value as Readonly<Record<string, unknown>>;
  return typeof checkedAt === 'number' && typeof failures === 'number' && Array.isArray(seen);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function shown(path: string): string {
  const short = relative('.', path);
  return short.length < path.length && !short.startsWith('..') ? short : path;
}
