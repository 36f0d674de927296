import { contrast, formatColor, invert, mix, nearestTwin, parseColor } from './color.ts';
import type { Color } from './color.ts';

/** The colours of pages and transactional mails in one scheme, each `#rrggbb`. A template has colours of its own. */
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
const light: Omit<Palette, 'accent'> = {
  page: '#fefefe',
  panel: '#f3f4f6',
  rule: '#dcdfe3',
  panelRule: '#dcdfe3',
  bar: '#b9bfc7',
  note: '#fdf5e3',
  sponsor: '#faf9f6',
  outline: '#d3cfc6',
  text: '#1a1d21',
  grey: '#596069',
  on: '#fefefe',
};
const dark: Omit<Palette, 'accent'> = {
  page: '#121417',
  panel: '#1c2025',
  rule: '#2c3138',
  panelRule: '#343a42',
  bar: '#4a525c',
  note: '#26221a',
  sponsor: '#16191d',
  outline: '#434a53',
  text: '#e8eaed',
  grey: '#9aa2ab',
  on: '#121417',
};

/** The band at the very top: the brand colour as it is. */
export function bandColor(brand: string): string {
  return formatColor(parseColor(brand) ?? fallback);
}

/**
 * Darkens a brand colour towards the text's until it can be read on each ground as it is, and also where a client
 * inverts the message.
 *
 * @param colors each `#rrggbb`
 */
export function lightAccent(brand: string, colors: AccentColors): string {
  const { towards, grounds } = read(colors);
  const accent = nearestTwin(parseColor(brand) ?? fallback, {
    towards,
    accept: (candidate) =>
      grounds.every(
        (behind) =>
          contrast(candidate, behind) >= clear && contrast(invert(candidate), invert(behind)) >= readable,
      ),
  });
  return formatColor(accent);
}

/** Makes a brand colour brighter, then paler, until it can be read on each dark ground. */
export function darkAccent(brand: string, colors: AccentColors): string {
  const { towards, grounds } = read(colors);
  const own = parseColor(brand) ?? fallback;
  const accept = (candidate: Color) => grounds.every((behind) => contrast(candidate, behind) >= comfortable);
  const vivid = nearestTwin(own, { towards: mix(brightest(own), towards, 0.3), accept });
  return formatColor(nearestTwin(vivid, { towards, accept }));
}

interface AccentColors {
  readonly text: string;
  /** Colours behind links. */
  readonly grounds: readonly string[];
}

function read({ text, grounds }: AccentColors): { towards: Color; grounds: readonly Color[] } {
  return { towards: color(text), grounds: grounds.map(color) };
}

export function lightPalette(brand: string): Palette {
  const { page, panel, sponsor, note, text } = light;
  return { ...light, accent: lightAccent(brand, { text, grounds: [page, panel, sponsor, note] }) };
}

export function darkPalette(brand: string): Palette {
  return { ...dark, accent: darkAccent(brand, { text: dark.text, grounds: [dark.panel] }) };
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
