/** An sRGB colour, each channel from 0 to 255. */
export interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** Reads `#rrggbb` or `#rgb`, in either case; undefined for anything else. */
export function parseColor(text: string): Color | undefined {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/iu.exec(text);
  const hex = short === null ? /^#([0-9a-f]{6})$/iu.exec(text)?.[1] : short.slice(1).map(twice).join('');
  if (hex === undefined) return undefined;
  const value = Number.parseInt(hex, 16);
  return { red: value >> 16, green: (value >> 8) & 255, blue: value & 255 };
}

/** `#rrggbb` in lower case; channels are rounded and kept within their range. */
export function formatColor({ red, green, blue }: Color): string {
  const channels = [red, green, blue].map((channel) =>
    Math.round(Math.min(255, Math.max(0, channel)))
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${channels.join('')}`;
}

/** Relative luminance, 0 for black to 1 for white. WCAG 2.2, "relative luminance". */
export function luminance({ red, green, blue }: Color): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Contrast ratio of two colours, 1 to 21, whichever is the darker. WCAG 2.2, "contrast ratio". */
export function contrast(one: Color, other: Color): number {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The colour `share` of the way from one to the other, in sRGB: 0 gives the first, 1 the second. */
export function mix(from: Color, to: Color, share: number): Color {
  return {
    red: from.red + (to.red - from.red) * share,
    green: from.green + (to.green - from.green) * share,
    blue: from.blue + (to.blue - from.blue) * share,
  };
}

/**
 * What a mail client makes of a colour when it darkens a message by itself: all channels inverted, then
 * the hue turned back, as CSS `invert(1) hue-rotate(180deg)` does. Filter Effects Module Level 1.
 */
export function invert({ red, green, blue }: Color): Color {
  const [r, g, b] = [255 - red, 255 - green, 255 - blue];
  return {
    red: clamp(-0.574 * r + 1.43 * g + 0.144 * b),
    green: clamp(0.426 * r + 0.43 * g + 0.144 * b),
    blue: clamp(0.426 * r + 1.43 * g - 0.856 * b),
  };
}

/**
 * The nearest twin of a colour that fulfils a condition: the colour itself where it can, else mixed
 * with `towards` in steps of one per cent, at last `towards` itself.
 */
export function nearestTwin(
  color: Color,
  { towards, accept }: { readonly towards: Color; readonly accept: (candidate: Color) => boolean },
): Color {
  for (let percent = 0; percent < 100; percent += 1) {
    // Rounded before it is judged, so that what is written out is what was judged.
    const candidate = rounded(mix(color, towards, percent / 100));
    if (accept(candidate)) return candidate;
  }
  return towards;
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function rounded({ red, green, blue }: Color): Color {
  return { red: Math.round(red), green: Math.round(green), blue: Math.round(blue) };
}

function clamp(channel: number): number {
  return Math.min(255, Math.max(0, channel));
}

function twice(digit: string): string {
  return digit + digit;
}
