import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { launchChromium } from '../../support/chromium.ts';
import { renderSample, sampleInput } from '../../support/render-sample.ts';

let browser: Browser;
let folder = '';
let axeSource = '';
let html = '';
let rtlHtml = '';

beforeAll(async () => {
  browser = await launchChromium();
  folder = await mkdtemp(join(tmpdir(), 'daybrief-look-'));
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  html = (await renderSample()).html;
  rtlHtml = (await renderSample({ publication: { language: 'ar', direction: 'rtl' } })).html;
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

interface View {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly content?: string;
}

/** Shows the edition, with its one picture and nothing else from outside. */
async function show({ width, colorScheme, content = html }: View): Promise<{ page: Page; asked: string[] }> {
  const context = await browser.newContext({ viewport: { width, height: 667 }, colorScheme });
  const asked: string[] = [];
  await context.route(/^https?:/u, async (route) => {
    asked.push(route.request().url());
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="1120" height="630"><rect width="1120" height="630" fill="#8aa"/></svg>';
    await route.fulfill({ contentType: 'image/svg+xml', body: svg });
  });
  const page = await context.newPage();
  await page.setContent(content, { waitUntil: 'load' });
  return { page, asked };
}

const views = [375, 1200].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe.each(views)('the edition at $width pixels in $colorScheme colours', (view) => {
  test('has no accessibility violation that axe-core can find', async () => {
    const { page } = await show(view);
    await page.evaluate(axeSource);

    // The rule `region` counts the name of MJML's wrapper (an article, so that webmail's readers can
    // jump to it) as text outside all landmarks; everything inside it is in one.
    const results = (await page.evaluate('axe.run({ rules: { region: { enabled: false } } })')) as AxeResults;

    const found = results.violations.map(({ id, impact, nodes }) => ({ id, impact, first: nodes[0]?.html }));
    expect(found).toEqual([]);
    await page.context().close();
  });

  test('asks for nothing but the picture that the digest names', async () => {
    const { page, asked } = await show(view);

    expect(asked).toEqual(['https://news.example.org/images/lines.jpg']);
    await page.context().close();
  });

  test('never scrolls sideways, and stays within its column', async () => {
    const { page } = await show(view);

    const scrollWidth = await page.evaluate('document.documentElement.scrollWidth');
    const lead = await page.locator('h2').first().boundingBox();

    expect(scrollWidth).toBe(view.width);
    expect(lead?.width).toBe(Math.min(view.width, 600) - 40);
    await page.context().close();
  });

  test('can be pictured', async () => {
    const { page } = await show(view);
    const path = join(folder, `${view.width}-${view.colorScheme}.png`);

    await page.screenshot({ path, fullPage: true });

    expect((await stat(path)).size).toBeGreaterThan(10_000);
    await page.context().close();
  });
});

test.each([
  ['light', ['logo.png']],
  ['dark', ['pale.png']],
] as const)('in %s colours the logo for them is shown, and no other', async (colorScheme, expected) => {
  const images = ['logo.png', 'pale.png'].map((src) => ({
    src,
    url: `https://news.example.org/images/${src}`,
    width: 800,
    height: 200,
  }));
  const { html: content } = await renderSample({
    images: [...sampleInput.images, ...images],
    publication: { brand: { color: '#0b6e4f', logo: 'logo.png', logoDark: 'pale.png' } },
  });
  const { page } = await show({ width: 375, colorScheme, content });

  const shown = await page.locator('h1 img:visible').all();
  const sources = await Promise.all(shown.map((logo) => logo.getAttribute('src')));

  expect(sources).toEqual(expected.map((name) => `https://news.example.org/images/${name}`));
  await page.context().close();
});

describe('the edition on a phone', () => {
  test('shows masthead, count, greeting and the lead headline on the first screen', async () => {
    const { page } = await show({ width: 375, colorScheme: 'light' });

    const headline = await page.locator('h2').first().boundingBox();

    expect((headline?.y ?? 667) + (headline?.height ?? 0)).toBeLessThan(667);
    await page.context().close();
  });

  test('has footer links that a thumb can hit', async () => {
    const { page } = await show({ width: 375, colorScheme: 'light' });

    const links = await page.locator('[role=contentinfo] a').all();
    const heights = await Promise.all(links.map(async (link) => (await link.boundingBox())?.height ?? 0));

    expect(heights).toHaveLength(4);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    await page.context().close();
  });

  test('is dark where the reader asks for it, and light where not', async () => {
    const shown = async (colorScheme: 'light' | 'dark') => {
      const { page } = await show({ width: 375, colorScheme });
      const colors = await page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h2')).color]",
      );
      await page.context().close();
      return colors;
    };

    expect(await shown('light')).toEqual(['rgb(254, 254, 254)', 'rgb(26, 29, 33)']);
    expect(await shown('dark')).toEqual(['rgb(18, 20, 23)', 'rgb(232, 234, 237)']);
  });

  test('reads without its pictures', async () => {
    const { page } = await show({
      width: 375,
      colorScheme: 'light',
      content: html.replaceAll(/src="https[^"]*"/gu, 'src="data:image/png;base64,AA"'),
    });

    const height = (await page.locator('img').boundingBox())?.height ?? 0;

    // The picture keeps its place, on a tint and with its alternative text, so that nothing moves when it comes.
    expect(height).toBeGreaterThan(150);
    expect(height).toBeLessThan(210);
    await page.context().close();
  });

  test('runs from the right where the publication does', async () => {
    const { page } = await show({ width: 375, colorScheme: 'light', content: rtlHtml });

    const shown = await page.evaluate(`[
      document.documentElement.scrollWidth,
      getComputedStyle(document.querySelector('h2')).textAlign,
      getComputedStyle(document.querySelector('blockquote')).borderRightWidth,
    ]`);

    expect(shown).toEqual([375, 'right', '3px']);
    await page.context().close();
  });

  test('holds a word and an address that are wider than the phone', async () => {
    const long = await renderSample({
      digest: {
        greeting: [
          {
            kind: 'paragraph',
            content: [
              {
                kind: 'link',
                url: 'https://example.org/',
                children: [{ kind: 'text', value: 'x'.repeat(300) }],
              },
            ],
            at: { line: 1, column: 1 },
          },
        ],
      },
    });
    const { page } = await show({ width: 375, colorScheme: 'light', content: long.html });

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    await page.context().close();
  });
});
