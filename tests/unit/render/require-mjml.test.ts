import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { otherTags, usualComponents } from '../../../src/render/require-mjml.ts';

const templates = join(import.meta.dirname, '../../../templates');

test("the package's templates use only components of MJML that are loaded at once", () => {
  const files = globSync('**/*.mjml.hbs', { cwd: templates });
  const tags = files.flatMap((file) =>
    [...readFileSync(join(templates, file), 'utf8').matchAll(/<(mj-[\w-]*)/gu)].map(([, tag = '']) => tag),
  );

  expect(files.length).toBeGreaterThan(10);
  expect([...new Set(tags)].filter((tag) => !usualComponents.has(tag) && !otherTags.has(tag))).toEqual([]);
});
