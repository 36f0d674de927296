import { expect, test } from 'vitest';

import { openPublications } from '../../../src/app/editions/open-publications.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { RecordingLog } from '../../support/recording-log.ts';

/** A folder of publications in memory: what each file holds, or that it is wrong. */
function openFolder() {
  const folder = new Map<string, Publication | 'wrong'>([['sample', samplePublication]]);
  const stamps = new Map<string, number>();
  const looked: string[] = [];
  const log = new RecordingLog();
  const time = { now: 0 };
  const database = { isBusy: false };
  const files = {
    list: async () => [...folder.keys()],
    stamp: async (slug: string) => {
      looked.push(slug);
      return folder.has(slug) ? String(stamps.get(slug) ?? 0) : undefined;
    },
    load: async (slug: string) => {
      const found = folder.get(slug);
      if (found === undefined || found === 'wrong') {
        throw new AppError('PUBLICATION_INVALID', 'It is not a publication.');
      }
      return found;
    },
    id: async () => {
      if (database.isBusy) throw new Error('database is locked');
      return 7;
    },
  };
  return {
    publications: openPublications(files, { clock: () => time.now, log }),
    log,
    looked,
    database,
    /** Somebody saves the file, and enough time passes to notice. */
    save: (content: Publication | 'wrong') => {
      folder.set('sample', content);
      stamps.set('sample', (stamps.get('sample') ?? 0) + 1);
      time.now += 1_000;
    },
    remove: () => {
      folder.delete('sample');
      time.now += 1_000;
    },
    pass: (ms: number) => void (time.now += ms),
  };
}

test('a publication is found by name and by id, and what changes in its file counts a second later', async () => {
  const { publications, save } = openFolder();

  const before = await publications.find('sample');
  save({ ...samplePublication, name: 'Renamed' });
  const after = await publications.byId(7);

  expect(before).toEqual({ id: 7, publication: samplePublication });
  expect(after?.publication.name).toBe('Renamed');
});

test('a publication whose file became invalid keeps its last valid version until it is fixed, and that is logged once', async () => {
  const { publications, save, pass, log } = openFolder();
  await publications.find('sample');

  save('wrong');
  const meanwhile = await publications.find('sample');
  pass(1_000);
  await publications.find('sample');
  const told = log.messages('error').length;
  save({ ...samplePublication, name: 'Mended' });
  const mended = await publications.find('sample');

  expect(meanwhile?.publication).toEqual(samplePublication);
  expect(told).toBe(1);
  expect(mended?.publication.name).toBe('Mended');
});

test('one that was wrong from the start, or whose file is gone, is none', async () => {
  const { publications, save, remove } = openFolder();
  save('wrong');

  const neverRead = await publications.find('sample');
  save(samplePublication);
  const read = await publications.find('sample');
  remove();
  const gone = await publications.find('sample');

  expect([neverRead, read?.id, gone]).toEqual([undefined, 7, undefined]);
});

test('one that a busy database could not tell the id of is there as soon as the database is', async () => {
  const { publications, pass, database } = openFolder();
  database.isBusy = true;

  const meanwhile = await publications.find('sample');
  database.isBusy = false;
  pass(1_000);
  const afterwards = await publications.find('sample');

  expect([meanwhile, afterwards?.id]).toEqual([undefined, 7]);
});

test('the same object stays as long as the file, so that what is made of it can be kept', async () => {
  const { publications, pass } = openFolder();

  const before = await publications.find('sample');
  pass(60_000);

  expect(await publications.find('sample')).toBe(before);
});

test('whatever strangers ask for, no file is looked at for it', async () => {
  const { publications, looked } = openFolder();

  for (const slug of ['../../etc', '', 'no-such', '%2e%2e', 'Sample', 'a'.repeat(1_000_000), '__proto__']) {
    expect(await publications.find(slug)).toBeUndefined();
  }

  expect(new Set(looked)).toEqual(new Set(['sample']));
});
