import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Handlebars from 'handlebars';
import { onTestFinished, expect, test } from 'vitest';

import { precompile } from '../../../src/render/template/precompile.ts';

const refuse = (path: string, cause: unknown) => new Error(`refused ${path}`, { cause });

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'daybrief-precompile-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function fill(source: string, into: string | undefined): Promise<string> {
  const files = [{ name: '', path: '/templates/plain/edition.txt.hbs', source }];
  const compiled = await precompile(files, { noEscape: true, refuse, folder: into });
  return Handlebars.template<{ name: string }>(compiled(''))({ name: 'Ada & Co' });
}

test('what was compiled is kept for its owner alone and used again', async () => {
  const kept = folder();
  expect(await fill('Dear {{name}}', kept)).toBe('Dear Ada & Co');
  const [file = ''] = readdirSync(kept);
  const path = join(kept, file);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, readFileSync(path, 'utf8').replace('Dear ', 'Hello '));
  expect(await fill('Dear {{name}}', kept)).toBe('Hello Ada & Co');
});

test('a template that was changed is compiled again and replaces what was kept', async () => {
  const kept = folder();
  await fill('Dear {{name}}', kept);
  const before = readdirSync(kept);
  expect(await fill('Good morning, {{name}}', kept)).toBe('Good morning, Ada & Co');
  const after = readdirSync(kept);
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
});

test('a kept file that is damaged, and a folder that cannot be written, cost only time', async () => {
  const kept = folder();
  await fill('Dear {{name}}', kept);
  const [file = ''] = readdirSync(kept);
  writeFileSync(join(kept, file), 'module.exports = {');
  expect(await fill('Dear {{name}}', kept)).toBe('Dear Ada & Co');
  const occupied = join(kept, 'occupied');
  writeFileSync(occupied, '');
  expect(await fill('Dear {{name}}', occupied)).toBe('Dear Ada & Co');
  expect(await fill('Dear {{name}}', undefined)).toBe('Dear Ada & Co');
});

test('a file that cannot be compiled is refused by its path, and nothing is kept', async () => {
  const kept = folder();
  await expect(fill('Dear {{name', kept)).rejects.toThrow('refused /templates/plain/edition.txt.hbs');
  expect(readdirSync(kept)).toEqual([]);
});
