import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { readSecrets } from '../../../src/config/secret.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

test('a set secret is used and no file is made', () => {
  const home = join(tempFolder(), 'data');

  expect(readSecrets({ home, secrets: ['a'.repeat(16)] })).toEqual(['a'.repeat(16)]);
  expect(() => statSync(home)).toThrow('ENOENT');
});

test('the first use makes a secret that only its owner may read, and later uses find it', () => {
  const home = join(tempFolder(), 'data');

  const first = readSecrets({ home, secrets: [] });

  expect(first).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/u)]);
  expect(statSync(join(home, 'secret')).mode & 0o777).toBe(0o600);
  expect(statSync(home).mode & 0o777).toBe(0o700);
  expect(readSecrets({ home, secrets: [] })).toEqual(first);
});

test('processes that start at once all get the same secret and leave no other file', async () => {
  const home = tempFolder();
  const module = new URL('../../../src/config/secret.ts', import.meta.url).href;
  const program = `const { readSecrets } = await import('${module}');
    console.log(readSecrets({ home: process.argv[1], secrets: [] })[0]);`;

  const runs = await Promise.all(
    Array.from({ length: 4 }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, home]),
    ),
  );

  const secret = readFileSync(join(home, 'secret'), 'utf8');
  expect(runs.map(({ stdout }) => stdout)).toEqual([secret, secret, secret, secret]);
  expect(readdirSync(home)).toEqual(['secret']);
});

test.each([
  ['is empty', (path: string) => writeFileSync(path, '')],
  ['holds a short secret', (path: string) => writeFileSync(path, 'abc\n')],
  ['is a folder', (path: string) => mkdirSync(path)],
])('a secret file that %s is refused, not replaced', (_, make) => {
  const home = tempFolder();
  make(join(home, 'secret'));

  const error = caught(() => readSecrets({ home, secrets: [] }));

  expect(error.code).toBe('CONFIG_SECRET_UNUSABLE');
  expect(error.message).toMatch(/^The file .+secret .+\.$/u);
  expect(error.hint).toContain('backup');
});

test('reports a home folder that cannot be created in one sentence', () => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, '');

  const error = caught(() => readSecrets({ home: join(file, 'data'), secrets: [] }));

  expect(error.code).toBe('FILE_UNWRITABLE');
});
