import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { migrations } from '../../../src/store/database/all-migrations.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'src/store/database/migrations');
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });

/** The number that begins the name of each file, also of those in folders of releases. */
function numbersOf(files: readonly string[]): readonly number[] {
  return files
    .flatMap((name) => /(?:^|\/)(\d{3})-[^/]+\.ts$/u.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
}

test('all-migrations.ts lists every file of migrations/ by its number, which is its version', () => {
  expect(migrations.map(({ version }) => version)).toEqual(numbersOf(names));
});

test('every number is used once', () => {
  const numbers = numbersOf(names);

  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});

test.each(names.filter((name) => name.startsWith('release-') && !name.includes('/')))(
  'migrations/%s has the migrations of the database that this release left behind, and no other',
  (release) => {
    const dump = readFileSync(join(root, 'tests/fixtures', release, 'sqlite.sql'), 'utf8');
    const applied = Array.from(
      dump.matchAll(/^INSERT INTO schema_version VALUES\((\d+),/gmu),
      ([, version]) => Number(version),
    );

    expect(numbersOf(names.filter((name) => name.startsWith(`${release}/`)))).toEqual(applied);
  },
);
