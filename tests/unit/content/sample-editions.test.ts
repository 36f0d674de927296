import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { sampleEditions } from '../../../src/app/editions/lint-template.ts';
import { digestBlocks } from '../../../src/domain/editions/digest-parts.ts';
import type { Block, Section } from '../../../src/domain/editions/digest.ts';
import { parseMarkdown } from './digest-text.ts';

/** A missing kind is a type error. */
const sections: { readonly [Kind in Section['kind']]: true } = {
  lead: true,
  brief: true,
  dashboard: true,
  sponsor: true,
  note: true,
  closing: true,
  continuation: true,
  button: true,
  contents: true,
};

const blocks: { readonly [Kind in Block['kind']]: true } = {
  paragraph: true,
  list: true,
  quote: true,
  image: true,
  'go-deeper': true,
  subheading: true,
  'code-block': true,
  table: true,
  footnotes: true,
};

const digests = sampleEditions.map((reference) => {
  const path = join(import.meta.dirname, '../../../digests', `${reference}.md`);
  const { digest } = parseMarkdown(readFileSync(path, 'utf8'));
  if (digest === undefined) throw new Error(`${reference} cannot be read`);
  return digest;
});

test('the samples that `lint --template` renders have every kind of section', () => {
  const found = new Set(digests.flatMap((digest) => digest.sections.map(({ kind }) => kind)));

  expect(Object.keys(sections).filter((kind) => !found.has(kind as Section['kind']))).toEqual([]);
});

test('the samples that `lint --template` renders have every kind of block', () => {
  const found = new Set(digests.flatMap((digest) => digestBlocks(digest).map(({ kind }) => kind)));

  expect(Object.keys(blocks).filter((kind) => !found.has(kind as Block['kind']))).toEqual([]);
});
