import { beforeEach, expect, test } from 'vitest';

import type { EditionPage } from '../../../../src/domain/editions/edition-page.ts';
import type { NewRevision } from '../../../../src/domain/editions/edition.ts';
import { readArchive, readArchivedEditions, readWithdrawal } from '../../../../src/store/editions/archive.ts';
import { createEditionPages } from '../../../../src/store/editions/edition-pages.ts';
import { sha256, StoreFixture } from '../../../support/store/store-fixture.ts';

const query = { publicationId: 1, date: '2026-11-23', limit: 1 };

function revisionOf(subject: string): NewRevision {
  const rest = { preheader: '', count: '', byline: '', html: '', text: '', imageOrigins: [] };
  const page: EditionPage = { version: 1, subject, ...rest };
  return {
    contentHash: sha256(subject),
    subject,
    message: '{}',
    html: '[]',
    text: '[]',
    digest: '{}',
    settings: '{}',
    approvedBy: 'test',
    approvedAt: 500,
    page: JSON.stringify(page),
  };
}

interface Sent {
  readonly store: StoreFixture;
  readonly editionId: number;
}

async function createSent(): Promise<Sent> {
  const store = await StoreFixture.create();
  await store.subscribe(2);
  const { edition } = await store.editions.approve(1, query.date, revisionOf('As sent'));
  await store.publish(edition.id, 10);
  await store.editions.changeState(edition.id, 'sent', {
    at: 2_000,
    event: 'sent',
    actor: 'test',
    detail: '',
  });
  return { store, editionId: edition.id };
}

let sent: Sent;
beforeEach(async () => {
  sent = await createSent();
  return () => sent.store[Symbol.asyncDispose]();
});

const pages = () => createEditionPages(sent.store.db);
const shown = async () => (await readArchivedEditions(sent.store.db, query))[0];

test('a corrected page shows the new text and the dated notes, and the mail stays the revision that was sent', async () => {
  const { store, editionId } = sent;
  const change = { actor: 'jo', revision: { ...revisionOf('Corrected'), approvedAt: 9_000 } };

  await pages().correct(editionId, { ...change, at: 9_000, note: 'The name was wrong.' });
  await pages().correct(editionId, {
    ...change,
    revision: { ...revisionOf('Again'), approvedAt: 9_500 },
    at: 9_500,
    note: 'So was the age.',
  });

  expect(await shown()).toMatchObject({
    subject: 'Again',
    changedAt: 9_500,
    corrections: [
      { at: 9_000, note: 'The name was wrong.' },
      { at: 9_500, note: 'So was the age.' },
    ],
  });
  expect(await store.editions.get(editionId)).toMatchObject({ revision: 1, state: 'sent' });
  const events = await store.editions.events(editionId);
  // A correction is recorded as one, and not as an approval.
  expect(events.filter(({ event }) => event === 'approved')).toHaveLength(1);
  expect(events.filter(({ event }) => event === 'corrected')).toMatchObject([
    { actor: 'jo', detail: 'revision 2: The name was wrong.' },
    { actor: 'jo', detail: 'revision 3: So was the age.' },
  ]);
});

test('a correction that changes nothing is refused', async () => {
  const change = { at: 9_000, actor: 'jo', note: 'Nothing.', revision: revisionOf('As sent') };

  await expect(pages().correct(sent.editionId, change)).rejects.toMatchObject({ code: 'EDITION_UNCHANGED' });
  expect(await shown()).toMatchObject({ subject: 'As sent', corrections: [] });
});

test('a withdrawn edition leaves archive and feeds, keeps a notice, and comes back with a correction', async () => {
  const { store, editionId } = sent;
  await pages().withdraw(editionId, { at: 7_000, actor: 'jo', note: 'The story was not true.' });

  expect(await shown()).toBeUndefined();
  expect(await readArchive(store.db, { publicationId: 1, limit: 10 })).toEqual([]);
  expect(await readWithdrawal(store.db, query)).toEqual({ at: 7_000, note: 'The story was not true.' });
  expect(await readWithdrawal(store.db, { ...query, date: '2026-11-24' })).toBeUndefined();

  const revision = revisionOf('Corrected');
  await pages().correct(editionId, { at: 9_000, actor: 'jo', note: 'Without the story.', revision });

  expect(await readWithdrawal(store.db, query)).toBeUndefined();
  expect(await shown()).toMatchObject({ subject: 'Corrected' });
});

test.each(['correct', 'withdraw'] as const)('to %s an edition that was not sent is refused', async (what) => {
  const { store } = sent;
  const { edition } = await store.editions.approve(1, '2026-11-24', revisionOf('Tomorrow'));
  const change = { at: 9_000, actor: 'jo', note: 'x', revision: revisionOf('Other') };

  await expect(pages()[what](edition.id, change)).rejects.toMatchObject({
    code: 'EDITION_STATE',
    message: 'The edition of 2026-11-24 is approved; only a sent one has a page to change.',
  });
});

test('an edition cancelled after part of it was sent can be corrected; one that nobody got cannot', async () => {
  const { store } = sent;
  const cancelled = async (date: string, served: number) => {
    const { edition } = await store.editions.approve(1, date, revisionOf(`News of ${date}`));
    await store.publish(edition.id, 10);
    const event = { at: 2_000, event: 'cancelled', actor: 'test', detail: '' };
    await store.editions.changeState(edition.id, 'cancelled', event);
    await store.db.updateTable('editions').set({ served }).where('id', '=', edition.id).execute();
    return edition.id;
  };
  const change = { at: 9_000, actor: 'jo', note: 'x', revision: revisionOf('Other') };

  await expect(pages().correct(await cancelled('2026-11-25', 1), change)).resolves.toBe(2);
  await expect(pages().correct(await cancelled('2026-11-26', 0), change)).rejects.toMatchObject({
    code: 'EDITION_STATE',
  });
});
