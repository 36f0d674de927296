import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { CopiedImage, LoadedImage } from '../app/ports/digests.ts';
import { digestBlocks } from '../domain/editions/digest-parts.ts';
import type { Digest, Position } from '../domain/editions/digest.ts';
import type { Problem } from '../domain/editions/problem.ts';
import type { Publication } from '../domain/editions/publication.ts';
import { findCopy, keepCopy } from './images/copied-images.ts';
import type { Download } from './images/download-image.ts';
import { prepareOnce } from './images/prepare-once.ts';
import type { PreparedImages } from './images/prepared-images.ts';
import { readImage } from './images/read-image.ts';
import { groundsOf } from './images/visibility.ts';
import type { Grounds } from './images/visibility.ts';
import { limits } from './limits.ts';
import { nearest } from './report/did-you-mean.ts';
import { quoteFound } from './report/quote-words.ts';
import { createReport } from './report/report.ts';
import type { Report } from './report/report.ts';

interface NamedImage {
  readonly src: string;
  readonly at?: Position | undefined;
  readonly report: Report;
  readonly grounds: Grounds;
}

interface ImageFolder {
  /** The publication's folder. */
  readonly dir: string;
  /** Downloads hosted images; without, those that were not copied before stay hosted. */
  readonly download?: ((url: string) => Promise<Download>) | undefined;
  readonly prepared?: PreparedImages | undefined;
  readonly copied: CopiedImage[];
}

/**
 * Loads the images of a digest and the publication's logos, each once, as email programs show them. Of hosted images
 * the copy is loaded, if there is one. What is missing or cannot be shown is a problem at the place of the image.
 */
export async function loadImages(options: {
  readonly digest: Digest;
  readonly publication: Publication;
  /** The publication's folder. */
  readonly dir: string;
  /** Path of the digest as the user would type it. */
  readonly file?: string;
  readonly download?: ((url: string) => Promise<Download>) | undefined;
  /** Images that were prepared before. */
  readonly prepared?: PreparedImages;
}): Promise<{
  readonly images: readonly LoadedImage[];
  readonly problems: readonly Problem[];
  readonly copied: readonly CopiedImage[];
}> {
  const { digest, publication, dir, file = '', download, prepared } = options;
  const ofDigest = createReport(file);
  const ofPublication = createReport(join(dirname(file), 'publication.yaml'));
  const folder: ImageFolder = { dir, download, prepared, copied: [] };
  const named = [...inDigest(digest, publication, ofDigest), ...logos(publication, ofPublication)];
  const once = named.filter(({ src }, index) => named.findIndex((other) => other.src === src) === index);
  const images: LoadedImage[] = [];
  for (const image of once) {
    const loaded = /^https?:/i.test(image.src)
      ? await loadHosted(image, folder)
      : await loadFile(image, image.src, folder);
    if (loaded !== undefined) images.push(loaded);
  }
  const problems = [...ofDigest.problems(), ...ofPublication.problems()];
  return { images, problems, copied: folder.copied };
}

function inDigest(digest: Digest, { brand }: Publication, report: Report): readonly NamedImage[] {
  const grounds = groundsOf(brand.color, 'panel');
  return digestBlocks(digest).flatMap((block) =>
    block.kind === 'image' ? [{ src: block.src, at: block.at, report, grounds }] : [],
  );
}

function logos({ brand }: Publication, report: Report): readonly NamedImage[] {
  const grounds = groundsOf(brand.color, 'page');
  return [
    ...(brand.logo === undefined ? [] : [{ src: brand.logo, report, grounds }]),
    // Shown in dark mode alone.
    ...(brand.logoDark === undefined
      ? []
      : [{ src: brand.logoDark, report, grounds: { ...grounds, light: grounds.dark } }]),
  ];
}

async function loadHosted(image: NamedImage, folder: ImageFolder): Promise<LoadedImage | undefined> {
  const { src, at, report } = image;
  const copy = await findCopy(folder.dir, src);
  if (copy !== undefined) return loadFile(image, copy, folder);
  const name = quoteFound(src);
  if (folder.download === undefined) {
    const message = `The image ${name} stays on its server, which learns who opens the mail and when, and can change or delete it.`;
    const hint = 'Run `daybrief compose` with --copy-images to keep a copy beside the digest.';
    report.warn({ rule: 'image-hosted', message, hint, at });
    return undefined;
  }
  const downloaded = await folder.download(src);
  if (!downloaded.ok) {
    const hint = 'Save the image beside the digest and name that file, or compose without --copy-images.';
    report.error({ rule: 'image-copy-failed', message: `The image ${name} ${downloaded.reason}.`, hint, at });
    return undefined;
  }
  const loaded = await prepare(image, { name, bytes: downloaded.bytes }, folder);
  if (loaded === undefined) return undefined;
  folder.copied.push({ url: src, file: await keepCopy(folder.dir, src, downloaded.bytes) });
  return loaded;
}

async function loadFile(
  image: NamedImage,
  path: string,
  folder: ImageFolder,
): Promise<LoadedImage | undefined> {
  const { at, report } = image;
  const name = quoteFound(path);
  const { dir } = folder;
  const read = await readImage(dir, path);
  if (read.ok) return prepare(image, { name, bytes: read.bytes }, folder);
  const meant = read.rule === 'image-missing' ? await similarFile(dir, path) : undefined;
  const hint = meant === undefined ? read.hint : `Did you mean ${meant}?`;
  report.error({ rule: read.rule, message: `The image ${name} ${read.reason}.`, hint, at });
  return undefined;
}

/** Reports what is wrong with an image under the name that the curator knows. */
async function prepare(
  { src, at, report, grounds }: NamedImage,
  { name, bytes }: { readonly name: string; readonly bytes: Buffer },
  { prepared: kept }: Pick<ImageFolder, 'prepared'>,
): Promise<LoadedImage | undefined> {
  const prepared = await prepareOnce(bytes, grounds, kept);
  if (!prepared.ok) {
    const { rule, reason, hint } = prepared;
    report.error({ rule, message: `The image ${name} ${reason}.`, hint, at });
    return undefined;
  }
  if (prepared.bytes.length > limits.imageBytesComfortable) {
    const megabytes = (prepared.bytes.length / 1024 / 1024).toFixed(1);
    const message = `The image ${name} is ${megabytes} MB large in the mail, which a phone loads slowly; below 1 MB is better.`;
    const hint =
      prepared.extension === 'gif' ? 'Shorten the animation.' : 'Save it with fewer details, or as JPEG.';
    report.warn({ rule: 'image-large', message, hint, at });
  }
  if (prepared.isPale) {
    const message = `The image ${name} is transparent and so pale that it can hardly be seen on its ground.`;
    report.warn({ rule: 'image-pale', message, hint: 'Save it with a background of its own.', at });
  }
  const sha256 = createHash('sha256').update(prepared.bytes).digest('hex');
  const { contentType, extension, width, height } = prepared;
  return { src, bytes: prepared.bytes, sha256, contentType, extension, width, height };
}

async function similarFile(dir: string, src: string): Promise<string | undefined> {
  const folder = dirname(src);
  const names = await readdir(join(dir, folder)).catch(() => []);
  const images = names.filter((name) => /\.(?:png|jpe?g|gif|webp|avif|tiff?)$/i.test(name));
  const meant = nearest(basename(src), images);
  return meant === undefined ? undefined : join(folder, meant);
}
