import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readSource } from '../../../src/candidates/read-source.ts';
import { digestOf } from '../../support/content/candidate-digest.ts';

const folder = join(import.meta.dirname, '../../fixtures/candidates');
const names = readdirSync(folder).filter((name) => !name.endsWith('.items.md'));

test('there are fixtures of pages, feeds and pastes', () => {
  expect(names.filter((name) => name.endsWith('.txt')).length).toBeGreaterThanOrEqual(15);
  expect(names.filter((name) => name.endsWith('.html')).length).toBeGreaterThanOrEqual(2);
  expect(names.filter((name) => /\.(?:xml|json)$/u.test(name)).length).toBeGreaterThanOrEqual(3);
});

test.each(names)('reads %s as the items beside it, each of which is a part of a digest', async (name) => {
  const read = await readSource({
    bytes: readFileSync(join(folder, name)),
    form: name.endsWith('.txt') ? 'text' : 'auto',
    now: Date.parse('2026-11-24T12:00:00Z'),
    timeZone: 'America/Chicago',
  });

  const items = read.items.map(
    ({ candidate, markdown }) => `<<< ${JSON.stringify(candidate)}\n${markdown}\n`,
  );
  const dropped = read.dropped.map((line) => `dropped: ${line}\n`);
  await expect([...items, ...dropped].join('\n')).toMatchFileSnapshot(join(folder, `${name}.items.md`));
  for (const { markdown } of read.items) expect(digestOf(markdown).errors).toEqual([]);
});
