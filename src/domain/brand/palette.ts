import { contrast, formatColor, invert, mix, nearestTwin, parseColor } from './color.ts';
import type { Color } from './color.ts';

/** The colours of one edition in one scheme, each `#rrggbb`. */
export interface Palette {
  readonly page: string;
  readonly panel: string;
  /** Lines between stories and rows. */
  readonly rule: string;
  /** The same on a panel. */
  readonly panelRule: string;
  /** The bar beside a quote. */
  readonly bar: string;
  /** Ground of a note. */
  readonly note: string;
  /** Ground and outline of a sponsor's box: they have none of the brand's colour. */
  readonly sponsor: string;
  readonly outline: string;
  readonly text: string;
  readonly grey: string;
  /** The brand colour, or its nearest twin that can be read on the page and on a panel. */
  readonly accent: string;
  /** Text on the accent. */
  readonly on: string;
}

/** The smallest contrast that running text may have. WCAG 2.2, success criterion 1.4.3. */
const readable = 4.5;
/** For coloured text, on the darkest tint. */
const clear = 5;
// Thin letters on a dark ground look dimmer than the ratio says.
const comfortable = 6.5;

// No pure black or white: some clients invert exactly these and leave the rest alone.
const white = color('#fefefe');
const ink = color('#1a1d21');
const panelTint = color('#f3f4f6');
const sponsorTint = color('#faf9f6');
const noteTint = color('#fdf5e3');
const night = color('#121417');
const nightPanel = color('#1c2025');
const nightText = color('#e8eaed');

/** The band at the very top: the brand colour as it is. */
export function bandColor(brand: string): string {
  return formatColor(parseColor(brand) ?? fallback);
}

/**
 * Light colours around the brand colour. The accent is darkened until it can be read as it is and also
 * where a client inverts the message.
 */
export function lightPalette(brand: string): Palette {
  const own = parseColor(brand) ?? fallback;
  const accent = nearestTwin(own, {
    towards: ink,
    accept: (candidate) =>
      [white, panelTint, sponsorTint, noteTint].every(
        (behind) =>
          contrast(candidate, behind) >= clear && contrast(invert(candidate), invert(behind)) >= readable,
      ),
  });
  return {
    page: formatColor(white),
    panel: formatColor(panelTint),
    rule: '#dcdfe3',
    panelRule: '#dcdfe3',
    bar: '#b9bfc7',
    note: formatColor(noteTint),
    sponsor: formatColor(sponsorTint),
    outline: '#d3cfc6',
    text: formatColor(ink),
    grey: '#596069',
    accent: formatColor(accent),
    on: formatColor(white),
  };
}

/** Dark colours, with the brand colour made brighter, then paler, until it can be read on a panel. */
export function darkPalette(brand: string): Palette {
  const own = parseColor(brand) ?? fallback;
  const accept = (candidate: Color) => contrast(candidate, nightPanel) >= comfortable;
  const vivid = nearestTwin(own, { towards: mix(brightest(own), nightText, 0.3), accept });
  return {
    page: formatColor(night),
    panel: formatColor(nightPanel),
    rule: '#2c3138',
    panelRule: '#343a42',
    bar: '#4a525c',
    note: '#26221a',
    sponsor: '#16191d',
    outline: '#434a53',
    text: formatColor(nightText),
    grey: '#9aa2ab',
    accent: formatColor(nearestTwin(vivid, { towards: nightText, accept })),
    on: formatColor(night),
  };
}

/** The same hue with its strongest channel at full strength. */
function brightest({ red, green, blue }: Color): Color {
  const factor = 255 / Math.max(red, green, blue, 1);
  return { red: red * factor, green: green * factor, blue: blue * factor };
}

const fallback = color('#1f5fbf');

function color(hex: string): Color {
  const parsed = parseColor(hex);
  if (parsed === undefined) throw new TypeError(`Not a colour: ${hex}`);
  return parsed;
}
