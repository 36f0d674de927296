import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { formatColor, parseColor } from '../../domain/brand/color.ts';
import { bandColor, darkPalette, lightPalette } from '../../domain/brand/palette.ts';
import type { Palette } from '../../domain/brand/palette.ts';
import { AppError } from '../../errors/app-error.ts';

export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
}

/** The files that pages load. Their URLs contain a hash of their content, so they never change. */
export interface Assets {
  /** `/assets/style.0a1b2c3d4e5f.css` */
  path(name: AssetName): string;
  /** The style sheet with the colours of a brand, `#rrggbb`. */
  brandPath(color: string): string;
  /** The favicon: a square of a brand's colour, `#rrggbb`. */
  iconPath(color: string): string;
  /** By the last part of its path. */
  find(file: string): Asset | undefined;
  /** As it is in the file, for an address without a hash. */
  get(name: AssetName): Asset;
}

/** `page.css` is for editions that were frozen before pages had a style sheet of their own. */
const files = {
  'style.css': '.',
  'review.css': '.',
  'doctor.css': '.',
  'signup.js': '.',
  'preferences.js': '.',
  'desk.css': '../desk',
  'desk.js': '../desk',
  'page.css': '../morning',
} as const;
const names = Object.keys(files) as readonly AssetName[];
export type AssetName = keyof typeof files;

/**
 * Reads the assets from `templates/web`, and from `templates/morning` what older editions need.
 *
 * @throws AppError TEMPLATE_INVALID where one cannot be read
 */
export async function loadAssets(folder: string): Promise<Assets> {
  const byName = new Map<AssetName, Asset>();
  const byFile = new Map<string, Asset>();
  const paths = new Map<AssetName, string>();
  for (const name of names) {
    const asset = { type: typeOf(name), bytes: await read(join(folder, files[name], name), name) };
    const file = hashed(name, asset.bytes);
    byName.set(name, asset);
    byFile.set(file, asset);
    paths.set(name, `/assets/${file}`);
  }
  return {
    path: (name) => paths.get(name) ?? '',
    brandPath: (color) => `/assets/${coloredFile('brand', color).file}`,
    iconPath: (color) => `/assets/${coloredFile('icon', color).file}`,
    find: (file) => {
      const [, kind, hex = ''] = /^(brand|icon)-([0-9a-f]{6})\.[0-9a-f]{12}\.\w+$/u.exec(file) ?? [];
      if (kind !== 'brand' && kind !== 'icon') return byFile.get(file);
      const colored = coloredFile(kind, `#${hex}`);
      return colored.file === file ? colored.asset : undefined;
    },
    get: (name) => byName.get(name) ?? { type: typeOf(name), bytes: Buffer.alloc(0) },
  };
}

function hashed(name: string, bytes: Buffer): string {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return name.replace(/\.(?=\w+$)/u, `.${hash}.`);
}

/** Made when asked for: whatever the colour, the address alone says what is in it. */
function coloredFile(
  kind: 'brand' | 'icon',
  color: string,
): { readonly file: string; readonly asset: Asset } {
  const asset = kind === 'brand' ? brandAsset(color) : iconAsset(color);
  const name = `${kind}-${normal(color).slice(1)}.${kind === 'brand' ? 'css' : 'svg'}`;
  return { file: hashed(name, asset.bytes), asset };
}

function iconAsset(color: string): Asset {
  const shape = `<rect width="32" height="32" rx="7" fill="${bandColor(color)}"/><path d="M8 11h16M8 16h16M8 21h9" stroke="#fefefe" stroke-width="2.5"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${shape}</svg>\n`;
  return { type: 'image/svg+xml', bytes: Buffer.from(svg) };
}

function brandAsset(color: string): Asset {
  const css = `:root{--band:${bandColor(color)};${variables(lightPalette(color))}}
@media (prefers-color-scheme:dark){:root{${variables(darkPalette(color))}}}
`;
  return { type: typeOf('brand.css'), bytes: Buffer.from(css) };
}

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}

function normal(color: string): string {
  const parsed = parseColor(color);
  return parsed === undefined ? '#000000' : formatColor(parsed);
}

function typeOf(name: string): string {
  return name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
}

async function read(path: string, name: AssetName): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    // Publications need not have a template of this name.
    if (name === 'page.css') return Buffer.alloc(0);
    throw new AppError('TEMPLATE_INVALID', `The file ${path}, which pages need, cannot be read.`, {
      hint: 'Set DAYBRIEF_TEMPLATES to the folder that holds the templates.',
      cause: error,
    });
  }
}
