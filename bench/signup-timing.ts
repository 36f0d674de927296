import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { deriveSuppressionKeys } from '../src/secrets/suppression-keys.ts';
import { openSqlite } from '../src/store/database/open-sqlite.ts';
import { createSuppressions } from '../src/store/subscribers/suppressions.ts';
import { quantile, Sink, summarize } from './measure.ts';
import { PagesProcess } from './pages-process.ts';
import { sized } from './size.ts';
import { figure, table } from './table.ts';

const states = ['new', 'pending', 'active', 'unsubscribed', 'suppressed'] as const;
type State = (typeof states)[number];

/** Requests of each standing, in no order, so that whatever else the machine does strikes all alike. */
const requests = sized(1_000);

/**
 * Whether the answer to a form tells how somebody stands: each standing's response times against those of
 * newcomers, by the two-sample test of Kolmogorov and Smirnov. Above 0.05 it cannot tell them apart.
 */
export async function signupTimingBench(): Promise<string> {
  await using sink = await Sink.start();
  await using pages = await PagesProcess.start(sink.port);
  const stamp = await pages.stamp();
  // The first one makes the publication known to the database.
  await pages.signUp('first@example.org', { stamp, network: requests * states.length });
  await prepare(pages.home);
  const times = new Map<State, number[]>(states.map((row) => [row, []]));
  const bodies = new Set<string>();
  const recipients = states.flatMap((row) =>
    Array.from({ length: requests }, (_, number) => ({ row, number })),
  );
  // By lot over all: an answer is slowed down by what the one before it left the workers to do.
  for (const [network, { row, number }] of shuffled(recipients).entries()) {
    const answer = await pages.signUp(`${row}${number}@example.org`, { stamp, network });
    times.get(row)?.push(answer.ms);
    bodies.add(`${answer.status} ${answer.body}`);
  }
  const fresh = times.get('new') ?? [];
  const rows = states.map((row) => {
    const own = times.get(row) ?? [];
    const p = row === 'new' ? '' : figure(kolmogorovSmirnov(fresh, own));
    console.error(`signup timing: ${row}: median ${figure(summarize(own).median)} ms, p ${p}`);
    return [row, figure(summarize(own).median), figure(quantile(own, 0.99)), p];
  });
  return `## What the answer to a form tells

${requests} requests of each standing, in no order: ${bodies.size === 1 ? 'one answer for all' : `${bodies.size} answers`}.

${table(['standing', 'median ms', 'p99 ms', 'p against newcomers'], rows)}
`;
}

function shuffled<T>(values: readonly T[]): readonly T[] {
  return values
    .map((value) => ({ value, lot: Math.random() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ value }) => value);
}

/** People of every standing, as plain rows: how they came to it does not matter here. */
async function prepare(home: string): Promise<void> {
  const db = openSqlite(join(home, 'daybrief.db'));
  const [secret = ''] = (await readFile(join(home, 'secret'), 'utf8')).trim().split(',');
  const suppressions = createSuppressions(db, { keys: deriveSuppressionKeys([secret]) });
  await db.transaction().execute(async (trx) => {
    const { id } = await trx.selectFrom('publications').select('id').executeTakeFirstOrThrow();
    for (const state of ['pending', 'active', 'unsubscribed'] as const) {
      for (let number = 0; number < requests; number += 1) {
        const address = `${state}${number}@example.org`;
        const { id: subscriberId } = await trx
          .insertInto('subscribers')
          .values({ address, canonical: address, name: '', created_at: 0 })
          .returning('id')
          .executeTakeFirstOrThrow();
        const row = { publication_id: id, subscriber_id: subscriberId, state, source: 'bench' };
        await trx
          .insertInto('subscriptions')
          .values({ ...row, created_at: 0, changed_at: 0 })
          .execute();
      }
    }
  });
  for (let number = 0; number < requests; number += 1) {
    await suppressions.add(`suppressed${number}@example.org`, { reason: 'bounced', now: 0 });
  }
  await db.destroy();
}

/** The p-value of the largest distance between two empirical distributions, by its usual series. */
function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): number {
  const a = one.toSorted((x, y) => x - y);
  const b = other.toSorted((x, y) => x - y);
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i] ?? 0, b[j] ?? 0);
    while (i < a.length && (a[i] ?? 0) <= at) i += 1;
    while (j < b.length && (b[j] ?? 0) <= at) j += 1;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const size = Math.sqrt((a.length * b.length) / (a.length + b.length));
  const lambda = (size + 0.12 + 0.11 / size) * distance;
  let sum = 0;
  for (let term = 1; term <= 100; term += 1) {
    sum += 2 * (-1) ** (term - 1) * Math.exp(-2 * term ** 2 * lambda ** 2);
  }
  return Math.min(1, Math.max(0, sum));
}
