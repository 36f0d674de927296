import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { deriveSuppressionKeys } from '../../../../src/secrets/suppression-keys.ts';
import { createPublications } from '../../../../src/store/editions/publications.ts';
import { createOperatorChanges } from '../../../../src/store/subscribers/operator-changes.ts';
import { readSuppressed } from '../../../../src/store/subscribers/read-suppressed.ts';
import { createSubscribers } from '../../../../src/store/subscribers/subscribers.ts';
import { openTestDatabase } from '../../../support/store/test-database.ts';
import type { TestDatabase } from '../../../support/store/test-database.ts';

const keys = deriveSuppressionKeys(['a secret of tests']);
let database: TestDatabase;
let morning: number;
let evening: number;

beforeEach(async () => {
  database = await openTestDatabase();
  const publications = createPublications(database.db);
  morning = await publications.add('morning');
  evening = await publications.add('evening');
});

afterEach(async () => {
  await database[Symbol.asyncDispose]();
});

const candidates = (count: number, state: 'active' | 'unsubscribed' = 'active') =>
  Array.from({ length: count }, (_, index) => ({
    address: `reader${index}@example.org`,
    canonical: `reader${index}@example.org`,
    name: '',
    timeZone: null,
    state,
  }));

/** The same numbers, counted from the rows. */
async function counted(publicationId: number) {
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(*) as count from subscriptions where publication_id = ${publicationId} group by state`.execute(
    database.db,
  );
  const found: Record<string, number> = { pending: 0, active: 0, unsubscribed: 0, suppressed: 0 };
  for (const { state, count } of rows) found[state] = count;
  return found;
}

test('the counts are those of the rows, whatever changed them', async () => {
  const subscribers = createSubscribers(database.db, { keys });
  const changes = createOperatorChanges(database.db, { keys });
  const options = { source: 'import', now: 1_000, dryRun: false };
  const audit = { actor: 'jo', reason: 'asked', now: 2_000 };
  await subscribers.mergeMany(candidates(20), { publicationId: morning, ...options });
  await subscribers.mergeMany(candidates(5, 'unsubscribed'), { publicationId: morning, ...options });
  await subscribers.mergeMany(candidates(7), { publicationId: evening, ...options });
  await subscribers.mergeMany(candidates(30), { publicationId: evening, ...options, dryRun: true });
  await changes.suppress(['reader6@example.org', 'reader10@example.org'], audit);
  await changes.unsuppress(['reader10@example.org'], { ...audit, now: 3_000 });
  await subscribers.erase('reader12@example.org', { now: 4_000 });

  for (const id of [morning, evening]) expect(await subscribers.counts(id)).toEqual(await counted(id));
  expect(await subscribers.counts(morning)).toEqual({
    pending: 0,
    active: 13,
    unsubscribed: 5,
    suppressed: 1,
  });
  expect((await subscribers.audience(evening)).active).toBe(6);
});

test('suppressed addresses are listed once, newest first, with who suppressed them and why', async () => {
  const subscribers = createSubscribers(database.db, { keys });
  const changes = createOperatorChanges(database.db, { keys });
  const options = { source: 'import', now: 1_000, dryRun: false };
  for (const publicationId of [morning, evening])
    await subscribers.mergeMany(candidates(4), { publicationId, ...options });
  await changes.suppress(['reader1@example.org'], { actor: 'jo', reason: 'first', now: 2_000 });
  await changes.suppress(['reader2@example.org'], { actor: 'lena', reason: 'second', now: 3_000 });

  const first = await readSuppressed(database.db, { text: '', before: undefined, limit: 1 }, { keys });
  const second = await readSuppressed(database.db, { text: '', before: first.next, limit: 1 }, { keys });
  const found = await readSuppressed(
    database.db,
    { text: 'READER1@', before: undefined, limit: 9 },
    { keys },
  );

  expect(first.suppressed).toEqual([
    {
      address: 'reader2@example.org',
      publications: ['evening', 'morning'],
      reason: 'operator',
      at: 3_000,
      evidence: [expect.objectContaining({ kind: 'user', actor: 'lena', text: 'second' })],
    },
  ]);
  expect(second.suppressed.map(({ address }) => address)).toEqual(['reader1@example.org']);
  expect(found.suppressed.map(({ address }) => address)).toEqual(['reader1@example.org']);
  expect(found.next).toBeUndefined();
});
