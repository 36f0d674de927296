import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('every promise in the guarantees names tests that are there', () => {
  const promises = readFileSync(join(root, 'docs/guarantees.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| promise'));
  const named = promises.map((line) => line.match(/(?<=`)tests\/[^`]+(?=`)/gu) ?? []);

  expect(promises.length).toBeGreaterThan(10);
  expect(promises.filter((_, index) => named[index]?.length === 0)).toEqual([]);
  expect(named.flat().filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
