import { crc32 } from 'node:zlib';

/** What the parts of a file say, without decoding its pixels. */
export interface ImageStructure {
  /** False if the file breaks off, or a checksum is wrong. */
  readonly isComplete: boolean;
  /** True if nothing but the image is in the file: no metadata, no colour profile, nothing behind its end. */
  readonly isBare: boolean;
  /** Of GIF and PNG; 1 for a still image. */
  readonly frames: number;
}

const brokenOff: ImageStructure = { isComplete: false, isBare: false, frames: 1 };

/** Chunks that are needed to show a PNG. `gAMA` and `cHRM` repeat what `sRGB` says, or stand for other colours. */
const pngChunks = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'sRGB',
  'sBIT',
  'bKGD',
  'pHYs',
  // Animation.
  'acTL',
  'fcTL',
  'fdAT',
]);

/** PNG (ISO/IEC 15948) section 5.3: a signature, then chunks of length, type, data and checksum. */
export function pngStructure(bytes: Buffer): ImageStructure {
  let at = 8;
  let isBare = true;
  let isStandardRgb = false;
  let frames = 1;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > bytes.length) return brokenOff;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return brokenOff;
    if (type === 'sRGB') isStandardRgb = true;
    if (type === 'acTL' && length >= 4) frames = bytes.readUInt32BE(at + 8);
    const isColour = type === 'gAMA' || type === 'cHRM';
    if (isColour ? !isStandardRgb : !pngChunks.has(type)) isBare = false;
    if (type === 'IEND') return { isComplete: true, isBare: isBare && end === bytes.length, frames };
    at = end;
  }
  return brokenOff;
}

/** JPEG (ITU-T T.81) annex B: segments of marker and length, with coded data after each start of scan. */
export function jpegStructure(bytes: Buffer): ImageStructure {
  let at = 2;
  let isBare = true;
  while (at + 2 <= bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return brokenOff;
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    if (marker === 0xd9) return { isComplete: true, isBare: isBare && at + 2 === bytes.length, frames: 1 };
    const length = at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 0;
    if (length < 2) return brokenOff;
    if (!isNeeded(marker, bytes.subarray(at + 4, at + 2 + length))) isBare = false;
    at += 2 + length;
    if (marker === 0xda) at = endOfScan(bytes, at);
  }
  return brokenOff;
}

/** True for tables, frames and scans, and for the two application segments that decoders need. */
function isNeeded(marker: number, data: Buffer): boolean {
  // A thumbnail in the JFIF segment may show what was cropped away.
  if (marker === 0xe0) return data.length === 14 && data.toString('latin1', 0, 5) === 'JFIF\0';
  if (marker === 0xee) return data.length === 12 && data.toString('latin1', 0, 5) === 'Adobe';
  // Start of frame: email programs show baseline and progressive images with 8 bits.
  if (marker >= 0xc0 && marker <= 0xc2) return data[0] === 8;
  return [0xc4, 0xda, 0xdb, 0xdd].includes(marker);
}

/** Coded data ends at a marker; 0xFF00 is a data byte, 0xFFD0 to 0xFFD7 are restarts. */
function endOfScan(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at !== -1) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at = bytes.indexOf(0xff, at + 2);
  }
  return bytes.length;
}

/** GIF89a: blocks of extensions and images, each a chain of sub-blocks, and a trailer. */
export function gifStructure(bytes: Buffer): ImageStructure {
  if (bytes.length < 13) return brokenOff;
  let at = 13 + colourTable(bytes[10] ?? 0);
  let isBare = true;
  let frames = 0;
  while (at < bytes.length) {
    const kind = bytes[at];
    if (kind === 0x3b) {
      return { isComplete: frames > 0, isBare: isBare && at + 1 === bytes.length, frames };
    }
    if (kind === 0x2c) {
      frames += 1;
      at = afterSubBlocks(bytes, at + 11 + colourTable(bytes[at + 9] ?? 0));
    } else if (kind === 0x21) {
      const isLoop =
        bytes[at + 1] === 0xff && /^(?:NETSCAPE|ANIMEXTS)/.test(bytes.toString('latin1', at + 3, at + 11));
      if (bytes[at + 1] !== 0xf9 && !isLoop) isBare = false;
      at = afterSubBlocks(bytes, at + 2);
    } else return brokenOff;
  }
  return brokenOff;
}

function colourTable(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function afterSubBlocks(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return bytes.length;
}
