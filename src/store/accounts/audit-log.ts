import { sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';

import type { AuditLog, PlacedAuditRecord } from '../../app/ports/accounts.ts';
import type { AuditQuery, AuditRecord } from '../../domain/audit.ts';
import { integer, isAmong } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';

/** The audit log: the events of editions, and what was done to subscribers, accounts and alarms, by time. */
export function createAuditLog(db: Kysely<Schema>, options: SuppressionOptions): AuditLog {
  return { page: (query) => page(db, query, options) };
}

interface Row {
  readonly at: number;
  readonly id: number;
  readonly source: 'edition' | 'other';
  readonly actor: string;
  readonly origin: AuditRecord['origin'];
  readonly action: string;
  readonly publication: string;
  readonly date: string;
  readonly subject: string;
  readonly hash: string;
  readonly detail: string;
}

async function page(
  db: Kysely<Schema>,
  query: AuditQuery,
  options: SuppressionOptions,
): Promise<readonly PlacedAuditRecord[]> {
  const { limit } = query;
  // Each part ends with its own limit, so that a page reads two short stretches of the indexes by time.
  const { rows } = await sql<Row>`
    select * from (select * from (${editionPart(query)}
      order by edition_events.at desc, edition_events.id desc limit ${integer(limit)}) as editions_part
    union all select * from (${otherPart(db, query, options)}
      order by audit_log.at desc, audit_log.id desc limit ${integer(limit)}) as other_part) as parts
    order by at desc, source desc, id desc limit ${integer(limit)}`.execute(db);
  return rows.map(toRecord);
}

function editionPart({
  since,
  publication,
  date,
  actor,
  canonical,
  before,
}: AuditQuery): RawBuilder<unknown> {
  const conditions = [
    ...(since === undefined ? [] : [sql`edition_events.at >= ${integer(since)}`]),
    ...(publication === undefined ? [] : [sql`publications.slug = ${publication}`]),
    ...(date === undefined ? [] : [sql`editions.date = ${date}`]),
    ...(actor === undefined ? [] : [sql`edition_events.actor = ${actor}`]),
    ...(canonical === undefined ? [] : [sql`1 = 0`]),
    ...(before === undefined
      ? []
      : [
          before.source === 'edition'
            ? sql`(edition_events.at, edition_events.id) < (${integer(before.at)}, ${integer(before.id)})`
            : // At the same time, entries of editions come after the others.
              sql`edition_events.at <= ${integer(before.at)}`,
        ]),
  ];
  return sql`select edition_events.at, edition_events.id, 'edition' as source, edition_events.actor,
      edition_events.origin, edition_events.event as action, publications.slug as publication, editions.date,
      '' as subject, '' as hash, edition_events.detail
    from edition_events join editions on editions.id = edition_events.edition_id
    join publications on publications.id = editions.publication_id
    where ${all(conditions)}`;
}

function otherPart(
  db: Kysely<Schema>,
  { since, publication, date, actor, canonical, before }: AuditQuery,
  { keys }: SuppressionOptions,
): RawBuilder<unknown> {
  const hashes = canonical === undefined ? [] : keys.map((key) => key.hash(canonical));
  const conditions = [
    ...(since === undefined ? [] : [sql`audit_log.at >= ${integer(since)}`]),
    ...(publication === undefined ? [] : [sql`publications.slug = ${publication}`]),
    ...(date === undefined ? [] : [sql`audit_log.subject = publications.slug || '/' || ${date}`]),
    ...(actor === undefined ? [] : [sql`audit_log.actor = ${actor}`]),
    ...(canonical === undefined ? [] : [isAmong(db, 'audit_log.address_hash', hashes)]),
    ...(before === undefined
      ? []
      : [
          before.source === 'other'
            ? sql`(audit_log.at, audit_log.id) < (${integer(before.at)}, ${integer(before.id)})`
            : sql`audit_log.at < ${integer(before.at)}`,
        ]),
  ];
  return sql`select audit_log.at, audit_log.id, 'other' as source, audit_log.actor, audit_log.origin,
      audit_log.action, coalesce(publications.slug, '') as publication, '' as date, audit_log.subject,
      audit_log.address_hash as hash, audit_log.reason as detail
    from audit_log left join publications on publications.id = audit_log.publication_id
    where ${all(conditions)}`;
}

function all(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `);
}

function toRecord({ at, id, source, hash, subject, ...row }: Row): PlacedAuditRecord {
  const about =
    source === 'edition'
      ? 'edition'
      : hash !== ''
        ? 'subscriber'
        : row.action.startsWith('alarm-')
          ? 'alarm'
          : row.publication === ''
            ? 'account'
            : subject.includes('/')
              ? 'edition'
              : 'publication';
  const named = source === 'edition' ? `${row.publication}/${row.date}` : hash === '' ? subject : hash;
  const [, date = row.date] = about === 'edition' ? named.split('/') : [];
  return { ...row, date, at, about, subject: named, position: { at, source, id } };
}
