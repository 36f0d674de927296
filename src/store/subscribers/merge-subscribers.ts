import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Candidate, MergeOptions } from '../../app/ports/subscribers.ts';
import type { MergeOutcome, SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import { integer, isAmong, table } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { createSuppress, createSuppressions } from './suppressions.ts';
import type { SuppressionOptions } from './suppressions.ts';

type MergeSettings = MergeOptions & SuppressionOptions;

/**
 * Merges subscribers into one publication, see the port `Subscribers.mergeMany`. `db` is a transaction unless
 * nothing is written.
 */
export async function mergeSubscribers(
  db: Kysely<Schema>,
  subscribers: readonly Candidate[],
  settings: MergeSettings,
): Promise<readonly MergeOutcome[]> {
  const canonicals = subscribers.map((subscriber) => subscriber.canonical);
  const suppressed = await createSuppressions(db, settings).has(canonicals);
  const known = await readKnown(db, canonicals, settings.publicationId);
  const plans = subscribers.map((subscriber) =>
    suppressed.has(subscriber.canonical)
      ? ({ outcome: 'suppressed', subscriber } satisfies Plan)
      : plan(subscriber, known.get(subscriber.canonical)),
  );
  if (!settings.dryRun) await carryOut(db, plans, settings);
  return plans.map(({ outcome }) => outcome);
}

interface Known {
  readonly id: number;
  readonly name: string;
  readonly timeZone: string | null;
  /** Null if the subscriber belongs to other publications only. */
  readonly state: SubscriptionState | null;
}

interface Plan {
  readonly outcome: MergeOutcome;
  readonly subscriber: Candidate;
  readonly known?: Known;
  readonly fills?: boolean;
  readonly joins?: boolean;
  /** The new state of an existing subscription. */
  readonly becomes?: 'active' | 'unsubscribed';
}

function plan(subscriber: Candidate, known: Known | undefined): Plan {
  if (known === undefined) return { outcome: newcomer(subscriber), subscriber, joins: true };
  const { state } = known;
  if (state === 'suppressed') return { outcome: state, subscriber, known };
  if (subscriber.state === 'suppressed') {
    return { outcome: 'suppressed-now', subscriber, known, joins: state === null };
  }
  if (state === 'unsubscribed') return { outcome: state, subscriber, known };
  if (subscriber.state === 'unsubscribed' && state !== null) {
    return { outcome: 'unsubscribed-now', subscriber, known, becomes: 'unsubscribed' };
  }
  const fills =
    (known.name === '' && subscriber.name !== '') ||
    (known.timeZone === null && subscriber.timeZone !== null);
  if (state === null) return { outcome: newcomer(subscriber), subscriber, known, fills, joins: true };
  const activates = state === 'pending' && subscriber.state === 'active';
  const outcome = fills || activates ? 'updated' : 'unchanged';
  return { outcome, subscriber, known, fills, ...(activates ? { becomes: 'active' } : {}) };
}

function newcomer({ state }: Candidate): MergeOutcome {
  return state === 'active' || state === 'pending' ? 'added' : `${state}-now`;
}

async function carryOut(db: Kysely<Schema>, plans: readonly Plan[], settings: MergeSettings): Promise<void> {
  const { publicationId, now } = settings;
  const ids = await insertSubscribers(
    db,
    plans.filter((plan) => plan.joins === true && plan.known === undefined),
    now,
  );
  const joining = plans.filter((plan) => plan.joins === true);
  await insertSubscriptions(
    db,
    joining.flatMap(({ subscriber, known }) => {
      const subscriberId = known?.id ?? ids.get(subscriber.canonical);
      return subscriberId === undefined ? [] : [{ subscriberId, state: subscriber.state }];
    }),
    settings,
  );
  await fillIn(
    db,
    plans.filter(({ fills }) => fills === true),
  );
  await changeState(db, plans, { to: 'active', from: ['pending'], publicationId, now });
  await changeState(db, plans, { to: 'unsubscribed', from: ['pending', 'active'], publicationId, now });
  const suppressed = plans.filter(({ outcome }) => outcome === 'suppressed-now');
  if (suppressed.length === 0) return;
  await createSuppress(settings)(
    db,
    suppressed.flatMap(({ subscriber, known }) => {
      const subscriberId = known?.id ?? ids.get(subscriber.canonical);
      const reason = subscriber.suppressedBy ?? settings.source;
      return subscriberId === undefined ? [] : [{ subscriberId, reason }];
    }),
    now,
  );
}

async function changeState(
  db: Kysely<Schema>,
  plans: readonly Plan[],
  change: {
    readonly to: 'active' | 'unsubscribed';
    readonly from: readonly SubscriptionState[];
    readonly publicationId: number;
    readonly now: number;
  },
): Promise<void> {
  const ids = plans.flatMap(({ becomes, known }) => (becomes === change.to && known ? [known.id] : []));
  for (const slice of slices(ids)) {
    await db
      .updateTable('subscriptions')
      .set({ state: change.to, changed_at: change.now })
      .where('publication_id', '=', change.publicationId)
      .where('subscriber_id', 'in', slice)
      .where('state', 'in', change.from)
      .execute();
  }
}

async function readKnown(
  db: Kysely<Schema>,
  canonicals: readonly string[],
  publicationId: number,
): Promise<ReadonlyMap<string, Known>> {
  const known = new Map<string, Known>();
  for (const slice of slices(canonicals)) {
    const rows = await db
      .selectFrom('subscribers')
      .leftJoin('subscriptions', (join) =>
        join
          .onRef('subscriptions.subscriber_id', '=', 'subscribers.id')
          .on('subscriptions.publication_id', '=', publicationId),
      )
      .select([
        'subscribers.id',
        'subscribers.canonical',
        'subscribers.name',
        'subscribers.time_zone as timeZone',
        'subscriptions.state',
      ])
      .where(isAmong(db, 'subscribers.canonical', slice))
      .execute();
    for (const { canonical, ...row } of rows) known.set(canonical, row);
  }
  return known;
}

const newcomerColumns = {
  address: 'text',
  canonical: 'text',
  name: 'text',
  time_zone: 'text',
  created_at: 'integer',
} as const;

/** Returns the ids by canonical address, including subscribers that another process has just added. */
async function insertSubscribers(
  db: Kysely<Schema>,
  plans: readonly Plan[],
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>();
  for (const slice of slices(plans)) {
    const rows = slice.map(({ subscriber }) => [
      subscriber.address,
      subscriber.canonical,
      subscriber.name,
      subscriber.timeZone,
      now,
    ]);
    const inserted = await sql<{ readonly id: number; readonly canonical: string }>`
      insert into subscribers (address, canonical, name, time_zone, created_at)
      select address, canonical, name, time_zone, created_at from ${table(db, newcomerColumns, rows)} as newcomers
      where true
      on conflict (canonical) do nothing
      returning id, canonical`.execute(db);
    for (const row of inserted.rows) ids.set(row.canonical, row.id);
    const missing = slice
      .map(({ subscriber }) => subscriber.canonical)
      .filter((canonical) => !ids.has(canonical));
    if (missing.length === 0) continue;
    const others = await db
      .selectFrom('subscribers')
      .select(['id', 'canonical'])
      .where(isAmong(db, 'canonical', missing))
      .execute();
    for (const row of others) ids.set(row.canonical, row.id);
  }
  return ids;
}

async function insertSubscriptions(
  db: Kysely<Schema>,
  joining: readonly { readonly subscriberId: number; readonly state: SubscriptionState }[],
  settings: MergeSettings,
): Promise<void> {
  const { publicationId, source, now } = settings;
  const columns = { subscriber_id: 'integer', state: 'text' } as const;
  for (const slice of slices(joining)) {
    const rows = slice.map(({ subscriberId, state }) => [subscriberId, state]);
    await sql`
      insert into subscriptions (publication_id, subscriber_id, state, source, created_at, changed_at)
      select ${integer(publicationId)}, subscriber_id, state, cast(${source} as text), ${integer(now)}, ${integer(now)}
      from ${table(db, columns, rows)} as joining
      where true
      on conflict (publication_id, subscriber_id) do nothing`.execute(db);
  }
}

/** Fills only what is still empty: a name may have been stored since the row was read. */
async function fillIn(db: Kysely<Schema>, plans: readonly Plan[]): Promise<void> {
  const columns = { id: 'integer', name: 'text', time_zone: 'text' } as const;
  const rows = plans.flatMap(({ known, subscriber }) =>
    known === undefined ? [] : [[known.id, subscriber.name, subscriber.timeZone]],
  );
  for (const slice of slices(rows)) {
    await sql`
      update subscribers set
        name = case when subscribers.name = '' then given.name else subscribers.name end,
        time_zone = coalesce(subscribers.time_zone, given.time_zone)
      from ${table(db, columns, slice)} as given
      where subscribers.id = given.id`.execute(db);
  }
}
