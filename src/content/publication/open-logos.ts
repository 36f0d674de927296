import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { Logo, Logos } from '../../app/ports/publications.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { prepareOnce } from '../images/prepare-once.ts';
import { readImage } from '../images/read-image.ts';
import { groundsOf } from '../images/visibility.ts';

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
    { readonly src: string; readonly at: number; readonly logo: Logo | undefined }
  >();
  return {
    async find({ slug, brand }: Pick<Publication, 'slug' | 'brand'>) {
      const { logo: src } = brand;
      if (src === undefined || /^https?:/i.test(src)) return undefined;
      const before = kept.get(slug);
      if (before?.src === src && clock() - before.at < freshMs) return before.logo;
      const logo = await readLogo(join(digestsDir, slug), src, brand.color);
      kept.set(slug, { src, at: clock(), logo });
      return logo;
    },
  };
}

/** Converts a logo as for mail. */
async function readLogo(dir: string, src: string, color: string): Promise<Logo | undefined> {
  const read = await readImage(dir, src);
  const prepared = read.ok ? await prepareOnce(read.bytes, groundsOf(color, 'page')) : undefined;
  if (prepared?.ok !== true) return undefined;
  const { bytes, contentType, extension, width, height } = prepared;
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { bytes, contentType, width, height, name: `${hash}.${extension}` };
}
