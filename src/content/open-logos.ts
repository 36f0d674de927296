import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { Logo, Logos } from '../app/ports/publications.ts';
import type { Publication } from '../domain/editions/publication.ts';
import { imageInfo } from './images/image-size.ts';
import { readImage } from './images/read-image.ts';

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
      const logo = await readLogo(join(digestsDir, slug), src);
      kept.set(slug, { src, at: clock(), logo });
      return logo;
    },
  };
}

async function readLogo(dir: string, src: string): Promise<Logo | undefined> {
  const read = await readImage(dir, src);
  const info = read.ok ? imageInfo(read.bytes) : undefined;
  if (!read.ok || info === undefined) return undefined;
  const { extension, ...rest } = info;
  const hash = createHash('sha256').update(read.bytes).digest('hex').slice(0, 12);
  return { ...rest, bytes: read.bytes, name: `${hash}.${extension}` };
}
