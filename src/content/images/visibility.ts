import { contrast, parseColor } from '../../domain/brand/color.ts';
import { darkPalette, lightPalette } from '../../domain/brand/palette.ts';

/** WCAG 2.2, success criterion 1.4.11: graphics. */
const minContrast = 3;

/** The grounds that an image is shown on, as `#rrggbb`. */
export interface Grounds {
  readonly light: string;
  readonly dark: string;
}

/** The grounds of an edition: images are on a panel, logos on the page itself. */
export function groundsOf(brandColor: string, part: 'panel' | 'page'): Grounds {
  return { light: lightPalette(brandColor)[part], dark: darkPalette(brandColor)[part] };
}

/** What of the drawn part of a transparent image is hard to see on each ground, from 0 to 1. */
export interface Visibility {
  readonly isOpaque: boolean;
  readonly lostOnLight: number;
  readonly lostOnDark: number;
}

/** Alpha of a pixel that counts as opaque: scaling an image down blurs the edge of its canvas. */
const opaque = 250;

/**
 * Measures RGBA pixels, each by its alpha. Colours are counted by their upper five bits a channel, which makes
 * 32,768 contrasts at most of however many pixels.
 */
export function measureVisibility(pixels: Uint8Array, grounds: Grounds): Visibility {
  const weights = new Float64Array(32_768);
  let drawn = 0;
  let isOpaque = true;
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 0;
    if (alpha < opaque) isOpaque = false;
    const bin =
      (((pixels[at] ?? 0) >> 3) << 10) | (((pixels[at + 1] ?? 0) >> 3) << 5) | ((pixels[at + 2] ?? 0) >> 3);
    weights[bin] = (weights[bin] ?? 0) + alpha;
    drawn += alpha;
  }
  return {
    isOpaque,
    lostOnLight: lost(weights, grounds.light) / Math.max(drawn, 1),
    lostOnDark: lost(weights, grounds.dark) / Math.max(drawn, 1),
  };
}

function lost(weights: Float64Array, ground: string): number {
  const behind = parseColor(ground) ?? { red: 0, green: 0, blue: 0 };
  let sum = 0;
  for (const [bin, weight] of weights.entries()) {
    if (weight === 0) continue;
    const color = { red: channel(bin >> 10), green: channel(bin >> 5), blue: channel(bin) };
    if (contrast(color, behind) < minContrast) sum += weight;
  }
  return sum;
}

/** The middle of the eight values that share five bits. */
function channel(bits: number): number {
  return ((bits & 31) << 3) | 4;
}
