import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { Logo, LogoImage, Logos } from '../../app/ports/publications.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { prepareOnce } from '../images/prepare-once.ts';
import { readImage } from '../images/read-image.ts';
import { groundsOf } from '../images/visibility.ts';
import type { Grounds } from '../images/visibility.ts';

/** A file is read again after this long. */
const freshMs = 10_000;

/**
 * Opens the logos that are files beside publication.yaml. A logo at an https address, or one that cannot
 * be read, is undefined: `compose` reports it, and pages show the name.
 */
export function openLogos(options: { readonly digestsDir: string; readonly clock: () => number }): Logos {
  const { digestsDir, clock } = options;
  const kept = new Map<
    string,
    { readonly key: string; readonly at: number; readonly logo: Logo | undefined }
  >();
  return {
    async find({ slug, brand }: Pick<Publication, 'slug' | 'brand'>) {
      const key = JSON.stringify([brand.logo, brand.logoDark]);
      const before = kept.get(slug);
      if (before?.key === key && clock() - before.at < freshMs) return before.logo;
      const dir = join(digestsDir, slug);
      const grounds = groundsOf(brand.color, 'page');
      const light = await readLogo(dir, brand.logo, grounds);
      // It is shown on dark grounds alone.
      const dark = await readLogo(dir, brand.logoDark, { ...grounds, light: grounds.dark });
      const logo = light && { ...light, dark };
      kept.set(slug, { key, at: clock(), logo });
      return logo;
    },
  };
}

/** Converts a logo as for mail. */
async function readLogo(
  dir: string,
  src: string | undefined,
  grounds: Grounds,
): Promise<LogoImage | undefined> {
  if (src === undefined || /^https?:/i.test(src)) return undefined;
  const read = await readImage(dir, src);
  const prepared = read.ok ? await prepareOnce(read.bytes, grounds) : undefined;
  if (prepared?.ok !== true) return undefined;
  const { bytes, contentType, extension, width, height } = prepared;
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { bytes, contentType, width, height, name: `${hash}.${extension}` };
}
