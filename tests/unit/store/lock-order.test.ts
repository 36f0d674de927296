import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const room = join(import.meta.dirname, '../../../src/store');
const files = globSync('**/*.ts', { cwd: room }).map((path) => ({
  path,
  text: readFileSync(join(room, path), 'utf8'),
}));
const locks = readFileSync(join(room, 'database/locks.ts'), 'utf8');
const order = [...locks.matchAll(/^export (?:async )?(?:function|const) (\w+)/gmu)].map(
  ([, name]) => name ?? '',
);

/** Names of the lock functions that a function calls, for each function of a file. */
function lockCalls(text: string): readonly (readonly string[])[] {
  return text
    .split(/^(?:export )?(?:async )?function /mu)
    .map((body) => [...body.matchAll(/\b(\w+)\(/gu)].map(([, name]) => name ?? ''))
    .map((names) => names.filter((name) => order.includes(name)));
}

test('locks.ts is the only file of the store that locks rows or tables', () => {
  const found = files
    .filter(({ text }) =>
      /forNoKeyUpdate|forUpdate|forShare|for (?:no key )?update|for (?:key )?share|lock table/u.test(text),
    )
    .map(({ path }) => path);

  expect(found).toEqual([join('database', 'locks.ts')]);
});

test('every function of the store takes its locks in the order of locks.ts', () => {
  const sequences = files.flatMap(({ path, text }) =>
    lockCalls(text).map((names) => ({ path, names, ranks: names.map((name) => order.indexOf(name)) })),
  );

  expect(sequences.filter(({ names }) => names.length > 1)).not.toEqual([]);
  for (const { path, names, ranks } of sequences) {
    if (path === join('database', 'locks.ts')) continue;
    expect(ranks, `${path}: ${names.join(', ')}`).toEqual(ranks.toSorted((a, b) => a - b));
  }
});
