import { expect, test } from 'vitest';

import type { EditionPage } from '../../../../src/domain/editions/edition-page.ts';
import type { EditionState } from '../../../../src/domain/editions/edition.ts';
import { readArchive, readArchivedEditions } from '../../../../src/store/editions/archive.ts';
import { publishEdition } from '../../../../src/store/sending/publish.ts';
import { sha256, StoreFixture } from '../../../support/store/store-fixture.ts';

function pageOf(subject: string): EditionPage {
  const rest = { preheader: '', count: '', byline: '', html: '', text: '', imageOrigins: [] };
  return { version: 1, subject, ...rest };
}

async function createStore(): Promise<StoreFixture> {
  const store = await StoreFixture.create();
  await store.subscribe(2);
  return store;
}

async function approve(
  store: StoreFixture,
  {
    date,
    subject,
    at,
    publicationId = 1,
  }: { date: string; subject: string; at: number; publicationId?: number },
): Promise<number> {
  const { edition } = await store.editions.approve(publicationId, date, {
    contentHash: sha256(subject),
    subject,
    message: '{}',
    html: '[]',
    text: '[]',
    digest: '{}',
    settings: '{}',
    approvedBy: 'test',
    approvedAt: at,
    page: JSON.stringify(pageOf(subject)),
  });
  return edition.id;
}

async function publish(
  store: StoreFixture,
  { date, at = 1_000 }: { readonly date: string; readonly at?: number },
): Promise<number> {
  const editionId = await approve(store, { date, subject: `News of ${date}`, at: at - 1 });
  await publishEdition(store.db, { editionId, actor: 'test', now: at, expiresAt: at + 1, batchSize: 10 });
  return editionId;
}

function move(store: StoreFixture, editionId: number, to: EditionState): Promise<unknown> {
  return store.editions.changeState(editionId, to, { at: 1, event: to, actor: 'test', detail: '' });
}

test('editions that went out are listed newest first, page by page, each once', async () => {
  await using store = await createStore();
  const dates = ['2026-11-20', '2026-11-23', '2026-11-19', '2026-11-24'];
  for (const date of dates) await publish(store, { date });

  const first = await readArchive(store.db, { publicationId: 1, limit: 3 });
  const before = first.at(-1)?.date ?? '';
  const second = await readArchive(store.db, { publicationId: 1, before, limit: 3 });

  expect(first.map(({ date }) => date)).toEqual(['2026-11-24', '2026-11-23', '2026-11-20']);
  expect(second).toEqual([{ date: '2026-11-19', subject: 'News of 2026-11-19', changedAt: 1_000 }]);
});

test.each([
  ['being sent', [], true],
  ['paused', ['paused'], true],
  ['sent', ['sent'], true],
  ['cancelled before any recipient had it', ['cancelled'], false],
] as const)('an edition that is %s is public: %s', async (_, states, isPublic) => {
  await using store = await createStore();
  const editionId = await publish(store, { date: '2026-11-23' });
  for (const state of states) await move(store, editionId, state);

  const query = { publicationId: 1, date: '2026-11-23', limit: 1 };

  expect(await readArchivedEditions(store.db, query)).toHaveLength(isPublic ? 1 : 0);
  expect(await readArchive(store.db, query)).toHaveLength(isPublic ? 1 : 0);
});

test.each([
  ['accepted', true],
  ['in-flight', true],
  ['uncertain', true],
  ['failed', false],
  ['suppressed', false],
] as const)('a cancelled edition with a recipient that is %s is public: %s', async (state, isPublic) => {
  await using store = await createStore();
  const editionId = await publish(store, { date: '2026-11-23' });
  const [member] = await store.db.selectFrom('subscribers').select('id').execute();
  await store.db
    .insertInto('deliveries')
    .values({
      edition_id: editionId,
      subscriber_id: member?.id ?? 0,
      state,
      revision: 1,
      epoch: 1,
      attempts: 1,
      uncertain_times: 0,
      changed_at: 1,
      reason: '',
    })
    .execute();

  await move(store, editionId, 'cancelled');

  const query = { publicationId: 1, date: '2026-11-23', limit: 1 };
  expect(await readArchivedEditions(store.db, query)).toHaveLength(isPublic ? 1 : 0);
});

test.each([
  ['approved', []],
  ['scheduled', ['scheduled']],
  ['cancelled before it was sent', ['cancelled']],
  ['missed', ['missed']],
] as const)('an edition that is %s is not to be read', async (_, states) => {
  await using store = await createStore();
  const editionId = await approve(store, { date: '2026-11-23', subject: 'Not yet', at: 1 });
  for (const state of states) await move(store, editionId, state);

  expect(await readArchive(store.db, { publicationId: 1, limit: 10 })).toEqual([]);
  expect(await readArchivedEditions(store.db, { publicationId: 1, date: '2026-11-23', limit: 1 })).toEqual(
    [],
  );
});

test('an edition from before there were pages is left out, and so is that of another publication', async () => {
  await using store = await createStore();
  const editionId = await store.approve('2026-11-20');
  await store.publish(editionId, 10);
  await store.db.insertInto('publications').values({ id: 2, slug: 'other' }).execute();
  await publish(store, { date: '2026-11-23' });

  expect(await readArchive(store.db, { publicationId: 1, limit: 10 })).toHaveLength(1);
  expect(await readArchive(store.db, { publicationId: 2, limit: 10 })).toEqual([]);
});

test('a correction is shown from the moment the edition goes on with it, with the time of its approval', async () => {
  await using store = await createStore();
  const date = '2026-11-23';
  const query = { publicationId: 1, date, limit: 1 };
  const editionId = await publish(store, { date, at: 1_000 });
  await move(store, editionId, 'paused');
  await approve(store, { date, subject: 'Corrected news', at: 5_000 });

  const [before] = await readArchivedEditions(store.db, query);
  const event = { at: 6_000, event: 'resumed', actor: 'test', detail: 'revision 2' };
  await store.editions.resume(editionId, { revision: 2, event });
  const [after] = await readArchivedEditions(store.db, query);

  expect(before).toMatchObject({ subject: `News of ${date}`, changedAt: 1_000, corrections: [] });
  expect(after).toEqual({
    date,
    subject: 'Corrected news',
    publishedAt: 1_000,
    changedAt: 5_000,
    corrections: [{ at: 5_000, note: '' }],
    page: pageOf('Corrected news'),
  });
});

test('an approval in the very moment of publishing is no correction', async () => {
  await using store = await createStore();
  const editionId = await approve(store, { date: '2026-11-23', subject: 'News', at: 1_000 });
  await store.publish(editionId, 10);

  const [edition] = await readArchivedEditions(store.db, { publicationId: 1, limit: 1 });

  expect(edition).toMatchObject({ publishedAt: 1_000, corrections: [] });
});
