import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { EditionEvent } from '../../domain/editions/edition.ts';
import { editionEventType } from '../../domain/events/event-types.ts';
import type { EventTypeName } from '../../domain/events/event-types.ts';
import type { NewAlarm } from '../../domain/schedule/alarm.ts';
import { maskAddresses } from '../../domain/subscribers/mask-addresses.ts';
import { integer, table } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import type { FeedbackRows } from '../database/tables/feedback-tables.ts';
import { readCounts, sumOf } from '../sending/counts.ts';

/**
 * Writes events into the outbox, each in the transaction of the change it tells of, after the rows that change are
 * locked: so the ids of events of one subject have the order of its changes. No event contains an address.
 */

/** One event for each subscription up to so many that change together; one for all of them above it. */
const maxSingle = 100;

interface NewEvent {
  readonly publication: string;
  readonly type: EventTypeName;
  readonly subject: string;
  readonly subscriberId?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const columns = {
  publication: 'text',
  type: 'text',
  subject: 'text',
  subscriber_id: 'integer',
  data: 'text',
} as const;

/** One statement, however many there are. */
async function add(db: Kysely<Schema>, added: readonly NewEvent[], at: number): Promise<void> {
  if (added.length === 0) return;
  const rows = added.map(({ publication, type, subject, subscriberId, data }) => [
    publication,
    type,
    subject,
    subscriberId ?? null,
    JSON.stringify(data),
  ]);
  await sql`
    insert into events (publication, type, subject, subscriber_id, at, data, assigned)
    select publication, type, subject, subscriber_id, ${integer(at)}, data, 0
    from ${table(db, columns, rows)} as added`.execute(db);
}

/** An entry of an edition's history. */
export async function addEditionEvent(
  db: Kysely<Schema>,
  editionId: number,
  { event, at, actor, detail }: EditionEvent,
): Promise<void> {
  const type = editionEventType(event);
  if (type === undefined) return;
  const edition = await db
    .selectFrom('editions')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select([
      'publications.slug',
      'editions.date',
      'editions.state',
      'editions.revision',
      'editions.intended',
    ])
    .where('editions.id', '=', editionId)
    .executeTakeFirstOrThrow();
  const { slug: publication, date, state, revision, intended } = edition;
  const by = maskAddresses(actor);
  const counts = type === 'edition.done' ? { counts: await finalCounts(db, editionId) } : {};
  const data = { date, event, state, revision, intended, by, detail: maskAddresses(detail), ...counts };
  await add(db, [{ publication, type, subject: `edition/${date}`, data }], at);
}

async function finalCounts(db: Kysely<Schema>, editionId: number): Promise<Readonly<Record<string, number>>> {
  const ended = (await readCounts(db, editionId)).filter(({ outcome }) => outcome !== '');
  const of = (state: string) => sumOf(ended.filter((row) => row.state === state));
  return {
    accepted: of('accepted'),
    failed: of('failed'),
    suppressed: of('suppressed'),
    uncertain: of('uncertain'),
  };
}

/** A proof, which may come before the first row of its edition. */
export async function addProofEvent(
  db: Kysely<Schema>,
  proof: {
    readonly publicationId: number;
    readonly date: string;
    readonly number: number;
    readonly contentHash: string;
    readonly madeBy: string;
    readonly madeAt: number;
  },
): Promise<void> {
  const { publicationId, date, madeAt: at } = proof;
  const row = await db
    .selectFrom('publications')
    .leftJoin('editions', (join) =>
      join.onRef('editions.publication_id', '=', 'publications.id').on('editions.date', '=', date),
    )
    .select(['publications.slug', 'editions.state', 'editions.revision', 'editions.intended'])
    .where('publications.id', '=', publicationId)
    .executeTakeFirstOrThrow();
  const { slug: publication, state, revision, intended } = row;
  const data = {
    date,
    event: 'composed',
    state: state ?? 'draft',
    revision: revision ?? 0,
    intended: intended ?? 0,
    by: maskAddresses(proof.madeBy),
    detail: `proof ${proof.number}, ${proof.contentHash}`,
  };
  await add(db, [{ publication, type: 'edition.composed', subject: `edition/${date}`, data }], at);
}

export async function addAlarmEvent(db: Kysely<Schema>, alarm: NewAlarm): Promise<void> {
  const { publication, date, kind, at } = alarm;
  const text = maskAddresses(alarm.text);
  const subject = date === '' ? 'publication' : `edition/${date}`;
  await add(db, [{ publication, type: 'alarm.raised', subject, data: { date, kind, text } }], at);
}

export interface ChangedSubscription {
  readonly publicationId: number;
  readonly subscriberId: number;
  /** The new state, or `erased`. */
  readonly state: string;
}

/** Subscriptions that changed in the same way. */
export async function addSubscriptionEvents(
  db: Kysely<Schema>,
  changed: readonly ChangedSubscription[],
  { type, now }: { readonly type: EventTypeName; readonly now: number },
): Promise<void> {
  if (changed.length === 0) return;
  const slugs = await readSlugs(db);
  const single = changed.map(({ publicationId, subscriberId, state }) => ({
    ...aboutSubscriber(slugs.get(publicationId), subscriberId),
    type,
    data: { state },
  }));
  const together = [...Map.groupBy(changed, ({ publicationId }) => publicationId)].map(
    ([id, { length }]) => ({
      publication: slugs.get(id) ?? '',
      type: 'subscriptions.changed' as const,
      subject: 'publication',
      data: { change: type, subscribers: length },
    }),
  );
  await add(db, changed.length > maxSingle ? together : single, now);
}

/** A part of an import, if it changed anything. */
export async function addImportEvent(
  db: Kysely<Schema>,
  outcomes: readonly string[],
  {
    publicationId,
    source,
    now,
  }: { readonly publicationId: number; readonly source: string; readonly now: number },
): Promise<void> {
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  const counts = {
    added: count('added'),
    updated: count('updated'),
    unsubscribed: count('unsubscribed-now'),
    suppressed: count('suppressed-now'),
  };
  if (Object.values(counts).every((number) => number === 0)) return;
  const publication = (await readSlugs(db)).get(publicationId) ?? '';
  const type = 'subscriptions.imported';
  await add(db, [{ publication, type, subject: 'publication', data: { source, ...counts } }], now);
}

/** Reports that were new. One about a transactional mail goes to every publication of the subscriber. */
export async function addFeedbackEvents(
  trx: Kysely<Schema>,
  reports: readonly FeedbackRows[],
  now: number,
): Promise<void> {
  if (reports.length === 0) return;
  const slugs = await readSlugs(trx);
  const editions = await readEditions(trx, reports);
  const subscriptions = await readSubscriptions(
    trx,
    reports.filter((row) => !editions.has(row.edition_id)),
  );
  const events = reports.flatMap((row) => {
    const edition = editions.get(row.edition_id);
    const ids =
      edition === undefined ? (subscriptions.get(row.subscriber_id) ?? []) : [edition.publicationId];
    const { class: bounceClass, reason, reply_code: code, enhanced } = row;
    const type = row.kind === 'complained' ? ('delivery.complained' as const) : ('delivery.bounced' as const);
    const data = { date: edition?.date ?? null, class: bounceClass, reason, code, enhanced };
    return ids.map((id) => Object.assign(aboutSubscriber(slugs.get(id), row.subscriber_id), { type, data }));
  });
  await add(trx, events, now);
}

function aboutSubscriber(slug: string | undefined, subscriberId: number) {
  return { publication: slug ?? '', subject: `subscriber/${subscriberId}`, subscriberId };
}

async function readSlugs(db: Kysely<Schema>): Promise<ReadonlyMap<number, string>> {
  const rows = await db.selectFrom('publications').select(['id', 'slug']).execute();
  return new Map(rows.map(({ id, slug }) => [id, slug]));
}

async function readEditions(db: Kysely<Schema>, reports: readonly FeedbackRows[]) {
  const rows = await db
    .selectFrom('editions')
    .select(['id', 'date', 'publication_id as publicationId'])
    .where('id', 'in', [...new Set(reports.map((row) => row.edition_id))])
    .execute();
  return new Map(rows.map(({ id, ...edition }) => [id, edition]));
}

/** Ids of each subscriber's publications. */
async function readSubscriptions(
  db: Kysely<Schema>,
  reports: readonly FeedbackRows[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const found = new Map<number, number[]>();
  for (const slice of slices([...new Set(reports.map((row) => row.subscriber_id))])) {
    const rows = await db
      .selectFrom('subscriptions')
      .select(['subscriber_id as id', 'publication_id as publicationId'])
      .where('subscriber_id', 'in', slice)
      .execute();
    for (const { id, publicationId } of rows) found.set(id, [...(found.get(id) ?? []), publicationId]);
  }
  return found;
}
