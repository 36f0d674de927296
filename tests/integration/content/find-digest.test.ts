import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { findDigest } from '../../../src/content/find-digest.ts';
import { listPublications } from '../../../src/content/publication/list-publications.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const publication =
  'name: AM\nfrom: { name: AM, address: am@example.org }\npostal-address: Town\ntime-zone: Asia/Tokyo\n';

function digestsWith(files: readonly string[]): string {
  const digestsDir = tempFolder();
  for (const slug of ['am', 'evening']) {
    mkdirSync(join(digestsDir, slug));
    writeFileSync(join(digestsDir, slug, 'publication.yaml'), publication);
  }
  mkdirSync(join(digestsDir, 'no-publication'));
  mkdirSync(join(digestsDir, 'Odd Name'));
  writeFileSync(join(digestsDir, 'README.md'), '');
  for (const file of files) writeFileSync(join(digestsDir, 'am', file), '');
  return digestsDir;
}

const days = [
  '2026-11-20.md',
  '2026-11-23.yaml',
  '2026-11-25.json',
  '2026-11-31.md',
  'notes.md',
  '2026-11-26.txt',
];
const find = async (reference: string, options: { today?: string; files?: readonly string[] } = {}) =>
  findDigest({
    digestsDir: digestsWith(options.files ?? days),
    reference,
    today: () => options.today ?? '2026-11-23',
  });

describe('a reference with a date', () => {
  test.each([
    ['am/2026-11-20', '2026-11-20.md'],
    ['am/2026-11-23', '2026-11-23.yaml'],
    ['am/2026-11-25.json', '2026-11-25.json'],
    ['am/2026-11-20/', '2026-11-20.md'],
  ])('%s names %s', async (reference, file) => {
    const found = await find(reference);

    expect(found).toMatchObject({ slug: 'am', date: file.slice(0, 10) });
    expect(found.path.endsWith(join('am', file))).toBe(true);
  });

  test('names the nearest date where there is no such digest', async () => {
    await expect(find('am/2026-11-22')).rejects.toMatchObject({
      code: 'DIGEST_NOT_FOUND',
      message: 'The publication "am" has no digest for 2026-11-22.',
      hint: 'The nearest is am/2026-11-23; the newest am/2026-11-25.',
    });
    await expect(find('am/2026-11-27')).rejects.toMatchObject({
      hint: 'The nearest, and the newest, is am/2026-11-25.',
    });
  });

  test('refuses two files for one date', async () => {
    await expect(find('am/2026-11-20', { files: ['2026-11-20.md', '2026-11-20.yml'] })).rejects.toMatchObject(
      {
        code: 'DIGEST_NOT_FOUND',
        message: '"am/2026-11-20" could be any of 2026-11-20.md and 2026-11-20.yml.',
      },
    );
  });
});

describe('a reference without a date', () => {
  test.each([
    ['2026-11-23', '2026-11-23'],
    ['2026-11-24', '2026-11-25'],
    ['2026-12-01', '2026-11-25'],
    ['2020-01-01', '2026-11-20'],
  ])('on %s is the digest of %s: today, else the next, else the newest', async (today, date) => {
    expect(await find('am', { today })).toMatchObject({ slug: 'am', date });
  });

  test("asks for today in the publication's time zone", async () => {
    const zones: string[] = [];

    await findDigest({
      digestsDir: digestsWith(days),
      reference: 'am',
      today: (timeZone) => {
        zones.push(timeZone);
        return '2026-11-23';
      },
    });

    expect(zones).toEqual(['Asia/Tokyo']);
  });

  test('says so where there is none', async () => {
    await expect(find('evening')).rejects.toMatchObject({ code: 'DIGEST_NOT_FOUND' });
  });
});

test.each([
  '',
  '/',
  '..',
  '../am',
  'am/../am',
  'am/2026-11-20/x',
  'AM',
  'am/today',
  'am/2026-02-30',
  'a\0m',
  '.',
])('%j names no digest', async (reference) => {
  await expect(find(reference)).rejects.toMatchObject({ code: 'USAGE_INVALID' });
});

test('an unknown publication is answered with the one that was meant', async () => {
  await expect(find('evning/2026-11-20')).rejects.toMatchObject({
    code: 'PUBLICATION_NOT_FOUND',
    hint: 'Did you mean "evening"?',
  });
  await expect(find('no-publication')).rejects.toMatchObject({
    code: 'PUBLICATION_NOT_FOUND',
    hint: 'There is am, evening.',
  });
});

test('publications are the folders with a publication.yaml', async () => {
  expect(await listPublications(digestsWith([]))).toEqual(['am', 'evening']);
  expect(await listPublications(join(tempFolder(), 'nowhere'))).toEqual([]);
});
