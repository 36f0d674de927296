import type { Metadata } from 'sharp';

import { formatCount } from '../../domain/numbers.ts';
import { limits } from '../limits.ts';
import { convertImage, decodeImage, loadSharp, measureImage, typeOf } from './convert-image.ts';
import type { ConvertedImage, ImageSource } from './convert-image.ts';
import { foreignFormat, imageFormat, isAvifSequence } from './image-format.ts';
import type { ImageFormat } from './image-format.ts';
import { gifStructure, jpegStructure, pngStructure } from './image-structure.ts';
import type { ImageStructure } from './image-structure.ts';
import type { Grounds } from './visibility.ts';

/** An image as email programs show it: upright, sRGB, without metadata, at most 1,200 pixels wide. */
export interface PreparedImage extends ConvertedImage {
  readonly ok: true;
  /** True if it is transparent and can hardly be seen on the light ground. */
  readonly isPale: boolean;
}

/** Why a file cannot be shown; `reason` continues "The image x ...". */
export interface RefusedImage {
  readonly ok: false;
  readonly rule: string;
  readonly reason: string;
  readonly hint: string;
}

/** From this share of its drawn pixels on, what cannot be seen on dark may be lettering. */
const lettering = 0.02;
/** Above this share the whole image cannot be seen on light. */
const pale = 0.9;

const animatedPng =
  'is an animated PNG that would have to be converted, because it is wider than 1,200 pixels, has metadata or more than 8 bits';

const damaged: RefusedImage = {
  ok: false,
  rule: 'image-damaged',
  reason: 'is damaged or breaks off before its end',
  hint: 'Copy or export it again.',
};

/**
 * Turns the bytes of an image file into what email programs show. The same bytes and grounds give the same result;
 * a file that needs no change is returned byte for byte.
 *
 * @throws AppError PROGRAM_MISSING if sharp cannot be loaded
 */
export async function prepareImage(bytes: Buffer, grounds: Grounds): Promise<PreparedImage | RefusedImage> {
  const format = imageFormat(bytes);
  if (format === undefined) return refuseForeign(bytes);
  if (isAvifSequence(bytes)) return refuseAnimation('is an animated AVIF file, which cannot be converted');
  const structure = structureOf(format, bytes);
  if (!structure.isComplete) return damaged;
  const sharp = await loadSharp();
  try {
    const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
    // AVIF and HEIC share a container, and one may name the other as compatible.
    if (format === 'avif' && metadata.compression !== 'av1') return refuseForeign(bytes);
    const frames = format === 'gif' || format === 'webp' ? (metadata.pages ?? 1) : structure.frames;
    const refused = refuseSize(metadata, frames);
    if (refused !== undefined) return refused;
    const source = { sharp, bytes, format, metadata, isAnimated: frames > 1 };
    return await convert(source, { grounds, isBare: structure.isBare });
  } catch (error) {
    // sharp rejects with plain errors, and everything else is a programming error.
    if (error instanceof Error && error.constructor === Error) return damaged;
    throw error;
  }
}

/** Of the formats that are always converted, sharp alone judges whether they are complete. */
function structureOf(format: ImageFormat, bytes: Buffer): ImageStructure {
  if (format === 'jpeg') return jpegStructure(bytes);
  if (format === 'png') return pngStructure(bytes);
  if (format === 'gif') return gifStructure(bytes);
  return { isComplete: true, isBare: false, frames: 1 };
}

async function convert(
  source: ImageSource,
  { grounds, isBare }: { readonly grounds: Grounds; readonly isBare: boolean },
): Promise<PreparedImage | RefusedImage> {
  const { bytes, format, metadata, isAnimated } = source;
  const { isOpaque, lostOnLight, lostOnDark } = await measureImage(source, grounds);
  const isPale = !isOpaque && lostOnLight >= pale;
  // The template puts the light ground behind the image anyway. Within the file it stays there in dark mode.
  const isLost = !isOpaque && lostOnDark >= lettering && lostOnLight < lostOnDark;
  const ground = isLost ? grounds.light : undefined;
  const isFine = isBare && isShowable(metadata);
  const { width, height } = metadata.autoOrient;
  const original = { ok: true, isPale, bytes, ...typeOf(kept(format)), width, height } as const;
  if (isFine) await decodeImage(source);
  // sharp writes no animated PNG, and reads its first frame only.
  if (format === 'png' && isAnimated) return isFine ? original : refuseAnimation(animatedPng);
  const isKept = isFine && ground === undefined;
  if (isKept && bytes.length <= limits.imageBytesComfortable) return original;
  const converted = await convertImage(source, { isOpaque: isOpaque || ground !== undefined, ground });
  return isKept && converted.bytes.length >= bytes.length ? original : { ok: true, isPale, ...converted };
}

/** True if email programs show the pixels as they are. */
function isShowable({ width, depth, space }: Metadata): boolean {
  return width <= limits.imageWidth && depth === 'uchar' && (space === 'srgb' || space === 'b-w');
}

/** Only these formats are bare, see `structureOf`. */
function kept(format: ImageFormat): 'jpeg' | 'png' | 'gif' {
  return format === 'jpeg' || format === 'gif' ? format : 'png';
}

function refuseForeign(bytes: Buffer): RefusedImage {
  const foreign = foreignFormat(bytes);
  const what = foreign === undefined ? 'is no image' : `is ${foreign.name}`;
  const reason = `${what}; JPEG, PNG, GIF, WebP, AVIF and TIFF are accepted`;
  return { ok: false, rule: 'image-format', reason, hint: foreign?.hint ?? 'Export it as JPEG or PNG.' };
}

function refuseAnimation(reason: string): RefusedImage {
  return { ok: false, rule: 'image-animation', reason, hint: 'Export it as GIF or animated WebP.' };
}

function refuseSize(metadata: Metadata, frames: number): RefusedImage | undefined {
  const { width, height } = metadata.autoOrient;
  const { imageSide, imageMinSide, imagePixels } = limits;
  const size = `is ${width} × ${height} pixels${frames > 1 ? ` in ${frames} frames` : ''}`;
  if (Math.min(width, height) < imageMinSide) {
    const reason = `${size}, too small to be seen; at least ${imageMinSide} each way are expected`;
    return { ok: false, rule: 'image-tiny', reason, hint: 'Delete it, or export the image itself.' };
  }
  const hint = frames > 1 ? 'Export it smaller or shorter.' : 'Export it 1,200 pixels wide.';
  if (Math.max(width, height) > imageSide) {
    const reason = `${size}; at most ${formatCount(imageSide)} in each direction are allowed`;
    return { ok: false, rule: 'image-huge', reason, hint };
  }
  if (width * height * frames > imagePixels) {
    const reason = `${size}; at most ${imagePixels / 1_000_000} million pixels in total are allowed`;
    return { ok: false, rule: 'image-huge', reason, hint };
  }
  return undefined;
}
