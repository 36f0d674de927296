import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type {
  Suppressed,
  SuppressedPage,
  SuppressedQuery,
  SuppressionEvidence,
} from '../../app/ports/desk.ts';
import { isAmong } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import type { SuppressionOptions } from './suppressions.ts';

/** Subscriptions that a page reads at most, in pages of the list: a search for a rare text offers to go on. */
const maxReadPages = 40;

/** Of one address. */
const maxEvidence = 3;

interface Row {
  readonly subscriberId: number;
  readonly changedAt: number;
  readonly address: string;
  readonly canonical: string;
  readonly publication: string;
}

/**
 * Suppressed addresses that are subscribers, newest first, with the reason and what speaks for it. Addresses that were
 * suppressed without being subscribers, and erased ones, are known by a keyed hash alone and cannot be listed.
 */
export async function readSuppressed(
  db: Kysely<Schema>,
  query: SuppressedQuery,
  options: SuppressionOptions,
): Promise<SuppressedPage> {
  const found: Row[] = [];
  let before = query.before;
  let isOver = false;
  for (
    let pages = 0;
    pages < maxReadPages && new Set(found.map(idOf)).size < query.limit && !isOver;
    pages += 1
  ) {
    const rows = await readRows(db, before, query.limit * 4);
    isOver = rows.length < query.limit * 4;
    found.push(...rows.filter(({ address }) => address.toLowerCase().includes(query.text.toLowerCase())));
    const last = rows.at(-1);
    if (last !== undefined) before = { changedAt: last.changedAt, subscriberId: last.subscriberId };
  }
  const bySubscriber = Map.groupBy(found, idOf);
  const shown = [...bySubscriber.values()].slice(0, query.limit);
  const isCut = bySubscriber.size > shown.length;
  const last = shown.at(-1)?.at(-1);
  const cut = last === undefined ? before : { changedAt: last.changedAt, subscriberId: last.subscriberId };
  return {
    suppressed: await withReasons(db, shown, options),
    next: isCut ? cut : isOver ? undefined : before,
  };
}

function idOf({ subscriberId }: Row): number {
  return subscriberId;
}

function readRows(db: Kysely<Schema>, before: SuppressedQuery['before'], limit: number): Promise<Row[]> {
  return db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .innerJoin('publications', 'publications.id', 'subscriptions.publication_id')
    .select(['subscriptions.subscriber_id as subscriberId', 'subscriptions.changed_at as changedAt'])
    .select(['subscribers.address', 'subscribers.canonical', 'publications.slug as publication'])
    .where('subscriptions.state', '=', 'suppressed')
    .$if(before !== undefined, (rows) =>
      rows.where(
        sql<boolean>`(subscriptions.changed_at, subscriptions.subscriber_id) < (${before?.changedAt}, ${before?.subscriberId})`,
      ),
    )
    .orderBy('subscriptions.changed_at', 'desc')
    .orderBy('subscriptions.subscriber_id', 'desc')
    .orderBy('publications.slug')
    .limit(limit)
    .execute();
}

async function withReasons(
  db: Kysely<Schema>,
  groups: readonly (readonly Row[])[],
  { keys }: SuppressionOptions,
): Promise<readonly Suppressed[]> {
  if (groups.length === 0) return [];
  const ids = groups.flatMap(([first]) => (first === undefined ? [] : [first.subscriberId]));
  const hashes = new Map(
    groups.flatMap(([first]) =>
      first === undefined ? [] : keys.map((key) => [key.hash(first.canonical), first.subscriberId] as const),
    ),
  );
  const reasons = await db
    .selectFrom('suppressions')
    .select(['address_hash', 'reason', 'created_at'])
    .where(isAmong(db, 'address_hash', [...hashes.keys()]))
    .execute();
  const reasonOf = new Map(reasons.map((row) => [hashes.get(row.address_hash), row]));
  const evidence = Map.groupBy(
    [...(await repliesOf(db, ids)), ...(await reportsOf(db, ids)), ...(await entriesOf(db, hashes))],
    ({ subscriberId }) => subscriberId,
  );
  return groups.flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const known = reasonOf.get(first.subscriberId);
    const newest = (evidence.get(first.subscriberId) ?? []).toSorted((a, b) => b.at - a.at);
    return [
      {
        address: first.address,
        publications: [...new Set(rows.map(({ publication }) => publication))],
        reason: known?.reason ?? '',
        at: known?.created_at ?? first.changedAt,
        evidence: newest.slice(0, maxEvidence),
      },
    ];
  });
}

type Evidence = SuppressionEvidence & { readonly subscriberId: number };

/** What a server said that refused the address. */
async function repliesOf(db: Kysely<Schema>, ids: readonly number[]): Promise<readonly Evidence[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['subscriber_id as subscriberId', 'changed_at as at', 'reply_text as text', 'reply_code as code'])
    .where('subscriber_id', 'in', ids)
    .where('outcome', '=', 'valid-email')
    .execute();
  return rows.map(({ subscriberId, at, text, code }) => ({
    subscriberId,
    at,
    kind: 'reply',
    text: [code ?? '', text ?? ''].join(' ').trim(),
    actor: '',
  }));
}

/** Bounces and complaints that came back later. */
async function reportsOf(db: Kysely<Schema>, ids: readonly number[]): Promise<readonly Evidence[]> {
  const rows = await db
    .selectFrom('feedback')
    .select(['subscriber_id as subscriberId', 'last_at as at', 'reply_text as text', 'kind'])
    .where('subscriber_id', 'in', ids)
    .execute();
  return rows.map(({ subscriberId, at, text, kind }) => ({
    subscriberId,
    at,
    kind,
    text: text ?? '',
    actor: '',
  }));
}

/** What a user did to the address, with the reason that they gave. */
async function entriesOf(
  db: Kysely<Schema>,
  hashes: ReadonlyMap<string, number>,
): Promise<readonly Evidence[]> {
  const rows = await db
    .selectFrom('audit_log')
    .select(['address_hash', 'at', 'reason as text', 'actor'])
    .where(isAmong(db, 'address_hash', [...hashes.keys()]))
    .where('action', '=', 'suppressed')
    .execute();
  return rows.map(({ address_hash: hash, at, text, actor }) => ({
    subscriberId: hashes.get(hash) ?? 0,
    at,
    kind: 'user',
    text,
    actor,
  }));
}
