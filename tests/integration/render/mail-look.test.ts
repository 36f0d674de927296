import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseDigest } from '../../../src/content/parse-digest.ts';
import { darkPalette, lightPalette } from '../../../src/domain/brand/palette.ts';
import type { Palette } from '../../../src/domain/brand/palette.ts';
import { fillSlots } from '../../../src/domain/message/fill-slots.ts';
import { createRenderer } from '../../../src/render/renderer.ts';
import { renderSample, templatesDir } from '../../support/content/render-sample.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { launchChromium } from '../../support/servers/chromium.ts';

/** The welcome mail brings the latest edition: how each block looks in it, read from the browser. */

const schemes = ['light', 'dark'] as const;
const palettes = { light: lightPalette, dark: darkPalette };

/** Selector, property, and its value or the name of its colour. */
type Look = readonly [
  selector: string,
  property: string,
  expected: string | { readonly colour: keyof Palette },
];

/** What every edition of the samples has. */
const common: readonly Look[] = [
  ['h1', 'font-size', '22px'],
  ['h1', 'text-transform', 'none'],
  ['.body .button', 'background-color', { colour: 'accent' }],
  ['.body .button', 'padding-top', '11px'],
  ['.body .button', 'line-height', '26px'],
  ['.edition .lead h2', 'font-size', '28px'],
  ['.edition .brief h2', 'font-size', '22px'],
  ['.edition .kicker', 'color', { colour: 'accent' }],
  ['.edition .line', 'font-size', '14px'],
  ['.edition .line', 'color', { colour: 'grey' }],
  ['.edition section.dashboard', 'background-color', { colour: 'panel' }],
  ['.edition blockquote', 'font-size', '20px'],
  ['.edition blockquote', 'border-left-color', { colour: 'bar' }],
  ['.edition .contents', 'font-size', '14px'],
];

const looks: Readonly<Record<string, readonly Look[]>> = {
  'sample/2026-11-23': [
    ['.edition section.sponsor', 'background-color', { colour: 'sponsor' }],
    ['.edition section.sponsor', 'border-top-color', { colour: 'outline' }],
    ['.edition section.sponsor .deeper a', 'color', { colour: 'text' }],
    ['.edition section.note', 'background-color', { colour: 'note' }],
    ['.edition section.brief', 'border-top-width', '0px'],
    ['.edition section.brief + section.brief', 'border-top-color', { colour: 'rule' }],
    ['.edition td', 'border-top-color', { colour: 'rule' }],
    ['.edition td.right', 'text-align', 'right'],
    ['.edition .caption', 'color', { colour: 'text' }],
    ['.edition .closing', 'font-style', 'italic'],
  ],
  'harbor/2026-11-25': [
    ['.edition a.button', 'background-color', { colour: 'accent' }],
    ['.edition a.button', 'color', { colour: 'on' }],
    ['.edition .contents a', 'color', { colour: 'text' }],
    ['.edition h2 a', 'color', { colour: 'text' }],
    ['.edition pre', 'background-color', { colour: 'panel' }],
    ['.edition .notes', 'color', { colour: 'grey' }],
    ['.edition sup', 'font-size', '12px'],
  ],
};

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function welcomeWith(reference: string): Promise<string> {
  const path = join(import.meta.dirname, `../../../digests/${reference}.md`);
  const { digest } = parseDigest({ text: readFileSync(path, 'utf8'), file: path, format: 'markdown' });
  if (digest === undefined) throw new Error(`The sample ${reference} has mistakes.`);
  const images = ['storm-lines', 'lighthouse', 'log'].map((name) => {
    const src = `images/${name}.jpg`;
    return { src, url: `https://news.example.org/${src}`, width: 1120, height: 630 };
  });
  const template = reference.startsWith('harbor') ? 'bulletin' : 'morning';
  const { edition } = await renderSample({ digest, images, publication: { template } });
  const renderer = await createRenderer({ templatesDir });
  const mail = await renderer.renderMail({
    kind: 'welcome',
    publication: samplePublication,
    latest: edition.page,
  });
  const url = 'https://news.example.org/x';
  return fillSlots(mail.html, {
    name: 'Jo',
    address: 'jo@example.com',
    unsubscribeUrl: url,
    preferencesUrl: url,
    viewOnlineUrl: url,
    actionUrl: url,
  });
}

async function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page.evaluate(`(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    return element === null ? 'missing' : getComputedStyle(element).getPropertyValue(${JSON.stringify(property)});
  })()`);
}

function rgb(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${red}, ${green}, ${blue})`;
}

describe.each(Object.keys(looks).flatMap((reference) => schemes.map((scheme) => ({ reference, scheme }))))(
  'the welcome mail with $reference in $scheme colours',
  ({ reference, scheme }) => {
    test('shows each kind of section and block as it was designed, and axe finds nothing', async () => {
      const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      const page = await browser.newPage({ viewport: { width: 375, height: 667 }, colorScheme: scheme });
      await page.route(/^https?:/u, (route) => route.abort());
      await page.setContent(await welcomeWith(reference), { waitUntil: 'domcontentloaded' });
      const palette = palettes[scheme](samplePublication.brand.color);

      const found: Record<string, string> = {};
      const wanted: Record<string, string> = {};
      for (const [selector, property, expected] of [...common, ...(looks[reference] ?? [])]) {
        const name = `${selector} ${property}`;
        found[name] = await styleOf(page, selector, property);
        wanted[name] = typeof expected === 'string' ? expected : rgb(palette[expected.colour]);
      }
      await page.evaluate(axe);
      const results = (await page.evaluate(
        'axe.run({ rules: { region: { enabled: false } } })',
      )) as AxeResults;
      const scrollWidth = await page.evaluate('document.documentElement.scrollWidth');
      await page.close();

      expect(found).toEqual(wanted);
      expect(results.violations.map(({ id, nodes }) => ({ id, first: nodes[0]?.html }))).toEqual([]);
      expect(scrollWidth).toBe(375);
    });
  },
);
