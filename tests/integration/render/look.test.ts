import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseDigest } from '../../../src/content/parse-digest.ts';
import { darkPalette, lightPalette } from '../../../src/domain/brand/palette.ts';
import { ArchiveSite } from '../../support/archive-site.ts';
import { launchChromium } from '../../support/chromium.ts';
import { renderSample } from '../../support/render-sample.ts';
import { samplePublication } from '../../support/sample-publication.ts';

/** How each kind of section and block looks, read from the browser: the two sample digests have every kind. */

const dates = ['2026-11-23', '2026-11-24'] as const;
const schemes = ['light', 'dark'] as const;
const palettes = {
  light: lightPalette(samplePublication.brand.color),
  dark: darkPalette(samplePublication.brand.color),
};

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function renderDate(date: string) {
  const path = join(import.meta.dirname, `../../../digests/sample/${date}.md`);
  const { digest } = parseDigest({ text: readFileSync(path, 'utf8'), file: path, format: 'markdown' });
  if (digest === undefined) throw new Error(`The sample of ${date} has mistakes.`);
  const url = 'https://news.example.org/images/x.jpg';
  return renderSample({ digest, images: [{ src: 'images/storm-lines.jpg', url, width: 1120, height: 630 }] });
}

async function styleOf(page: Page, selector: string, property: string): Promise<string> {
  const read = `(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    return element === null ? 'missing' : getComputedStyle(element).getPropertyValue(${JSON.stringify(property)});
  })()`;
  return (await page.evaluate(read)) as string;
}

function rgb(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${red}, ${green}, ${blue})`;
}

type Colour = keyof typeof palettes.light;

/** Selector, property, and its value or the name of its colour. */
type Look = readonly [selector: string, property: string, expected: string | { readonly colour: Colour }];

const inMail: readonly Look[] = [
  ['h1', 'font-size', '22px'],
  ['.rule h2', 'font-size', '28px'],
  ['.rule h2 .accent', 'color', { colour: 'accent' }],
  ['.rule h2 + p', 'font-size', '14px'],
  ['.rule h2 + p', 'color', { colour: 'grey' }],
  ['.rule table', 'border-top-color', { colour: 'rule' }],
  ['img.picture', 'background-color', { colour: 'panel' }],
  ['.quote', 'border-left-width', '3px'],
  ['.quote', 'border-left-color', { colour: 'bar' }],
  ['.quote', 'font-size', '20px'],
  ['.quote .grey', 'font-size', '14px'],
  ['.body ul', 'margin-left', '20px'],
  ['.body ul ul', 'list-style-type', 'circle'],
  ['.panel table', 'background-color', { colour: 'panel' }],
  ['.panel h2', 'font-size', '22px'],
  ['.panel ol', 'color', { colour: 'accent' }],
  ['.panel ol > li + li', 'border-top-color', { colour: 'panelRule' }],
  ['.panel li ul', 'color', { colour: 'text' }],
  ['.sponsor table', 'background-color', { colour: 'sponsor' }],
  ['.sponsor table', 'border-top-color', { colour: 'outline' }],
  ['.sponsored a', 'color', { colour: 'text' }],
  ['.note table', 'background-color', { colour: 'note' }],
  ['.figures', 'font-size', '14px'],
  ['.figures td', 'text-align', 'right'],
  ['.figures td', 'border-top-color', { colour: 'panelRule' }],
  ['a.accent', 'color', { colour: 'accent' }],
];

const inSecondMail: readonly Look[] = [
  ['td.button', 'background-color', { colour: 'accent' }],
  ['td.button a', 'color', { colour: 'on' }],
  ['td.button', 'padding-left', '24px'],
  ['a[href="#story-2"]', 'color', { colour: 'text' }],
  ['.panel h2 + ul', 'list-style-type', 'none'],
];

const onPage: readonly Look[] = [
  ['.lead h2', 'font-size', '28px'],
  ['.brief h2', 'font-size', '22px'],
  ['.kicker', 'color', { colour: 'accent' }],
  ['.line', 'font-size', '14px'],
  ['.line', 'color', { colour: 'grey' }],
  ['.byline', 'color', { colour: 'grey' }],
  ['.edition img', 'background-color', { colour: 'panel' }],
  ['blockquote', 'border-left-color', { colour: 'bar' }],
  ['blockquote', 'font-size', '20px'],
  ['.speaker', 'color', { colour: 'grey' }],
  ['.caption', 'color', { colour: 'text' }],
  ['.dashboard', 'background-color', { colour: 'panel' }],
  ['.dashboard > ol > li + li', 'border-top-color', { colour: 'panelRule' }],
  ['.sponsor', 'background-color', { colour: 'sponsor' }],
  ['.sponsor', 'border-top-color', { colour: 'outline' }],
  ['.sponsor .deeper a', 'color', { colour: 'text' }],
  ['.note', 'background-color', { colour: 'note' }],
  ['td.right', 'text-align', 'right'],
  ['td', 'border-top-color', { colour: 'rule' }],
  ['.closing', 'font-style', 'italic'],
];

const onSecondPage: readonly Look[] = [
  ['.edition h3', 'font-size', '17px'],
  ['.notes', 'color', { colour: 'grey' }],
  ['pre', 'background-color', { colour: 'panel' }],
  ['sup', 'font-size', '12px'],
  ['.press .button', 'background-color', { colour: 'accent' }],
  ['.press .button', 'color', { colour: 'on' }],
  ['.contents', 'font-size', '14px'],
  ['.contents a', 'color', { colour: 'text' }],
  ['.dashboard > ul', 'list-style-type', 'none'],
  ['.dashboard > ul > li + li', 'border-top-color', { colour: 'panelRule' }],
];

interface Styles {
  readonly found: Readonly<Record<string, string>>;
  readonly wanted: Readonly<Record<string, string>>;
}

async function compare(
  page: Page,
  scheme: (typeof schemes)[number],
  looks: readonly Look[],
): Promise<Styles> {
  const found: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const [selector, property, expected] of looks) {
    const name = `${selector} ${property}`;
    found[name] = await styleOf(page, selector, property);
    wanted[name] = typeof expected === 'string' ? expected : rgb(palettes[scheme][expected.colour]);
  }
  return { found, wanted };
}

describe.each(schemes)('in %s colours', (scheme) => {
  test('each kind of section and block of the mail looks as it was designed', async () => {
    for (const [date, looks] of [
      [dates[0], inMail],
      [dates[1], inSecondMail],
    ] as const) {
      const { html } = await renderDate(date);
      const page = await browser.newPage({ viewport: { width: 600, height: 800 }, colorScheme: scheme });
      await page.route(/^https?:/u, (route) => route.abort());
      await page.setContent(html, { waitUntil: 'domcontentloaded' });

      const { found, wanted } = await compare(page, scheme, looks);
      await page.close();

      expect(found).toEqual(wanted);
    }
  });

  test('so does each of the page', async () => {
    await using site = await ArchiveSite.create();
    for (const date of dates) await site.publish(date, (await renderDate(date)).edition.page);
    const page = await browser.newPage({ viewport: { width: 600, height: 800 }, colorScheme: scheme });

    await page.goto(`${site.origin}/p/sample/archive/${dates[0]}`);
    const first = await compare(page, scheme, onPage);
    await page.goto(`${site.origin}/p/sample/archive/${dates[1]}`);
    const second = await compare(page, scheme, onSecondPage);
    await page.close();

    expect(first.found).toEqual(first.wanted);
    expect(second.found).toEqual(second.wanted);
  });
});
