import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { Edition, PublishOptions } from '../../domain/editions/edition.ts';
import { describeComplaints } from '../../domain/inbound/complaint-rate.ts';
import { formatCount, formatCounted } from '../../domain/numbers.ts';
import { decideApproved } from '../../domain/schedule/schedule.ts';
import { canarySize } from '../../domain/sending/canary.ts';
import { AppError } from '../../errors/app-error.ts';
import { isPostgres } from '../database/dialect.ts';
import { lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { inTransaction } from '../database/transaction.ts';
import { getEdition, record, refuseRestored, refuseTransition, toEdition } from '../editions/edition-rows.ts';
import { readComplaintRate } from '../feedback/complaint-rate.ts';
import { heldDueAt, seedDueAt } from './canaries.ts';
import { describePlan, lengthOf, planWarmUp } from './plan-warm-up.ts';
import { addSeeds } from './seeds.ts';
import { encodeSubscriberIds } from './subscriber-id-list.ts';

/** Subscribers read at a time while the audience is frozen. */
const pageSize = 10_000;

/**
 * Publishes an approved edition in one transaction: every subscriber who is active now and has not
 * paused is written down in batches, and the edition is `sending`. After it the audience never grows.
 *
 * @throws AppError EDITION_STATE when the edition is not approved, COMPLAINTS_HIGH, AUDIENCE_EMPTY if no subscriber is
 * active.
 */
export async function publishEdition(db: Kysely<Schema>, options: PublishOptions): Promise<Edition> {
  const publish = async (trx: Transaction<Schema>): Promise<Edition> => {
    const edition = toEdition(await lockEdition(trx, { id: options.editionId }));
    refuseTransition(edition, 'sending');
    refuseRestored(edition);
    if (options.byClock === true) refuseUnlessDue(edition, options.now);
    await refuseComplaints(trx, edition, options.now);
    const { intended, held } = await freezeAudience(trx, edition, options);
    if (intended === 0) {
      throw new AppError(
        'AUDIENCE_EMPTY',
        `The edition of ${edition.date} has no audience: no subscriber is active without a pause.`,
        {
          hint: 'Import subscribers with `daybrief subscribers import <publication> <file.csv>`.',
        },
      );
    }
    const plan = await planWarmUp(trx, edition, options);
    await trx
      .updateTable('editions')
      .set({
        state: 'sending',
        intended,
        published_at: options.now,
        expires_at: options.expiresAt + (plan === undefined ? 0 : lengthOf(plan)),
        warm_up: plan === undefined ? '' : JSON.stringify(plan),
        canary_until: options.seeds?.until ?? (held > 0 ? (options.canary?.until ?? null) : null),
        awaits_seeds: options.seeds === undefined ? 0 : 1,
      })
      .where('id', '=', edition.id)
      .execute();
    if (options.seeds !== undefined)
      await addSeeds(trx, {
        editionId: edition.id,
        revision: edition.revision,
        now: options.now,
        ...options.seeds,
      });
    await record(trx, edition.id, {
      at: options.now,
      event: 'published',
      actor: options.actor,
      origin: options.origin,
      detail: `revision ${edition.revision} to ${formatCounted(intended, 'subscriber')}${held > 0 ? `, ${formatCount(intended - held)} of them first` : ''}${describePlan(plan)}`,
    });
    return getEdition(trx, edition.id);
  };
  // A snapshot: otherwise the ids of subscribers who join or leave meanwhile would decide whether they are in it.
  return inTransaction(db, publish, { snapshot: true });
}

/** Checks again in this transaction: the edition may have been put on hold since the schedule looked. */
function refuseUnlessDue(edition: Edition, now: number): void {
  if (decideApproved(edition, now).kind === 'send') return;
  throw new AppError('EDITION_STATE', `The edition of ${edition.date} is not to be sent by the clock.`);
}

/** After too many complaints about the editions before, the next one waits for a person. */
async function refuseComplaints(trx: Transaction<Schema>, edition: Edition, now: number): Promise<void> {
  const rate = await readComplaintRate(trx, { publicationId: edition.publicationId, now });
  if (rate.level !== 'halt') return;
  throw new AppError(
    'COMPLAINTS_HIGH',
    `The edition of ${edition.date} waits for a person: ${describeComplaints(rate)}. Mailbox providers block senders from 0.3 % on.`,
    {
      hint: 'Find out who was added lately, and how; `daybrief release` of the edition then lets it be sent.',
    },
  );
}

/** How many recipients there are, and how many of them wait for the canary. */
interface FrozenAudience {
  readonly intended: number;
  readonly held: number;
}

async function freezeAudience(
  trx: Transaction<Schema>,
  edition: Edition,
  options: PublishOptions,
): Promise<FrozenAudience> {
  const { now, batchSize, canary } = options;
  const first = { editionId: edition.id, dueAt: options.seeds === undefined ? now : seedDueAt };
  const others = canary === undefined ? first : { editionId: edition.id, dueAt: heldDueAt };
  let intended = 0;
  let firstRecipients = 0;
  let afterId = 0;
  let rest: readonly number[] = [];
  for (;;) {
    const page = await activeSubscriberIds(trx, {
      publicationId: edition.publicationId,
      now,
      afterId,
    });
    const { before, chosen, after } = chooseFirst(page, { edition, canary, isFirstPage: intended === 0 });
    intended += page.length;
    firstRecipients += chosen.length;
    const isLast = page.length < pageSize;
    if (chosen.length > 0) {
      await insertBatches(trx, [...slices([...rest, ...before], batchSize)], others);
      await insertBatches(trx, [...slices(chosen, batchSize)], first);
      rest = [];
    }
    const groups = [...slices([...rest, ...after], batchSize)];
    rest = isLast || groups.at(-1)?.length === batchSize ? [] : (groups.pop() ?? []);
    await insertBatches(trx, groups, others);
    if (isLast) return { intended, held: canary === undefined ? 0 : intended - firstRecipients };
    afterId = page[page.length - 1] ?? afterId;
  }
}

/**
 * Chooses who of a page of recipients gets the edition first: neighbours by id, because batches are ranges, and others
 * with each edition.
 */
function chooseFirst(
  page: readonly number[],
  {
    edition,
    canary,
    isFirstPage,
  }: {
    readonly edition: Edition;
    readonly canary: PublishOptions['canary'];
    readonly isFirstPage: boolean;
  },
): {
  readonly before: readonly number[];
  readonly chosen: readonly number[];
  readonly after: readonly number[];
} {
  if (canary === undefined) return { before: [], chosen: [], after: page };
  const size = canarySize(page.length, canary.share, isFirstPage);
  const start = (edition.id * stride) % (page.length - size + 1);
  return {
    before: page.slice(0, start),
    chosen: page.slice(start, start + size),
    after: page.slice(start + size),
  };
}

/** A prime, so that editions that follow each other choose recipients far from each other. */
const stride = 7_919;

/**
 * Keyset page by the primary key of `subscriptions`. The ids come as one value: of a million of them both drivers make
 * rows in about twice the time.
 */
async function activeSubscriberIds(
  trx: Transaction<Schema>,
  query: { readonly publicationId: number; readonly now: number; readonly afterId: number },
): Promise<readonly number[]> {
  const page = trx
    .selectFrom('subscriptions')
    .select('subscriber_id')
    .where('publication_id', '=', query.publicationId)
    .where('state', '=', 'active')
    .where('paused_until', '<=', query.now)
    .where('subscriber_id', '>', query.afterId)
    .orderBy('subscriber_id')
    .limit(pageSize);
  const aggregate = sql.raw(isPostgres(trx) ? 'json_agg' : 'json_group_array');
  const { ids } = await trx
    .selectFrom(page.as('page'))
    .select(sql<string | null>`cast(${aggregate}(subscriber_id) as text)`.as('ids'))
    .executeTakeFirstOrThrow();
  // They come in order, which SQL does not promise; an "order by" in the aggregate takes SQLite twice as long.
  return (JSON.parse(ids ?? '[]') as number[]).toSorted((one, other) => one - other);
}

async function insertBatches(
  trx: Transaction<Schema>,
  groups: readonly (readonly number[])[],
  batch: { readonly editionId: number; readonly dueAt: number },
): Promise<void> {
  for (const some of slices(groups, 100)) {
    await trx
      .insertInto('batches')
      .values(
        some.map((subscriberIds) => ({
          edition_id: batch.editionId,
          first_subscriber_id: subscriberIds[0] ?? 0,
          last_subscriber_id: subscriberIds[subscriberIds.length - 1] ?? 0,
          subscriber_ids: encodeSubscriberIds(subscriberIds),
          size: subscriberIds.length,
          done: 0,
          due_at: batch.dueAt,
          epoch: 0,
          lease_owner: null,
          lease_until: 0,
        })),
      )
      .execute();
  }
}
