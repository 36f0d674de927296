import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import { formatCount, formatCounted } from '../../domain/numbers.ts';
import { newAlarm } from '../../domain/schedule/alarm.ts';
import { doubtfulRefusals, doubtfulShare } from '../../domain/sending/bad-address-counts.ts';
import { raise } from '../alarms.ts';
import { idTable, integer, isAmong } from '../database/dialect.ts';
import { lockBatches } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { restoreSubscriptions } from '../subscribers/operator-changes.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { readFailures } from './accounting.ts';

/** The reason of deliveries that were refused by a receiver that is not believed. */
const doubted = 'receiver-doubted';

/**
 * Looks for receiving domains at which an edition was refused for so many addresses that the receiver must be out of
 * order. Its recipients are not suppressed any more because of this edition, can be retried, and an alarm is raised.
 *
 * @returns the domains, in lower case
 */
export async function doubtReceivers(
  trx: Transaction<Schema>,
  { editionId, now, keys }: SuppressionOptions & { readonly editionId: number; readonly now: number },
): Promise<readonly string[]> {
  const refused = await refusedByDomain(trx, editionId);
  const domains: string[] = [];
  for (const [domain, recipients] of refused) {
    if (recipients.length < doubtfulRefusals) continue;
    const total = await countRecipients(trx, editionId, domain);
    if (recipients.length <= total * doubtfulShare) continue;
    domains.push(domain);
    await revert(trx, recipients, { editionId, now, keys });
    await raiseAlarm(trx, { editionId, now, domain, refused: recipients.length, total });
  }
  return domains;
}

interface Refused {
  readonly id: number;
  readonly canonical: string;
}

async function refusedByDomain(
  trx: Transaction<Schema>,
  editionId: number,
): Promise<ReadonlyMap<string, readonly Refused[]>> {
  const rows = await trx
    .selectFrom('deliveries')
    .innerJoin('subscribers', 'subscribers.id', 'deliveries.subscriber_id')
    .select(['subscribers.id', 'subscribers.canonical'])
    .where('deliveries.edition_id', '=', editionId)
    .where('deliveries.state', '=', 'failed')
    .where((eb) =>
      eb.or([eb('deliveries.outcome', '=', 'valid-email'), eb('deliveries.reason', '=', doubted)]),
    )
    .execute();
  return Map.groupBy(rows, ({ canonical }) => domainOf(canonical));
}

function domainOf(canonical: string): string {
  return canonical.slice(canonical.lastIndexOf('@') + 1);
}

/** Of the publication at the domain, which is nearly the edition's audience there. Reads every subscriber. */
export async function countRecipients(
  trx: Transaction<Schema>,
  editionId: number,
  domain: string,
): Promise<number> {
  const pattern = `%@${domain.replaceAll(/[\\%_]/gu, String.raw`\$&`)}`;
  const { rows } = await sql<{ readonly recipients: number }>`
    select count(*) as recipients from editions
    join subscriptions on subscriptions.publication_id = editions.publication_id
    join subscribers on subscribers.id = subscriptions.subscriber_id
    where editions.id = ${integer(editionId)} and subscriptions.state in ('active', 'suppressed')
      and subscribers.canonical like ${pattern} escape ${'\\'}`.execute(trx);
  return rows[0]?.recipients ?? 0;
}

async function revert(
  trx: Transaction<Schema>,
  recipients: readonly Refused[],
  { editionId, now, keys }: SuppressionOptions & { readonly editionId: number; readonly now: number },
): Promise<void> {
  const edition = await trx
    .selectFrom('editions')
    .select('published_at')
    .where('id', '=', editionId)
    .executeTakeFirstOrThrow();
  for (const slice of slices(recipients)) {
    const ids = slice.map(({ id }) => id);
    const { rows: batches } = await sql<{ readonly id: number }>`
      select batches.id from batches where batches.edition_id = ${integer(editionId)} and exists (
        select 1 from ${idTable(trx, ids)} as listed
        where listed.id between batches.first_subscriber_id and batches.last_subscriber_id
      ) order by batches.id`.execute(trx);
    await lockBatches(
      trx,
      batches.map(({ id }) => id),
    );
    const hashes = slice.flatMap(({ canonical }) => keys.map((key) => key.hash(canonical)));
    await trx
      .deleteFrom('suppressions')
      .where(isAmong(trx, 'address_hash', hashes))
      .where('reason', 'in', ['bad-address', 'dead-mailbox'])
      .where('created_at', '>=', edition.published_at ?? now)
      .execute();
    await restoreSubscriptions(trx, ids, now);
    await trx
      .updateTable('deliveries')
      .set({ outcome: 'subscription-failed', reason: doubted })
      .where('edition_id', '=', editionId)
      .where('subscriber_id', 'in', ids)
      .where('outcome', '=', 'valid-email')
      .execute();
  }
}

async function raiseAlarm(
  trx: Transaction<Schema>,
  found: {
    readonly editionId: number;
    readonly now: number;
    readonly domain: string;
    readonly refused: number;
    readonly total: number;
  },
): Promise<void> {
  const { slug, date } = await readReference(trx, found.editionId);
  const { domain, refused, total, now: at } = found;
  const text = `${domain} refused ${formatCount(refused)} of ${formatCounted(total, 'recipient')} of ${slug}/${date} as unknown addresses. So many at once are a fault of the receiver, so none of them is suppressed. When it works again, run \`daybrief retry ${slug}/${date} --reason ${doubted}\`.`;
  await raise(trx, newAlarm('bad-addresses', { publication: slug, date, at, text, occasion: domain }));
}

/** Raises an alarm if the edition expired before all of its recipients were served. */
export async function alarmExpired(trx: Transaction<Schema>, editionId: number, now: number): Promise<void> {
  const failures = await readFailures(trx, editionId);
  const expired = failures.find(({ reason }) => reason === 'expired')?.recipients ?? 0;
  if (expired === 0) return;
  const { slug, date } = await readReference(trx, editionId);
  const text = `${slug}/${date} expired before ${formatCounted(expired, 'recipient')} got it. \`daybrief status ${slug}/${date} --failed\` lists them; \`expiry-hours\` in publication.yaml sets how long an edition is sent.`;
  await raise(trx, newAlarm('expired', { publication: slug, date, at: now, text }));
}

export async function readReference(
  trx: Transaction<Schema>,
  editionId: number,
): Promise<{ readonly slug: string; readonly date: string }> {
  return trx
    .selectFrom('editions')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select(['publications.slug', 'editions.date'])
    .where('editions.id', '=', editionId)
    .executeTakeFirstOrThrow();
}
