import { readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import sharp from 'sharp';
import { expect, test } from 'vitest';

import { prepareImage } from '../../../src/content/images/prepare-image.ts';
import { openPreparedImages } from '../../../src/content/images/prepared-images.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const grounds = { light: '#ffffff', dark: '#1a1a1a' };

async function photo(width: number): Promise<Buffer> {
  const noise = { create: { width, height: 300, channels: 3 as const, background: '#c33' } };
  return await sharp(noise).jpeg().withMetadata({ orientation: 6 }).toBuffer();
}

/** A folder that holds one photo, which had to be converted. */
async function filled() {
  const folder = join(tempFolder(), 'prepared-images');
  const bytes = await photo(400);
  const image = await prepareImage(bytes, grounds);
  if (!image.ok) throw new Error(image.reason);
  await openPreparedImages(folder).keep({ bytes, grounds }, image);
  return { folder, bytes, image, files: readdirSync(folder).map((name) => join(folder, name)) };
}

test('finds the same image in another process, readable by its owner alone', async () => {
  const { folder, bytes, image, files } = await filled();

  expect(await openPreparedImages(folder).find(bytes, grounds)).toEqual(image);
  expect(image.bytes.equals(bytes)).toBe(false);
  expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('stores no second copy of an image that is shown as it is', async () => {
  const folder = join(tempFolder(), 'prepared-images');
  const bytes = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#36c' } })
    .png()
    .toBuffer();
  const image = await prepareImage(bytes, grounds);
  if (!image.ok) throw new Error(image.reason);
  const prepared = openPreparedImages(folder);

  await prepared.keep({ bytes, grounds }, image);

  expect(await prepared.find(bytes, grounds)).toEqual(image);
  const [name = ''] = readdirSync(folder);
  expect(readFileSync(join(folder, name)).length).toBeLessThan(300);
});

test('does not find it for other bytes or other grounds', async () => {
  const { folder, bytes } = await filled();
  const prepared = openPreparedImages(folder);

  expect(await prepared.find(await photo(401), grounds)).toBeUndefined();
  expect(await prepared.find(bytes, { ...grounds, dark: '#000000' })).toBeUndefined();
});

test.each([
  ['an empty file', () => Buffer.alloc(0)],
  ['a file that breaks off', (file: Buffer) => file.subarray(0, file.length - 1)],
  [
    'a changed byte',
    (file: Buffer) => Buffer.concat([file.subarray(0, -1), Buffer.of(file.at(-1) === 0 ? 1 : 0)]),
  ],
  ['a head that is no JSON', () => Buffer.from('x\ny')],
])('does not use %s', async (_, damage) => {
  const { folder, bytes, files } = await filled();
  for (const file of files) writeFileSync(file, damage(readFileSync(file)));

  expect(await openPreparedImages(folder).find(bytes, grounds)).toBeUndefined();
});

test('goes on without a folder where it may write', async () => {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, '');
  const { bytes, image } = await filled();
  const prepared = openPreparedImages(join(file, 'prepared-images'));

  await prepared.keep({ bytes, grounds }, image);

  expect(await prepared.find(bytes, grounds)).toBeUndefined();
});

test('removes the oldest files above a thousand', async () => {
  const { folder, bytes, image } = await filled();
  for (let index = 0; index < 1000; index++) {
    const path = join(folder, `old-${String(index).padStart(4, '0')}`);
    writeFileSync(path, '');
    utimesSync(path, index, index);
  }

  await openPreparedImages(folder).keep({ bytes, grounds: { ...grounds, light: '#eeeeee' } }, image);

  const names = readdirSync(folder).toSorted();
  expect(names).toHaveLength(1000);
  expect(names).not.toContain('old-0000');
  expect(names).toContain('old-0002');
  expect(await openPreparedImages(folder).find(bytes, grounds)).toEqual(image);
});
