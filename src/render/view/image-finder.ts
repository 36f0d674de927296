import type { RenderImage } from '../../app/ports/digests.ts';
import type { Image } from '../../domain/editions/digest.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { FoundImage } from './block-view.ts';
import { clean } from './clean.ts';

/** Looks images up and records which were used and which are unknown. */
export interface ImageFinder {
  find(image: Image): FoundImage | undefined;
  logo(
    publication: Publication,
    largest: Size,
  ): { readonly url: string; readonly alt: string; readonly width: number } | null;
  readonly used: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** CSS pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

export function imageFinder(images: readonly RenderImage[]): ImageFinder {
  const bySource = new Map(images.map((image) => [image.src, image]));
  const used = new Set<string>();
  const problems: Problem[] = [];

  function find(image: Image): FoundImage | undefined {
    const known = bySource.get(image.src);
    const url = clean(known?.url ?? image.src);
    if (known === undefined && !/^https:\/\//iu.test(url)) {
      problems.push(missing(image.src, image.at));
      return undefined;
    }
    used.add(url);
    return known === undefined ? { url } : { url, width: known.width, height: known.height };
  }

  function logo(publication: Publication, largest: Size): { url: string; alt: string; width: number } | null {
    const { logo: src, logoAlt, logoWidth } = publication.brand;
    if (src === undefined) return null;
    const known = bySource.get(src);
    const url = clean(known?.url ?? src);
    if (known === undefined && !/^https:\/\//iu.test(url)) {
      problems.push(missing(src));
      return null;
    }
    used.add(url);
    return { url, alt: clean(logoAlt ?? publication.name), width: logoWidthOf(known, logoWidth, largest) };
  }

  return { find, logo, used, problems };
}

/** As wide as asked for, or as it is, and never larger than the template allows. */
function logoWidthOf(image: RenderImage | undefined, asked: number | undefined, largest: Size): number {
  const wanted = Math.min(asked ?? image?.width ?? largest.width, largest.width);
  if (image === undefined || image.height <= 0) return Math.round(wanted);
  return Math.round(Math.min(wanted, (largest.height * image.width) / image.height));
}

function missing(src: string, at?: { readonly line: number; readonly column: number }): Problem {
  return {
    rule: 'image-unknown',
    severity: 'error',
    message: `The image ${JSON.stringify(src)} was not loaded, so the edition cannot show it.`,
    hint: 'Name a file beside the digest, or an https address.',
    ...(at === undefined ? {} : { line: at.line, column: at.column }),
  };
}
