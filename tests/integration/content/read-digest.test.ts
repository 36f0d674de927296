import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { sampleEditions } from '../../../src/app/editions/lint-template.ts';
import { findDigest } from '../../../src/content/find-digest.ts';
import { lintDigest } from '../../../src/content/lint-digest.ts';
import { loadImages } from '../../../src/content/load-images.ts';
import { loadPublication } from '../../../src/content/publication/load-publication.ts';
import { readDigest } from '../../../src/content/read-digest.ts';
import { digestBlocks, digestLines } from '../../../src/domain/editions/digest-parts.ts';
import type { Inline } from '../../../src/domain/editions/digest.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const text = '---\ndate: 2026-11-23\nsubject: Grüße\n---\n## A\n\nb\n';

async function read(bytes: string | Buffer, name = '2026-11-23.md') {
  const path = join(tempFolder(), name);
  writeFileSync(path, bytes);
  return readDigest(path, { displayPath: `digests/a/${name}` });
}

describe('a digest file', () => {
  test.each([
    ['UTF-8', text],
    ['UTF-8 with a byte order mark', `\uFEFF${text}`],
    ['CRLF', text.replaceAll('\n', '\r\n')],
  ])('in %s is read', async (_, bytes) => {
    const { digest, problems } = await read(bytes);

    expect(problems).toEqual([]);
    expect(digest).toMatchObject({ subject: 'Grüße', sections: [{ headline: 'A' }] });
  });

  test.each([
    [
      'UTF-16 LE',
      Buffer.from(`\uFEFF${text}`, 'utf16le'),
      { rule: 'encoding-invalid', message: 'The file is in UTF-16 (little endian); UTF-8 is expected.' },
    ],
    [
      'UTF-16 BE',
      Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
      { rule: 'encoding-invalid', message: 'The file is in UTF-16 (big endian); UTF-8 is expected.' },
    ],
    [
      'Latin-1',
      Buffer.from(text, 'latin1'),
      {
        message: 'The file is not UTF-8: byte 0xFC at offset 32 belongs to no character.',
        line: 3,
        column: 12,
        hint: 'Save the file as UTF-8.',
      },
    ],
    [
      'UTF-8 that breaks off in a character',
      Buffer.from('a\né').subarray(0, 3),
      {
        message: 'The file is not UTF-8: byte 0xC3 at offset 2 belongs to no character.',
        line: 2,
        column: 1,
      },
    ],
    ['10 MB', Buffer.alloc(10 * 1024 * 1024, 'a'), { rule: 'file-too-large' }],
    ['zeros', Buffer.alloc(100), { rule: 'character-forbidden', line: 1, column: 1 }],
    ['nothing', '', { rule: 'front-matter-missing', message: 'The digest is empty.' }],
  ])('of %s is refused', async (_, bytes, problem) => {
    const { digest, problems } = await read(bytes);

    expect(digest).toBeUndefined();
    expect(problems[0]).toMatchObject({ ...problem, severity: 'error', file: 'digests/a/2026-11-23.md' });
  });

  test('is YAML or JSON by the end of its name', async () => {
    const value = {
      date: '2026-11-23',
      subject: 'x',
      sections: [{ kind: 'story', headline: 'A', body: 'b' }],
    };

    expect((await read(JSON.stringify(value), '2026-11-23.json')).digest?.subject).toBe('x');
    expect((await read(JSON.stringify(value), '2026-11-23.yml')).digest?.subject).toBe('x');
    expect((await read(JSON.stringify(value), '2026-11-24.yaml')).problems).toMatchObject([
      { rule: 'date-mismatch' },
    ]);
  });

  test('that is not there, a folder, or a pipe is a sentence', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'a.md'));

    await expect(readDigest(join(folder, 'b.md'), { displayPath: 'b.md' })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: 'b.md cannot be read: there is no such file.',
    });
    await expect(readDigest(join(folder, 'a.md'), { displayPath: 'a.md' })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
    execFileSync('/usr/bin/mkfifo', [join(folder, 'c.md')]);
    await expect(readDigest(join(folder, 'c.md'), { displayPath: 'c.md' })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });
});

describe('the sample publications', () => {
  const digestsDir = join(import.meta.dirname, '../../../digests');
  const readSample = async (reference: string) => {
    const found = await findDigest({ digestsDir, reference, today: () => '' });
    const publication = await loadPublication({ digestsDir, slug: found.slug });
    const { digest, problems } = await readDigest(found.path, found);
    if (digest === undefined) throw new Error(JSON.stringify(problems));
    const file = found.displayPath;
    const loaded = await loadImages({ digest, publication, dir: dirname(found.path), file });
    return {
      digest,
      problems: [...problems, ...lintDigest({ digest, publication, file }), ...loaded.problems],
    };
  };

  test('are all looked at by daybrief lint', async () => {
    const files = await readdir(digestsDir, { recursive: true });

    expect(files.filter((file) => /\/\d{4}-.*\.md$/u.test(file)).toSorted()).toEqual(
      sampleEditions.map((edition) => `${edition}.md`).toSorted(),
    );
  });

  test.each(sampleEditions)('have no problem: %s', async (edition) => {
    const { problems } = await readSample(edition);
    expect(problems.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  test.each([
    ['sample', ['sample/2026-11-23', 'sample/2026-11-24']],
    ['harbor', ['harbor/2026-11-25']],
  ])('show every kind of section and block: %s', async (_, editions) => {
    const samples = await Promise.all(editions.map(readSample));
    const sections = samples.flatMap(({ digest }) => digest.sections);
    const blocks = samples.flatMap(({ digest }) => digestBlocks(digest));

    expect(new Set(sections.map(({ kind }) => kind))).toEqual(
      new Set([
        'lead',
        'sponsor',
        'dashboard',
        'brief',
        'note',
        'button',
        'contents',
        'continuation',
        'closing',
      ]),
    );
    expect(new Set(blocks.map(({ kind }) => kind))).toEqual(
      new Set([
        'paragraph',
        'list',
        'quote',
        'image',
        'go-deeper',
        'table',
        'subheading',
        'footnotes',
        'code-block',
      ]),
    );
  });

  test('use every kind of inline text and every optional part: harbor', async () => {
    const { digest } = await readSample('harbor/2026-11-25');
    const kinds = new Set<string>();
    const collect = (nodes: readonly Inline[]): void => {
      for (const node of nodes) {
        kinds.add(node.kind);
        if ('children' in node) collect(node.children);
      }
    };
    for (const { content } of digestLines(digest)) collect(content);
    const given = new Set([...digest.sections, ...digestBlocks(digest)].flatMap((part) => Object.keys(part)));

    expect(kinds).toEqual(
      new Set(['text', 'code', 'break', 'strong', 'emphasis', 'strike', 'footnote-mark', 'link']),
    );
    expect([...given]).toEqual(
      expect.arrayContaining([
        'by',
        'credit',
        'headlineUrl',
        'href',
        'kicker',
        'leadIn',
        'published',
        'updated',
        'title',
      ]),
    );
  });
});
