import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { loadImages } from '../../../src/content/load-images.ts';
import { parseDigest } from '../../../src/content/parse-digest.ts';
import { samplePublication } from '../../support/sample-publication.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** The beginnings of picture files, each 3 wide and 2 high. */
const png = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
  Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, 6, 0, 0, 0]),
]);
const gif = Buffer.from('GIF89a\x03\0\x02\0\0\0\0', 'latin1');
const jpeg = Buffer.from(
  '\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x11\x08\0\x02\0\x03\x03\x01\x22\0',
  'latin1',
);
const webp = (chunk: string, rest: readonly number[]): Buffer =>
  Buffer.concat([
    Buffer.from(`RIFF\0\0\0\0WEBP${chunk}\0\0\0\0`, 'latin1'),
    Buffer.from(rest),
    Buffer.alloc(20),
  ]);

function folderWith(files: Readonly<Record<string, Buffer>>): string {
  const dir = tempFolder();
  mkdirSync(join(dir, 'images'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes);
  return dir;
}

async function load(dir: string, sources: readonly string[], logo?: string) {
  const images = sources.map((src) => `![A description](${src} "Photo: A")`).join('\n\n');
  const text = `---\ndate: 2026-11-23\nsubject: x\n---\n## A\n\n${images === '' ? 'b' : images}\n`;
  const { digest, problems } = parseDigest({ text, file: 'a.md', format: 'markdown' });
  if (digest === undefined) throw new Error(JSON.stringify(problems));
  const brand = { ...samplePublication.brand, ...(logo === undefined ? {} : { logo }) };
  return loadImages({
    digest,
    publication: { ...samplePublication, brand },
    dir,
    file: 'digests/a/2026-11-23.md',
  });
}

describe('pictures', () => {
  test.each([
    ['png', png, 'image/png', 'png'],
    ['gif', gif, 'image/gif', 'gif'],
    ['jpeg, whatever it is called', jpeg, 'image/jpeg', 'jpg'],
    ['lossy webp', webp('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 3, 0, 2, 0]), 'image/webp', 'webp'],
    ['lossless webp', webp('VP8L', [0x2f, 2, 0x40, 0, 0]), 'image/webp', 'webp'],
    ['extended webp', webp('VP8X', [0, 0, 0, 0, 2, 0, 0, 1, 0, 0]), 'image/webp', 'webp'],
  ])('of the kind %s are known by their bytes', async (_, bytes, contentType, extension) => {
    const { images } = await load(folderWith({ 'images/a.dat': bytes }), ['images/a.dat']);

    expect(images).toEqual([
      {
        src: 'images/a.dat',
        bytes,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        contentType,
        extension,
        width: 3,
        height: 2,
      },
    ]);
  });

  test('are loaded once each, with the logo; those on the web are left there', async () => {
    const dir = folderWith({ 'a.png': png, 'logo.gif': gif });

    const { images, problems } = await load(dir, ['a.png', './a.png', 'https://a.example/b.png'], 'logo.gif');

    expect(images.map(({ src }) => src)).toEqual(['a.png', 'logo.gif']);
    expect(problems).toEqual([]);
  });

  test('reports images that are missing, invalid or too large, with their places', async () => {
    const dir = folderWith({
      'images/lines.png': png,
      'text.png': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'short.png': png.subarray(0, 20),
      'empty.png': Buffer.alloc(0),
      'huge.png': Buffer.alloc(5 * 1024 * 1024 + 1),
      'large.png': Buffer.concat([png, Buffer.alloc(1024 * 1024)]),
    });
    const sources = [
      'images/line.png',
      'text.png',
      'short.png',
      'empty.png',
      'huge.png',
      'images',
      'large.png',
    ];

    const { images, problems } = await load(dir, sources, 'logo.png');

    expect(images.map(({ src }) => src)).toEqual(['large.png']);
    expect(problems.map(({ rule, severity, file, line }) => [rule, severity, file, line])).toEqual([
      ['image-missing', 'error', 'digests/a/2026-11-23.md', 7],
      ['image-format', 'error', 'digests/a/2026-11-23.md', 9],
      ['image-format', 'error', 'digests/a/2026-11-23.md', 11],
      ['image-format', 'error', 'digests/a/2026-11-23.md', 13],
      ['image-too-large', 'error', 'digests/a/2026-11-23.md', 15],
      ['image-unreadable', 'error', 'digests/a/2026-11-23.md', 17],
      ['image-large', 'warning', 'digests/a/2026-11-23.md', 19],
      ['image-missing', 'error', 'digests/a/publication.yaml', undefined],
    ]);
    expect(problems[0]?.hint).toBe('Did you mean images/lines.png?');
  });

  test('behind a link are read inside the folder and refused outside of it', async () => {
    const dir = folderWith({ 'a.png': png });
    const elsewhere = folderWith({ 'secret.png': png });
    symlinkSync(join(dir, 'a.png'), join(dir, 'inside.png'));
    symlinkSync(join(elsewhere, 'secret.png'), join(dir, 'outside.png'));
    symlinkSync(elsewhere, join(dir, 'folder'));

    const { images, problems } = await load(dir, ['inside.png', 'outside.png', 'folder/secret.png']);

    expect(images.map(({ src }) => src)).toEqual(['inside.png']);
    expect(problems.map(({ rule }) => rule)).toEqual(['image-outside', 'image-outside']);
  });

  test('that are pipes are not waited for', async () => {
    const dir = folderWith({});
    execFileSync('/usr/bin/mkfifo', [join(dir, 'pipe.png')]);

    expect((await load(dir, ['pipe.png'])).problems).toMatchObject([{ rule: 'image-unreadable' }]);
  });
});
