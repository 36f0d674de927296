import { crc32 } from 'node:zlib';

import sharp from 'sharp';
import type { Sharp } from 'sharp';

/** A photo-like image: a gradient with a dark left and a bright right half, and a pattern, or noise that no PNG makes small. */
export function photo(width = 1600, height = 900, { noise = false } = {}): Sharp {
  let random = 1;
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      pixels[at] = x < width / 2 ? 40 : 220;
      pixels[at + 1] = Math.floor((y * 255) / height);
      random = (random * 48_271) % 2_147_483_647;
      pixels[at + 2] = noise ? random % 256 : (x * y) % 97;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A disc of one colour in the middle of a transparent canvas. */
export function disc(color: string, size = 400): Sharp {
  const circle = `<circle cx="${size / 2}" cy="${size / 2}" r="${size / 3}" fill="${color}"/>`;
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${circle}</svg>`),
  );
}

/** Three frames of one colour each, shown for 100, 200 and 300 ms, twice. */
export async function animation(format: 'gif' | 'webp', width = 1500, height = 400): Promise<Buffer> {
  const frames = await Promise.all(
    ['#aa2020', '#20aa20', '#2020aa'].map((background) =>
      sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  const joined = sharp(frames, { join: { animated: true } });
  const timing = { delay: [100, 200, 300], loop: 2 };
  return (format === 'gif' ? joined.gif(timing) : joined.webp(timing)).toBuffer();
}

/** What a phone writes into a photo: its name, and where the photo was taken. */
export const phoneExif = {
  IFD0: { Make: 'Phone', Model: 'One' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '46/1 47/1 0/1',
    GPSLongitudeRef: 'W',
    GPSLongitude: '92/1 6/1 0/1',
  },
} as const;

/** A PNG with a text chunk before its end, as design programs write it. */
export function withPngText(png: Buffer, text: string): Buffer {
  return Buffer.concat([png.subarray(0, -12), pngChunk('tEXt', Buffer.from(text)), png.subarray(-12)]);
}

/** Two frames of the same pixels: `acTL`, `fcTL` and `fdAT` of the PNG specification, third edition. */
export function animatedPng(png: Buffer): Buffer {
  const control = (sequence: number): Buffer => {
    const data = Buffer.alloc(26);
    data.writeUInt32BE(sequence, 0);
    png.copy(data, 4, 16, 24);
    data.writeUInt16BE(1, 20);
    data.writeUInt16BE(10, 22);
    return pngChunk('fcTL', data);
  };
  const parts: Buffer[] = [];
  for (let at = png.indexOf('IDAT') - 4; png.toString('latin1', at + 4, at + 8) === 'IDAT';) {
    const length = png.readUInt32BE(at);
    parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const idat = Buffer.concat(parts);
  const sequence = Buffer.from([0, 0, 0, 2]);
  return Buffer.concat([
    png.subarray(0, 33),
    pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])),
    control(0),
    pngChunk('IDAT', idat),
    control(1),
    pngChunk('fdAT', Buffer.concat([sequence, idat])),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
