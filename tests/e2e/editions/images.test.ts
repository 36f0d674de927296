import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import sharp from 'sharp';
import { describe, expect, test } from 'vitest';

import { phoneExif, photo } from '../../support/content/image-files.ts';
import { digest, firstDate, firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';

function withImage(harness: ProgramHarness, src: string, bytes?: Buffer): void {
  mkdirSync(harness.path('digests/letter/images'), { recursive: true });
  if (bytes !== undefined) writeFileSync(harness.path(`digests/letter/${src}`), bytes);
  const says = `![The harbor at noon, frozen](${src} "Photo: Jo Park")`;
  harness.write(`digests/letter/${firstDate}.md`, digest({ says }));
}

describe('an image of a digest', () => {
  test('reaches the mail upright, narrow, without its place, with its size, and the same every time', async () => {
    using harness = new ProgramHarness();
    const photographed = photo(3000, 2000).jpeg().withExif(phoneExif).withMetadata({ orientation: 6 });
    const bytes = await photographed.toBuffer();
    withImage(harness, 'images/IMG_0001.JPG', bytes);

    const first = await harness.json('compose', firstEdition);
    const second = await harness.json('compose', firstEdition, '--out', 'again');

    expect(second).toMatchObject({ contentHash: (first as { contentHash: string }).contentHash });
    const [name = ''] = readdirSync(harness.path(`out/${firstEdition}/images`));
    const sent = readFileSync(harness.path(`out/${firstEdition}/images/${name}`));
    expect(await sharp(sent).metadata()).toMatchObject({ format: 'jpeg', width: 1200, height: 1800 });
    expect((await sharp(sent).metadata()).exif).toBeUndefined();
    expect(readFileSync(harness.path(`again/${firstEdition}/images/${name}`)).equals(sent)).toBe(true);
    const html = readFileSync(harness.path(`out/${firstEdition}/edition.html`), 'utf8');
    expect(html).toContain(`src="images/${name}" alt="The harbor at noon, frozen" width="560" height="840"`);
  });

  test('that is damaged stops the edition, by name and place', async () => {
    using harness = new ProgramHarness();
    const bytes = await photo(800, 600).jpeg().toBuffer();
    withImage(harness, 'images/half.jpg', bytes.subarray(0, bytes.length / 2));

    const { status, stderr } = await harness.run('compose', firstEdition);

    expect(status).toBe(4);
    expect(stderr).toMatch(
      /digests\/letter\/2026-11-23\.md:\d+:1: error: The image "images\/half\.jpg" is damaged or breaks off before its end\. Copy or export it again\. \[image-damaged\]/u,
    );
  });
});

test('sharp is not loaded for a digest without images', async () => {
  // The libraries that a process has loaded are in its map of memory.
  const preload = `data:text/javascript,${encodeURIComponent(
    `import { readFileSync } from 'node:fs';
     process.on('exit', () => process.stderr.write('sharp loaded: ' + readFileSync('/proc/self/maps', 'utf8').includes('sharp')));`,
  )}`;
  using harness = new ProgramHarness({ env: { NODE_OPTIONS: `--import=${preload}` } });

  const without = await harness.spawn('compose', firstEdition);
  withImage(harness, 'images/a.jpg', await photo(300, 200).jpeg().toBuffer());
  const withOne = await harness.spawn('compose', firstEdition);

  expect([without.status, withOne.status]).toEqual([0, 0]);
  expect(without.stderr).toContain('sharp loaded: false');
  expect(withOne.stderr).toContain('sharp loaded: true');
});

describe('a hosted image', () => {
  test('is a warning, and --copy-images fetches nothing from this machine', async () => {
    using harness = new ProgramHarness();
    withImage(harness, 'https://127.0.0.1/harbor.jpg');

    const hosted = await harness.run('compose', firstEdition);
    const copied = await harness.run('compose', firstEdition, '--copy-images');

    expect([hosted.status, copied.status]).toEqual([0, 4]);
    expect(hosted.stderr).toMatch(/:\d+:1: warning: .+who opens the mail.+--copy-images.+\[image-hosted\]/u);
    expect(copied.stderr).toMatch(/leads to 127\.0\.0\.1, .+\[image-copy-failed\]/u);
    expect(harness.files().filter((name) => name.includes('copied'))).toEqual([]);
  });
});
