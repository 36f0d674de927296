import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import type { Candidate } from '../../../src/app/ports/subscribers.ts';
import { deriveSuppressionKeys } from '../../../src/secrets/suppression-keys.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A store on an SQLite file: only there a thread merges. */
async function openFile() {
  const store = await openStore({
    database: { kind: 'sqlite', path: join(tempFolder(), 'daybrief.db') },
    suppressionKeys: deriveSuppressionKeys(['a secret of this test alone, long enough']),
    now: new Date(0),
  });
  onTestFinished(() => store.close());
  const publicationId = await store.publications.add('morning');
  const options = { publicationId, source: 'import', now: 1_000, dryRun: false } as const;
  return { store, options };
}

const states = ['active', 'pending', 'unsubscribed', 'suppressed'] as const;

function candidates(count: number, shift = 0): readonly Candidate[] {
  return Array.from({ length: count }, (_, index) => {
    const address = `reader${index}@example.org`;
    const state = states[(index + shift) % states.length] ?? 'active';
    return { address, canonical: address, name: `Reader ${index}`, timeZone: null, state };
  });
}

test('a large group is merged in a thread with the outcomes and counts of small ones', async () => {
  const [large, small] = [await openFile(), await openFile()];

  for (const shift of [0, 1]) {
    const all = candidates(1_200, shift);
    const outcomes = await large.store.subscribers.mergeMany(all, large.options);
    const expected = [];
    for (let at = 0; at < all.length; at += 400)
      expected.push(...(await small.store.subscribers.mergeMany(all.slice(at, at + 400), small.options)));

    expect(outcomes).toEqual(expected);
    expect(new Set(outcomes).size).toBeGreaterThan(2);
  }

  const counts = async ({ store, options }: typeof large) => store.subscribers.counts(options.publicationId);
  expect(await counts(large)).toEqual(await counts(small));
});

test('a large group that fails writes nothing, and the store goes on', async () => {
  const { store, options } = await openFile();
  const broken = { ...options, publicationId: 99 };

  await expect(store.subscribers.mergeMany(candidates(1_200), broken)).rejects.toThrow('FOREIGN KEY');

  expect(await store.subscribers.counts(options.publicationId)).toEqual({
    active: 0,
    pending: 0,
    unsubscribed: 0,
    suppressed: 0,
  });
  const outcomes = await store.subscribers.mergeMany(candidates(1_200), options);
  expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(600);
});
