import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { sampleEditions } from '../../../src/app/editions/lint-template.ts';
import { digestBlocks } from '../../../src/domain/editions/digest-parts.ts';
import { digestKinds } from '../../support/digest-kinds.ts';
import { parseMarkdown } from './digest-text.ts';

function kindsIn(reference: string): readonly string[] {
  const path = join(import.meta.dirname, '../../../digests', `${reference}.md`);
  const { digest } = parseMarkdown(readFileSync(path, 'utf8'));
  if (digest === undefined) throw new Error(`${reference} cannot be read`);
  return [...digest.sections, ...digestBlocks(digest)].map(({ kind }) => kind);
}

test.each(['sample', 'harbor'])(
  'the digests of %s that `lint --template` renders have every kind of section and block: add an example',
  (slug) => {
    const editions = sampleEditions.filter((reference) => reference.startsWith(`${slug}/`));
    const found = new Set(editions.flatMap(kindsIn));

    expect([...digestKinds].filter((kind) => !found.has(kind))).toEqual([]);
  },
);
