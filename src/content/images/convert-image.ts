import type { default as SharpFunction, Metadata, OutputInfo, Sharp } from 'sharp';

import { AppError } from '../../errors/app-error.ts';
import { limits } from '../limits.ts';
import type { ImageFormat } from './image-format.ts';
import { measureVisibility } from './visibility.ts';
import type { Grounds, Visibility } from './visibility.ts';

export type SharpModule = typeof SharpFunction;

/** An image file whose header was read. */
export interface ImageSource {
  readonly sharp: SharpModule;
  readonly bytes: Buffer;
  readonly format: ImageFormat;
  readonly metadata: Metadata;
  readonly isAnimated: boolean;
}

export interface ConvertedImage {
  readonly bytes: Buffer;
  readonly contentType: 'image/png' | 'image/jpeg' | 'image/gif';
  readonly extension: 'png' | 'jpg' | 'gif';
  /** Pixels; of one frame if it is animated. */
  readonly width: number;
  readonly height: number;
}

type Encoding = 'jpeg' | 'png' | 'palette' | 'gif';

/**
 * Imports sharp on the first image: that takes 60 ms and 20 MB. Vector instructions are switched off, because they
 * may round otherwise on another processor, and approved bytes must be the same everywhere.
 */
export async function loadSharp(): Promise<SharpModule> {
  try {
    const { default: sharp } = await import('sharp');
    sharp.simd(false);
    // No image is read twice in the way that the cache is for.
    sharp.cache(false);
    return sharp;
  } catch (error) {
    throw new AppError('PROGRAM_MISSING', 'The package sharp, which reads images, cannot be loaded.', {
      hint: 'Run `npm ci` again on this machine, without --omit=optional: sharp has a package for each platform.',
      cause: error,
    });
  }
}

/** Decodes all pixels of all frames, and keeps one channel of them. Rejects if any are missing. */
export async function decodeImage(source: ImageSource): Promise<void> {
  await open(source).extractChannel(0).raw().toBuffer();
}

/** Measures how a transparent image can be seen on both grounds; of an animation, the first frame. */
export async function measureImage(source: ImageSource, grounds: Grounds): Promise<Visibility> {
  if (!source.metadata.hasAlpha) return { isOpaque: true, lostOnLight: 0, lostOnDark: 0 };
  const small = open({ ...source, isAnimated: false })
    .resize({ width: 512, height: 512, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha();
  return measureVisibility(await small.raw().toBuffer(), grounds);
}

/**
 * Encodes an image: upright, in sRGB, without metadata, at most 1,200 pixels wide. An animation becomes a GIF.
 * A still image becomes a JPEG if it is opaque and was no PNG or GIF, which are lossless, else a PNG. A PNG above
 * 1 MB is a photo, and becomes a JPEG, or 256 colours if it is transparent.
 *
 * @param options.ground colour to put behind the image; it stays transparent without
 */
export async function convertImage(
  source: ImageSource,
  options: { readonly isOpaque: boolean; readonly ground?: string | undefined },
): Promise<ConvertedImage> {
  const { isOpaque, ground } = options;
  const isLossless = source.format === 'png' || source.format === 'gif';
  if (source.isAnimated) return encode(source, 'gif', ground);
  if (isOpaque && !isLossless && ground === undefined) return encode(source, 'jpeg');
  const png = await encode(source, 'png', ground);
  if (png.bytes.length <= limits.imageBytesComfortable) return png;
  return encode(source, isOpaque ? 'jpeg' : 'palette', ground);
}

async function encode(source: ImageSource, encoding: Encoding, ground?: string): Promise<ConvertedImage> {
  const upright = open(source);
  const { width } = source.metadata.autoOrient;
  if (width > limits.imageWidth) upright.resize({ width: limits.imageWidth });
  upright.toColourspace('srgb');
  if (ground !== undefined) upright.flatten({ background: ground });
  const { data, info } = await withEncoder(upright, encoding).toBuffer({ resolveWithObject: true });
  return { bytes: data, ...typeOf(encoding), ...sizeOf(info) };
}

function open({ sharp, bytes, isAnimated }: ImageSource): Sharp {
  const image = sharp(bytes, { animated: isAnimated, limitInputPixels: limits.imagePixels });
  return isAnimated ? image : image.autoOrient();
}

function withEncoder(image: Sharp, encoding: Encoding): Sharp {
  if (encoding === 'jpeg') return image.jpeg({ quality: 82, mozjpeg: true });
  if (encoding === 'gif') return image.gif({ effort: 7 });
  return image.png({ compressionLevel: 9, palette: encoding === 'palette' });
}

export function typeOf(encoding: Encoding): Pick<ConvertedImage, 'contentType' | 'extension'> {
  if (encoding === 'jpeg') return { contentType: 'image/jpeg', extension: 'jpg' };
  if (encoding === 'gif') return { contentType: 'image/gif', extension: 'gif' };
  return { contentType: 'image/png', extension: 'png' };
}

function sizeOf({ width, height, pageHeight }: OutputInfo): { width: number; height: number } {
  return { width, height: pageHeight ?? height };
}
