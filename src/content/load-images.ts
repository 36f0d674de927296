import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { LoadedImage } from '../app/ports/digests.ts';
import { digestBlocks } from '../domain/editions/digest-parts.ts';
import type { Digest, Position } from '../domain/editions/digest.ts';
import type { Problem } from '../domain/editions/problem.ts';
import type { Publication } from '../domain/editions/publication.ts';
import { nearest } from './did-you-mean.ts';
import { imageInfo } from './images/image-size.ts';
import { readImage } from './images/read-image.ts';
import { limits } from './limits.ts';
import { quoteFound } from './quote-words.ts';
import { createReport } from './report.ts';
import type { Report } from './report.ts';

interface NamedImage {
  readonly src: string;
  readonly at?: Position;
}

/**
 * Loads the local images of a digest, each once, and the publication's logo. Images at https
 * addresses stay where they are. What is missing, too large or no image comes back as a problem at the
 * place of the image.
 */
export async function loadImages(options: {
  readonly digest: Digest;
  readonly publication: Publication;
  /** The publication's folder. */
  readonly dir: string;
  /** Path of the digest as the user would type it. */
  readonly file?: string;
}): Promise<{ readonly images: readonly LoadedImage[]; readonly problems: readonly Problem[] }> {
  const { digest, publication, dir, file = '' } = options;
  const ofDigest = createReport(file);
  const ofPublication = createReport(join(dirname(file), 'publication.yaml'));
  const { logo } = publication.brand;
  const named: readonly (NamedImage & { readonly report: Report })[] = [
    ...digestBlocks(digest).flatMap((block) =>
      block.kind === 'image' ? [{ src: block.src, at: block.at, report: ofDigest }] : [],
    ),
    ...(logo === undefined ? [] : [{ src: logo, report: ofPublication }]),
  ];
  const local = named.filter(({ src }) => !/^https?:/i.test(src));
  const once = local.filter(({ src }, index) => local.findIndex((other) => other.src === src) === index);
  const images: LoadedImage[] = [];
  for (const { report, ...image } of once) {
    const loaded = await loadImage(image, dir, report);
    if (loaded !== undefined) images.push(loaded);
  }
  return { images, problems: [...ofDigest.problems(), ...ofPublication.problems()] };
}

async function loadImage(image: NamedImage, dir: string, report: Report): Promise<LoadedImage | undefined> {
  const { src, at } = image;
  const name = quoteFound(src);
  const read = await readImage(dir, src);
  if (!read.ok) {
    const meant = read.rule === 'image-missing' ? await similarFile(dir, src) : undefined;
    const hint = meant === undefined ? read.hint : `Did you mean ${meant}?`;
    report.error({ rule: read.rule, message: `The image ${name} ${read.reason}.`, hint, at });
    return undefined;
  }
  const info = imageInfo(read.bytes);
  if (info === undefined) {
    report.error({
      rule: 'image-format',
      message: `The image ${name} is not a JPEG, PNG, GIF or WebP file.`,
      hint: 'Email programs show these four; export it as JPEG or PNG.',
      at,
    });
    return undefined;
  }
  if (read.bytes.length > limits.imageBytesComfortable) {
    const megabytes = (read.bytes.length / 1024 / 1024).toFixed(1);
    const message = `The image ${name} is ${megabytes} MB large, which a phone loads slowly; below 1 MB is better.`;
    report.warn({ rule: 'image-large', message, hint: 'Save it 1,200 pixels wide.', at });
  }
  if (info.extension === 'webp') {
    const message = `The image ${name} is WebP, which Outlook on Windows does not show.`;
    report.warn({ rule: 'image-webp', message, hint: 'Save it as JPEG or PNG.', at });
  }
  const sha256 = createHash('sha256').update(read.bytes).digest('hex');
  return { src, bytes: read.bytes, sha256, ...info };
}

async function similarFile(dir: string, src: string): Promise<string | undefined> {
  const folder = dirname(src);
  const names = await readdir(join(dir, folder)).catch(() => []);
  const images = names.filter((name) => /\.(?:png|jpe?g|gif|webp)$/i.test(name));
  const meant = nearest(basename(src), images);
  return meant === undefined ? undefined : join(folder, meant);
}
