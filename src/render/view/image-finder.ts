import type { RenderImage } from '../../app/ports/digests.ts';
import type { Image } from '../../domain/editions/digest.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import type { FoundImage } from './block-view.ts';
import { clean } from './clean.ts';

/** The logo of the masthead. Sizes are CSS pixels. */
export interface LogoView {
  readonly url: string;
  readonly alt: string;
  readonly width: number;
  /** 0 if it is not known. */
  readonly height: number;
  /** What replaces it in dark mode. */
  readonly dark: { readonly url: string; readonly width: number; readonly height: number } | null;
}

/** Looks images up and records which were used and which are unknown. */
export interface ImageFinder {
  find(image: Image): FoundImage | undefined;
  logo(publication: Publication, largest: Size): LogoView | null;
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

  function logo({ brand, name }: Publication, largest: Size): LogoView | null {
    const light = oneLogo(brand.logo, brand.logoWidth, largest);
    if (light === null) return null;
    const dark = oneLogo(brand.logoDark, brand.logoWidth, largest);
    return { ...light, alt: clean(brand.logoAlt ?? name), dark };
  }

  function oneLogo(src: string | undefined, asked: number | undefined, largest: Size): LogoView['dark'] {
    if (src === undefined) return null;
    const known = bySource.get(src);
    const url = clean(known?.url ?? src);
    if (known === undefined && !/^https:\/\//iu.test(url)) {
      problems.push(missing(src));
      return null;
    }
    used.add(url);
    return { url, ...logoSizeOf(known, asked, largest) };
  }

  return { find, logo, used, problems };
}

/** As wide as asked for, or as it is, and never larger than the template allows. */
function logoSizeOf(image: RenderImage | undefined, asked: number | undefined, largest: Size): Size {
  const wanted = Math.min(asked ?? image?.width ?? largest.width, largest.width);
  if (image === undefined || image.height <= 0) return { width: Math.round(wanted), height: 0 };
  const width = Math.round(Math.min(wanted, (largest.height * image.width) / image.height));
  return { width, height: Math.max(1, Math.round((width * image.height) / image.width)) };
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
