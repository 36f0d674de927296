import sharp from 'sharp';
import { describe, expect, test } from 'vitest';

import { imageFormat } from '../../../src/content/images/image-format.ts';
import { prepareImage } from '../../../src/content/images/prepare-image.ts';
import {
  animatedPng,
  animation,
  disc,
  phoneExif,
  photo,
  withPngText,
} from '../../support/content/image-files.ts';

const grounds = { light: '#f3f4f6', dark: '#1c2025' };

async function prepare(bytes: Buffer) {
  const prepared = await prepareImage(bytes, grounds);
  if (!prepared.ok) throw new Error(`${prepared.rule}: ${prepared.reason}`);
  return prepared;
}

async function refused(bytes: Buffer): Promise<string> {
  const prepared = await prepareImage(bytes, grounds);
  if (prepared.ok) throw new Error('It was taken.');
  expect(prepared.hint).toMatch(/\.$/u);
  return `${prepared.rule}: ${prepared.reason}`;
}

/** Mean of each channel in a corner or all of the image, as a browser shows it. */
async function colorAt(bytes: Buffer, left: number, top: number): Promise<readonly number[]> {
  const part = sharp(bytes).extract({ left, top, width: 8, height: 8 }).toColourspace('srgb');
  return (await sharp(await part.png().toBuffer()).stats()).channels.map(({ mean }) => Math.round(mean));
}

describe('every format that is delivered becomes one that email programs show', () => {
  test.each([
    ['jpeg', () => photo().jpeg(), 'jpeg'],
    ['progressive jpeg', () => photo().jpeg({ progressive: true }), 'jpeg'],
    ['grey jpeg', () => photo().greyscale().jpeg(), 'jpeg'],
    ['CMYK jpeg', () => photo().toColourspace('cmyk').jpeg(), 'jpeg'],
    ['CMYK jpeg with a profile', () => photo().toColourspace('cmyk').withIccProfile('cmyk').jpeg(), 'jpeg'],
    ['Display P3 jpeg', () => photo().withIccProfile('p3').jpeg(), 'jpeg'],
    ['webp', () => photo().webp(), 'jpeg'],
    ['lossless webp', () => photo().webp({ lossless: true }), 'jpeg'],
    ['avif', () => photo().avif({ effort: 0 }), 'jpeg'],
    ['tiff', () => photo().tiff(), 'jpeg'],
    ['CMYK tiff', () => photo().toColourspace('cmyk').tiff({ compression: 'lzw' }), 'jpeg'],
    ['gif', () => photo().gif(), 'png'],
    ['png of lines', () => disc('#d04040').flatten({ background: '#ffffff' }).resize(2000).png(), 'png'],
    ['png of a photo, which is heavy', () => photo(1200, 900, { noise: true }).png(), 'jpeg'],
    ['png with 16 bits', () => photo(600, 300).toColourspace('rgb16').png(), 'png'],
    ['transparent webp', () => disc('#d04040', 1600).webp(), 'png'],
    ['transparent avif', () => disc('#d04040', 1600).avif({ effort: 0 }), 'png'],
    ['transparent tiff', () => disc('#d04040', 1600).tiff({ compression: 'lzw' }), 'png'],
  ])('%s', async (_, make, format) => {
    const bytes = await make().toBuffer();

    const prepared = await prepare(bytes);
    const again = await prepare(bytes);

    const metadata = await sharp(prepared.bytes).metadata();
    expect(metadata).toMatchObject({
      format,
      width: prepared.width,
      height: prepared.height,
      depth: 'uchar',
    });
    expect(['srgb', 'b-w']).toContain(metadata.space);
    expect(prepared.width).toBeLessThanOrEqual(1200);
    expect(prepared.contentType).toBe(`image/${format}`);
    expect([metadata.icc, metadata.exif, metadata.xmp, metadata.iptc]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(prepared.bytes.length).toBeLessThan(1024 * 1024);
    expect(again.bytes.equals(prepared.bytes)).toBe(true);
  });

  test('colours of other colour spaces look the same', async () => {
    const flat = sharp({ create: { width: 64, height: 64, channels: 3, background: '#c83c28' } });
    for (const make of [
      () => flat.clone().withIccProfile('p3').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
      () => flat.clone().toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 100 }),
    ]) {
      const { bytes } = await prepare(await make().toBuffer());

      const [red = 0, green = 0, blue = 0] = await colorAt(bytes, 20, 20);
      expect(Math.abs(red - 0xc8)).toBeLessThan(16);
      expect(Math.abs(green - 0x3c)).toBeLessThan(16);
      expect(Math.abs(blue - 0x28)).toBeLessThan(16);
    }
  });

  test('a phone photo is upright, and does not tell where it was taken', async () => {
    const bytes = await photo(1600, 900)
      .jpeg({ quality: 90 })
      .withExif(phoneExif)
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect((await sharp(bytes).metadata()).orientation).toBe(6);
    expect(bytes.includes('Exif')).toBe(true);

    const prepared = await prepare(bytes);

    expect([prepared.width, prepared.height]).toEqual([900, 1600]);
    // Turned clockwise, the dark left half is on top.
    expect((await colorAt(prepared.bytes, 400, 100))[0]).toBeLessThan(80);
    expect((await colorAt(prepared.bytes, 400, 1500))[0]).toBeGreaterThan(180);
    expect((await sharp(prepared.bytes).metadata()).exif).toBeUndefined();
    expect(prepared.bytes.includes('Exif')).toBe(false);
    expect(prepared.bytes.includes('Phone')).toBe(false);
  });
});

describe('animations', () => {
  test.each(['gif', 'webp'] as const)(
    'a %s that is too wide stays animated, as a narrower GIF',
    async (format) => {
      const prepared = await prepare(await animation(format));

      expect(prepared).toMatchObject({
        width: 1200,
        height: 320,
        contentType: 'image/gif',
        extension: 'gif',
      });
      const metadata = await sharp(prepared.bytes, { animated: true }).metadata();
      expect(metadata).toMatchObject({ pages: 3, pageHeight: 320, delay: [100, 200, 300], loop: 2 });
    },
  );

  test('a narrow GIF is kept byte for byte', async () => {
    const bytes = await animation('gif', 600, 200);

    expect((await prepare(bytes)).bytes).toBe(bytes);
  });

  test('the comment of a GIF is removed, and its frames stay', async () => {
    const bytes = await animation('gif', 600, 200);
    const comment = Buffer.from('\x21\xfe\x06secret\x00', 'latin1');
    const prepared = await prepare(Buffer.concat([bytes.subarray(0, -1), comment, bytes.subarray(-1)]));

    expect(prepared.bytes.includes('secret')).toBe(false);
    expect((await sharp(prepared.bytes).metadata()).pages).toBe(3);
  });

  test('an animated PNG is kept if it needs no change, and refused by name if it does', async () => {
    const narrow = animatedPng(await photo(300, 200).png().toBuffer());
    const wide = animatedPng(await disc('#d04040', 1300).png().toBuffer());

    expect((await prepare(narrow)).bytes).toBe(narrow);
    expect(await refused(wide)).toMatch(/^image-animation: is an animated PNG/u);
  });

  test('an animated AVIF is refused by name', async () => {
    const bytes = await photo(60, 40).avif({ effort: 0 }).toBuffer();
    bytes.write('avis', 8, 'latin1');

    expect(await refused(bytes)).toMatch(/^image-animation: is an animated AVIF/u);
  });
});

describe('a file that needs no change', () => {
  test.each([
    ['jpeg', () => photo(1200, 600).jpeg()],
    ['png', () => photo(300, 200).png()],
    ['palette png', () => photo(300, 200).png({ palette: true })],
    ['transparent png that can be seen on dark', () => disc('#e06060').png()],
    ['gif', () => photo(300, 200).gif()],
  ])('%s is kept byte for byte', async (_, make) => {
    const bytes = await make().toBuffer();

    expect((await prepare(bytes)).bytes).toBe(bytes);
  });

  test('is not kept with text in it, with bytes behind its end, or wider than 1,200 pixels', async () => {
    const png = await disc('#e06060').png().toBuffer();
    const jpeg = await photo(1200, 600).jpeg().toBuffer();
    const texts = [withPngText(png, 'Author\0Jo Park'), Buffer.concat([jpeg, Buffer.from('MotionPhoto')])];

    for (const bytes of [...texts, await photo(1201, 600).jpeg().toBuffer()]) {
      const prepared = await prepare(bytes);

      expect(prepared.bytes.equals(bytes)).toBe(false);
      expect(prepared.bytes.includes('Jo Park')).toBe(false);
      expect(prepared.bytes.includes('MotionPhoto')).toBe(false);
      expect(prepared.width).toBeLessThanOrEqual(1200);
    }
  });

  test('is not enlarged', async () => {
    expect(await prepare(await photo(300, 200).webp().toBuffer())).toMatchObject({ width: 300, height: 200 });
  });
});

describe('a transparent image', () => {
  test('that is lost on a dark ground brings its light ground with it', async () => {
    const prepared = await prepare(await disc('#202020').png().toBuffer());

    expect(prepared.extension).toBe('png');
    expect((await sharp(prepared.bytes).stats()).isOpaque).toBe(true);
    expect((await colorAt(prepared.bytes, 0, 0)).slice(0, 3)).toEqual([0xf3, 0xf4, 0xf6]);
    expect(prepared.isPale).toBe(false);
  });

  test('with a little dark lettering does so too', async () => {
    const line = sharp({ create: { width: 200, height: 12, channels: 4, background: '#101010' } });
    const chart = disc('#e06060').composite([{ input: await line.png().toBuffer(), left: 100, top: 380 }]);

    const { bytes } = await prepare(await chart.png().toBuffer());

    expect((await sharp(bytes).stats()).isOpaque).toBe(true);
  });

  test('that can be seen on both stays transparent', async () => {
    const { bytes } = await prepare(await disc('#e06060', 1600).webp().toBuffer());

    expect((await sharp(bytes).stats()).isOpaque).toBe(false);
  });

  test('that is lost on a light ground is reported', async () => {
    expect(await prepare(await disc('#fafafa').png().toBuffer())).toMatchObject({ isPale: true });
  });

  test('of a phone or designer with an alpha channel and no transparency is a JPEG', async () => {
    const bytes = await photo().ensureAlpha().webp().toBuffer();

    expect((await prepare(bytes)).contentType).toBe('image/jpeg');
  });
});

describe('a file that cannot be shown is refused by name', () => {
  test.each([
    ['jpeg', () => photo().jpeg()],
    ['progressive jpeg', () => photo().jpeg({ progressive: true })],
    ['png', () => photo(300, 200).png()],
    ['gif', () => photo(300, 200).gif()],
    ['webp', () => photo().webp()],
    ['avif', () => photo().avif({ effort: 0 })],
    ['tiff', () => photo().tiff()],
  ])('a truncated %s', async (_, make) => {
    const bytes = await make().toBuffer();
    const lengths = [40, bytes.length * 0.1, bytes.length * 0.5, bytes.length * 0.95, bytes.length - 2];

    for (const length of lengths) {
      expect(await refused(bytes.subarray(0, Math.floor(length)))).toBe(
        'image-damaged: is damaged or breaks off before its end',
      );
    }
  });

  test.each(['gif', 'webp'] as const)('a truncated animated %s', async (format) => {
    const bytes = await animation(format, 600, 200);
    expect(await refused(bytes.subarray(0, Math.floor(bytes.length * 0.6)))).toMatch(/^image-damaged/u);
  });

  test('a PNG with a wrong bit in its pixels', async () => {
    const bytes = await photo(300, 200).png().toBuffer();
    bytes[bytes.indexOf('IDAT') + 100] = (bytes[bytes.indexOf('IDAT') + 100] ?? 0) ^ 1;

    expect(await refused(bytes)).toMatch(/^image-damaged/u);
  });

  test.each([
    [1, 1, 'image-tiny: is 1 × 1 pixels, too small to be seen; at least 8 each way are expected'],
    [400, 2, 'image-tiny: is 400 × 2 pixels, too small to be seen; at least 8 each way are expected'],
    [30_000, 20, 'image-huge: is 30000 × 20 pixels; at most 12,000 in each direction are allowed'],
    [20, 30_000, 'image-huge: is 20 × 30000 pixels; at most 12,000 in each direction are allowed'],
    [11_000, 11_000, 'image-huge: is 11000 × 11000 pixels; at most 100 million pixels in total are allowed'],
  ])('%i × %i pixels', async (width, height, message) => {
    const empty = sharp({
      create: { width, height, channels: 3, background: '#808080' },
      limitInputPixels: false,
    });

    expect(await refused(await empty.png({ compressionLevel: 1 }).toBuffer())).toBe(message);
  });

  test.each([
    ['an empty file', '', /an empty file/u],
    ['text', 'Hello', /is no image/u],
    ['an SVG', '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', /an SVG file/u],
    ['a web page', '<!DOCTYPE html><html></html>', /a web page/u],
    ['a PDF', '%PDF-1.7 ...', /a PDF file/u],
    ['a photo of an iPhone', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', /a HEIC file/u],
    ['a HEIC that says AVIF too', '\0\0\0\x1Cftypmif1\0\0\0\0heicavifmif1', /a HEIC file|damaged/u],
  ])('%s', async (_, text, message) => {
    expect(await refused(Buffer.from(text, 'latin1'))).toMatch(message);
  });

  test('the bytes tell the format, not the name', async () => {
    expect(imageFormat(await photo(20, 20).avif({ effort: 0 }).toBuffer())).toBe('avif');
    expect(imageFormat(Buffer.from('GIF88a'))).toBeUndefined();
  });
});
