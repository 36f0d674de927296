import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';

import { downloadImage } from '../../../src/content/images/download-image.ts';
import { loadImages } from '../../../src/content/load-images.ts';
import { parseDigest } from '../../../src/content/parse-digest.ts';
import { disc, photo } from '../../support/content/image-files.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { fileServer } from '../../support/servers/file-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let png: Buffer;
let jpeg: Buffer;
beforeAll(async () => {
  png = await disc('#e06060', 60).png().toBuffer();
  jpeg = await photo(60, 40).jpeg().toBuffer();
});

type Download = NonNullable<Parameters<typeof loadImages>[0]['download']>;

function folderWith(files: Readonly<Record<string, Buffer>>): string {
  const dir = tempFolder();
  mkdirSync(join(dir, 'images'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes);
  return dir;
}

async function load(dir: string, sources: readonly string[], logos: object = {}, download?: Download) {
  const images = sources.map((src) => `![A description](${src} "Photo: A")`).join('\n\n');
  const text = `---\ndate: 2026-11-23\nsubject: x\n---\n## A\n\n${images === '' ? 'b' : images}\n`;
  const { digest, problems } = parseDigest({ text, file: 'a.md', format: 'markdown' });
  if (digest === undefined) throw new Error(JSON.stringify(problems));
  const brand = { ...samplePublication.brand, ...logos };
  return loadImages({
    digest,
    publication: { ...samplePublication, brand },
    dir,
    file: 'digests/a/2026-11-23.md',
    download,
  });
}

describe('pictures', () => {
  test('that need no change are loaded byte for byte, whatever they are called', async () => {
    const { images, problems } = await load(folderWith({ 'images/a.dat': jpeg }), ['images/a.dat']);

    expect(images).toEqual([
      {
        src: 'images/a.dat',
        bytes: jpeg,
        sha256: createHash('sha256').update(jpeg).digest('hex'),
        contentType: 'image/jpeg',
        extension: 'jpg',
        width: 60,
        height: 40,
      },
    ]);
    expect(problems).toEqual([]);
  });

  test('are loaded once each, with the logo; those on the web are left there', async () => {
    const dir = folderWith({ 'a.png': png, 'logo.gif': jpeg });

    const { images, problems } = await load(dir, ['a.png', './a.png', 'https://a.example/b.png'], {
      logo: 'logo.gif',
    });

    expect(images.map(({ src }) => src)).toEqual(['a.png', 'logo.gif']);
    expect(problems).toEqual([
      {
        rule: 'image-hosted',
        severity: 'warning',
        message: expect.stringContaining('"https://a.example/b.png"'),
        hint: 'Run `daybrief compose` with --copy-images to keep a copy beside the digest.',
        file: 'digests/a/2026-11-23.md',
        line: 11,
        column: 1,
      },
    ]);
  });

  test.each([
    ['NFC', 'NFD'],
    ['NFD', 'NFC'],
  ])('are found where the digest has their name in %s and the folder in %s', async (typed, stored) => {
    const name = 'images/Br\u00FCcke.png';
    const dir = folderWith({ [name.normalize(stored)]: png });

    const { images, problems } = await load(dir, [name.normalize(typed)]);

    expect(images.map(({ src }) => src)).toEqual([name.normalize(typed)]);
    expect(problems).toEqual([]);
  });

  test('reports images that are missing, invalid or too large, with their places', async () => {
    const dir = folderWith({
      'images/lines.png': png,
      'text.png': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'short.png': png.subarray(0, 20),
      'empty.png': Buffer.alloc(0),
      'huge.png': Buffer.alloc(5 * 1024 * 1024 + 1),
      'pale.png': await disc('#fafafa').png().toBuffer(),
      'tiny.png': await photo(1, 1).png().toBuffer(),
    });
    const sources = [
      'images/line.png',
      'text.png',
      'short.png',
      'empty.png',
      'huge.png',
      'images',
      'pale.png',
      'tiny.png',
    ];

    const { images, problems } = await load(dir, sources, { logo: 'logo.png' });

    expect(images.map(({ src }) => src)).toEqual(['pale.png']);
    expect(problems.map(({ rule, severity, file, line }) => [rule, severity, file, line])).toEqual([
      ['image-missing', 'error', 'digests/a/2026-11-23.md', 7],
      ['image-format', 'error', 'digests/a/2026-11-23.md', 9],
      ['image-damaged', 'error', 'digests/a/2026-11-23.md', 11],
      ['image-format', 'error', 'digests/a/2026-11-23.md', 13],
      ['image-too-large', 'error', 'digests/a/2026-11-23.md', 15],
      ['image-unreadable', 'error', 'digests/a/2026-11-23.md', 17],
      ['image-pale', 'warning', 'digests/a/2026-11-23.md', 19],
      ['image-tiny', 'error', 'digests/a/2026-11-23.md', 21],
      ['image-missing', 'error', 'digests/a/publication.yaml', undefined],
    ]);
    expect(problems[0]?.hint).toBe('Did you mean images/lines.png?');
  });

  test('above 1 MB in the mail are reported', async () => {
    const frames = await Promise.all(
      [1, 2].map((scale) =>
        photo(1200, 900, { noise: true })
          .rotate(180 * scale)
          .png()
          .toBuffer(),
      ),
    );
    const bytes = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const { problems } = await load(folderWith({ 'a.gif': bytes }), ['a.gif']);

    expect(problems).toMatchObject([
      { rule: 'image-large', severity: 'warning', hint: 'Shorten the animation.' },
    ]);
  });

  test('the logos are those of light and of dark mode', async () => {
    const dark = await disc('#202020').png().toBuffer();
    const dir = folderWith({ 'dark.png': dark, 'light.png': await disc('#fafafa').png().toBuffer() });
    const logo = await load(dir, [], { logo: 'dark.png', logoDark: 'light.png' });
    const mistaken = await load(dir, [], { logo: 'dark.png', logoDark: './dark2.png' });

    expect(logo.problems).toEqual([]);
    expect(logo.images.map(({ src }) => src)).toEqual(['dark.png', 'light.png']);
    expect((await sharp(logo.images[0]?.bytes).stats()).isOpaque).toBe(true);
    expect((await sharp(logo.images[1]?.bytes).stats()).isOpaque).toBe(false);
    expect(mistaken.problems).toMatchObject([{ rule: 'image-missing', file: 'digests/a/publication.yaml' }]);
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

describe('hosted images', () => {
  const url = 'https://127.0.0.1/a/storm%20lines.webp?size=2';

  async function hosting(answer: (path: string) => Buffer): Promise<Download> {
    const server = await fileServer((path) => ({ body: answer(path) }), { tls: true });
    return (asked) =>
      downloadImage(asked.replace('https://127.0.0.1', server.url), { isAllowed: () => true, ca: server.ca });
  }

  test('are copied on request, and the copy is used from then on', async () => {
    const webp = await photo(1600, 900).webp().toBuffer();
    const dir = folderWith({});
    const asked: string[] = [];
    const download = await hosting((path) => {
      asked.push(path);
      return webp;
    });

    const first = await load(dir, [url], { logo: url }, download);
    const second = await load(dir, [url], { logo: url }, download);
    const later = await load(dir, [url], { logo: url });

    const file = first.copied[0]?.file ?? '';
    expect(first.copied).toEqual([{ url, file }]);
    expect(file).toMatch(/^images\/copied\/127\.0\.0\.1-storm-20lines-[0-9a-f]{12}\.webp$/u);
    expect(readFileSync(join(dir, file)).equals(webp)).toBe(true);
    expect(asked).toEqual(['/a/storm%20lines.webp?size=2']);
    for (const { images, problems } of [first, second, later]) {
      expect(problems).toEqual([]);
      expect(images).toMatchObject([{ src: url, contentType: 'image/jpeg', width: 1200, height: 675 }]);
      expect(images).toEqual(first.images);
    }
    expect([second.copied, later.copied]).toEqual([[], []]);
  });

  test('that cannot be shown are not kept, and are errors at their place', async () => {
    const dir = folderWith({});
    const download = await hosting(() => Buffer.from('<!doctype html><title>Not found</title>'));

    const { images, problems, copied } = await load(dir, [url], {}, download);

    expect([images, copied, readdirSync(join(dir, 'images'))]).toEqual([[], [], []]);
    expect(problems).toMatchObject([{ rule: 'image-format', severity: 'error', line: 7 }]);
  });

  test('on private addresses are not fetched', async () => {
    const { problems } = await load(folderWith({}), [url], {}, downloadImage);

    expect(problems).toMatchObject([
      {
        rule: 'image-copy-failed',
        severity: 'error',
        message: expect.stringContaining('leads to 127.0.0.1, an address that is not on the public internet'),
        hint: 'Save the image beside the digest and name that file, or compose without --copy-images.',
        line: 7,
      },
    ]);
  });

  test('whose copy was damaged since are reported by the name of the copy', async () => {
    const dir = folderWith({});
    const { copied } = await load(dir, [url], {}, await hosting(() => jpeg));
    writeFileSync(join(dir, copied[0]?.file ?? ''), jpeg.subarray(0, 100));

    const { problems } = await load(dir, [url]);

    expect(problems).toMatchObject([
      { rule: 'image-damaged', message: expect.stringContaining('images/copied/127.0.0.1-storm') },
    ]);
  });
});
