import { AppError } from '../../errors/app-error.ts';
import type { DigestSource } from '../ports/digests.ts';
import type { DigestFiles, Inbox, InboxItem } from '../ports/inbox.ts';
import { dateInZone } from '../schedule/zones.ts';
import { readPastEditions } from './past-editions.ts';
import type { RanBefore } from './past-editions.ts';

export interface CuratePorts {
  readonly inbox: Inbox;
  readonly digestSource: Pick<DigestSource, 'loadPublication'>;
  readonly digestFiles: Pick<DigestFiles, 'list'>;
}

export interface ListedItem {
  readonly item: InboxItem;
  readonly ran: RanBefore | undefined;
}

export interface ListedInbox {
  readonly timeZone: string;
  readonly items: readonly ListedItem[];
  /** Items beyond the limit. */
  readonly more: number;
}

/**
 * Lists an inbox: picked items in their order, then new ones by rank. The rank is the day in the publication's zone,
 * then the place of the source in `feeds` (what a curator added comes first), then the time.
 */
export async function listInbox(
  slug: string,
  ports: CuratePorts,
  options: { readonly all: boolean; readonly limit: number },
): Promise<ListedInbox> {
  const { timeZone, feeds = [] } = await ports.digestSource.loadPublication(slug);
  const items = await ports.inbox.list(slug);
  const shown = options.all ? items : items.filter(({ state }) => state === 'new' || state === 'picked');
  const ranks = new Map(feeds.map(({ url }, index) => [url, index + 1] as const));
  const keyOf = rankBy(timeZone, ranks);
  const sorted = shown.map((item) => ({ item, key: keyOf(item) })).toSorted((a, b) => compare(a.key, b.key));
  const kept = sorted.slice(0, options.limit).map(({ item }) => item);
  const past = await readPastEditions(slug, kept, ports.digestFiles);
  return {
    timeZone,
    items: kept.map((item) => ({ item, ran: past.find(item) })),
    more: sorted.length - kept.length,
  };
}

type RankKey = readonly (number | string)[];

const stateOrder: Readonly<Record<InboxItem['state'], number>> = { picked: 0, new: 1, used: 2, dropped: 3 };

function rankBy(timeZone: string, ranks: ReadonlyMap<string, number>): (item: InboxItem) => RankKey {
  return (item) => {
    const time = Date.parse(item.published ?? item.found);
    const day = Number.isNaN(time) ? 0 : Number(dateInZone(time, timeZone).replaceAll('-', ''));
    const rank = item.feed === undefined ? 0 : (ranks.get(item.feed) ?? ranks.size + 1);
    return [
      stateOrder[item.state],
      item.state === 'picked' ? (item.order ?? 0) : 0,
      -day,
      rank,
      -time,
      item.place ?? 0,
      item.id,
    ];
  };
}

function compare(one: RankKey, other: RankKey): number {
  for (const [index, part] of one.entries()) {
    const against = other[index] ?? '';
    if (part !== against) return part < against ? -1 : 1;
  }
  return 0;
}

/**
 * Picks items for the next digest, in the order given, behind those that are picked already.
 *
 * @throws AppError ITEM_NOT_FOUND; then none is picked
 */
export async function pickItems(
  slug: string,
  names: readonly string[],
  { inbox }: Pick<CuratePorts, 'inbox'>,
): Promise<readonly InboxItem[]> {
  const items = await inbox.list(slug);
  const wanted = names.map((name) => findItem(name, items, slug));
  const orders = items.filter(({ state }) => state === 'picked').map(({ order = 0 }) => order);
  let order = Math.max(0, ...orders);
  for (const { id } of wanted) {
    order += 1;
    await inbox.change(slug, id, { state: 'picked', order, edition: undefined });
  }
  return wanted;
}

/**
 * Drops items: their files stay, so that a feed does not bring them back.
 *
 * @throws AppError ITEM_NOT_FOUND; then none is dropped
 */
export async function dropItems(
  slug: string,
  names: readonly string[],
  { inbox }: Pick<CuratePorts, 'inbox'>,
): Promise<readonly InboxItem[]> {
  const items = await inbox.list(slug);
  const wanted = names.map((name) => findItem(name, items, slug));
  for (const { id } of wanted) await inbox.change(slug, id, { state: 'dropped', order: undefined });
  return wanted;
}

/** Finds an item by its id, the beginning of it, or its file. */
function findItem(name: string, items: readonly InboxItem[], slug: string): InboxItem {
  const bare = name.replace(/^.*[/\\]/u, '').replace(/\.md$/u, '');
  const id = bare.replace(/^.*-/u, '').toLowerCase();
  const found = items.filter((item) => id.length >= 2 && item.id.startsWith(id));
  const [item] = found;
  if (item !== undefined && found.length === 1) return item;
  const shown = name.length > 60 ? `${name.slice(0, 59)}…` : name;
  if (found.length > 1) {
    const ids = found.slice(0, 5).map((one) => one.id);
    throw new AppError('ITEM_NOT_FOUND', `"${shown}" could be any of ${ids.join(', ')}.`, {
      hint: 'Write more of it.',
    });
  }
  throw new AppError('ITEM_NOT_FOUND', `The inbox of ${slug} has no item "${shown}".`, {
    hint: `\`daybrief inbox list ${slug}\` shows the items; the first column names them.`,
  });
}
