import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { variableNames } from '../../src/config/variables.ts';
import { parseDigest } from '../../src/content/parse-digest.ts';
import { publicationSchema } from '../../src/content/publication/publication-schema.ts';
import { directiveKinds } from '../../src/content/sections/section-parsers.ts';
import { createMarks } from '../../src/render/slot-marks.ts';
import { readTemplateOptions } from '../../src/render/template/template-options.ts';
import { editionView } from '../../src/render/view/edition-view.ts';
import { sampleInput } from '../support/content/render-sample.ts';

const root = join(import.meta.dirname, '../..');

interface JsonSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
}

describe('docs/publication.md', () => {
  const rows = tableRows('docs/publication.md');
  const schema: JsonSchema = z.toJSONSchema(publicationSchema, { io: 'input', unrepresentable: 'any' });

  test('has a row with type, default and meaning for every key of publication.yaml, and for no other', () => {
    expect(rows.map(([key = '']) => key).toSorted()).toEqual(keysOf(schema).toSorted());
    expect(rows.filter((row) => row.length !== 4 || row.includes(''))).toEqual([]);
  });

  test('states the defaults of the schema', () => {
    const stated = new Map(rows.map(([key = '', , value = '']) => [key, value.replaceAll(/[`"]/gu, '')]));
    const simple = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
      const { default: value } = property as { readonly default?: unknown };
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[key, String(value)] as const]
        : [];
    });

    expect(simple.length).toBeGreaterThan(8);
    expect(simple.map(([key]) => [key, stated.get(key)])).toEqual(simple);
  });
});

test('docs/settings.md has a row for every environment variable, and for no other', () => {
  const names = tableRows('docs/settings.md').flatMap(([cell = '']) => cell.split(', '));

  expect(names.filter((name) => /^[A-Z]/u.test(name)).toSorted()).toEqual([...variableNames].toSorted());
});

describe('docs/message-rules.md', () => {
  const rules = new Set(
    readFileSync(join(root, 'docs/message-rules.md'), 'utf8')
      .split('\n')
      .flatMap((line) => /^\| ([A-Z]\d+) \|/u.exec(line)?.[1] ?? []),
  );

  test('explains every rule that a test title names', () => {
    const files = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const named = files.flatMap((name) =>
      [...readFileSync(join(root, 'tests', name), 'utf8').matchAll(/['`]([HMES]\d{1,2})[:,]/gu)].map(
        ([, rule = '']) => rule,
      ),
    );

    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((rule) => !rules.has(rule))).toEqual([]);
  });
});

test('docs/digests.md has every `:::` section', () => {
  const text = readFileSync(join(root, 'docs/digests.md'), 'utf8');

  expect(directiveKinds.filter((kind) => !text.includes(`\`:::${kind}`))).toEqual([]);
});

describe('docs/templates.md', () => {
  const text = readFileSync(join(root, 'docs/templates.md'), 'utf8');
  const named = new Set(tableRows('docs/templates.md').flatMap(([cell = '']) => cell.split(', ')));

  test('names every value that templates get, and every kind of section, block and inline text', async () => {
    const file = join(root, 'digests/harbor/2026-11-25.md');
    const { digest } = parseDigest({ text: readFileSync(file, 'utf8'), file, format: 'markdown' });
    if (digest === undefined) throw new Error('The sample has mistakes.');
    const optionsFile = join(root, 'templates/bulletin/template.yaml');
    const template = readTemplateOptions(readFileSync(optionsFile, 'utf8'), optionsFile);
    const input = { ...sampleInput, digest };
    const { view } = editionView(input, {
      slots: createMarks(''),
      count: () => '',
      times: 'relative',
      template,
    });

    const kinds = new Set<string>();
    JSON.stringify(view.sections, (key, value: unknown) => {
      if (key === 'kind') kinds.add(String(value));
      return value;
    });
    expect(kinds.size).toBeGreaterThan(18);
    const missing = [...Object.keys(view), ...kinds].filter((name) => !named.has(name));
    expect(missing).toEqual([]);
    const fields = view.sections.flatMap((section) => Object.keys(section));
    expect([...new Set(fields)].filter((name) => !text.includes(`\`${name}\``) && name !== 'kind')).toEqual(
      [],
    );
  });

  test.each(['morning', 'bulletin'])('names every file and every option of %s', (name) => {
    const folder = join(root, 'templates', name);
    const files = readdirSync(folder).filter((file) => file !== 'partials');
    const options = readFileSync(join(folder, 'template.yaml'), 'utf8').matchAll(/^([a-z-]+):/gmu);

    expect(files.filter((file) => !named.has(file))).toEqual([]);
    expect([...options].flatMap(([, key = '']) => (named.has(key) ? [] : [key]))).toEqual([]);
  });
});

const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

test.each(['README.md', ...pages])('%s links only to files that exist', (page) => {
  const prose = readFileSync(join(root, page), 'utf8').replaceAll(/```[^]*?```/gu, '');
  const targets = [...prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/gu)].map(([, target = '']) => target);
  const files = targets.filter((target) => !/^[a-z]+:/u.test(target));

  expect(files.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
});

const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [`src/${entry.name}`] : [],
);

test.each([...rooms, 'queue'])('%s has a README that names only files that exist', (room) => {
  const text = readFileSync(join(root, room, 'README.md'), 'utf8');
  const files = [...text.matchAll(/`([\w./-]+\.(?:ts|js|yaml))`/gu)].map(([, name = '']) => name);
  const places = (name: string) => [join(root, room, name), join(root, 'src', name), join(root, name)];

  expect(
    files.filter((name) => name !== 'publication.yaml' && !places(name).some((path) => existsSync(path))),
  ).toEqual([]);
});

/** Cells of every table row whose first cell is code, without the backticks of the first. */
function tableRows(page: string): string[][] {
  return readFileSync(join(root, page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell, index) => (index === 0 ? cell.replaceAll('`', '').trim() : cell.trim())),
    );
}

function keysOf(schema: JsonSchema, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const child = value as JsonSchema;
    return child.properties === undefined ? [`${prefix}${key}`] : keysOf(child, `${prefix}${key}.`);
  });
}
