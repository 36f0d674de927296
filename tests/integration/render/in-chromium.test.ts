import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { renderSample, sampleInput } from '../../support/content/render-sample.ts';
import { launchChromium } from '../../support/servers/chromium.ts';

/** What the design says of each template: px that no headline gets, and ground and ink in both schemes. */
const templates = [
  {
    template: 'morning',
    beside: 40,
    light: ['rgb(254, 254, 254)', 'rgb(26, 29, 33)'],
    dark: ['rgb(18, 20, 23)', 'rgb(232, 234, 237)'],
    quote: ['0px', '3px', 'right'],
  },
  {
    template: 'bulletin',
    beside: 16 + 2 + 40,
    light: ['rgb(241, 237, 228)', 'rgb(31, 28, 23)'],
    dark: ['rgb(18, 20, 23)', 'rgb(232, 234, 237)'],
    quote: ['1px', '0px', 'center'],
  },
] as const;

let browser: Browser;
let folder = '';
let axeSource = '';
/** HTML of the sample edition by template, from left to right and from right to left. */
const editions: Record<string, { readonly html: string; readonly rtlHtml: string }> = {};

beforeAll(async () => {
  browser = await launchChromium();
  folder = await mkdtemp(join(tmpdir(), 'daybrief-look-'));
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  for (const { template } of templates) {
    const { html } = await renderSample({ publication: { template } });
    const rtl = await renderSample({ publication: { template, language: 'ar', direction: 'rtl' } });
    editions[template] = { html, rtlHtml: rtl.html };
  }
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

interface View {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly content: string;
}

interface Shown {
  readonly page: Page;
  /** Addresses that the page asked for. */
  readonly asked: string[];
}

/** A page that gets its pictures from here and nothing else from outside. */
async function openPage(): Promise<Shown> {
  const context = await browser.newContext();
  const asked: string[] = [];
  await context.route(/^https?:/u, async (route) => {
    asked.push(route.request().url());
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="1120" height="630"><rect width="1120" height="630" fill="#8aa"/></svg>';
    await route.fulfill({ contentType: 'image/svg+xml', body: svg });
  });
  return { page: await context.newPage(), asked };
}

/** Shows an edition in a page that may have shown others: a process for each costs more than what is looked at. */
async function show({ width, colorScheme, content }: View, { page, asked }: Shown): Promise<void> {
  await page.setViewportSize({ width, height: 667 });
  await page.emulateMedia({ colorScheme });
  asked.length = 0;
  await page.setContent(content, { waitUntil: 'load' });
}

const views = templates.flatMap((design) =>
  [320, 375, 1200].flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => Object.assign({ width, colorScheme }, design)),
  ),
);

describe.each(views)(
  '$template at $width pixels in $colorScheme colours',
  ({ template, beside, width, colorScheme }) => {
    // Shown once for all tests, which only look at it.
    let shown: Shown;
    beforeAll(async () => {
      shown = await openPage();
      await show({ width, colorScheme, content: editions[template]?.html ?? '' }, shown);
    });
    afterAll(() => shown.page.context().close());

    test('has no accessibility violation that axe-core can find', async () => {
      const { page } = shown;
      await page.evaluate(axeSource);

      // The rule `region` counts the name of MJML's wrapper (an article, so that webmail's readers can
      // jump to it) as text outside all landmarks; everything inside it is in one.
      const results = (await page.evaluate(
        'axe.run({ rules: { region: { enabled: false } } })',
      )) as AxeResults;

      const found = results.violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        first: nodes[0]?.html,
      }));
      expect(found).toEqual([]);
    });

    test('asks for nothing but the picture that the digest names', () => {
      expect(shown.asked).toEqual(['https://news.example.org/images/lines.jpg']);
    });

    test('never scrolls sideways, and stays within its column', async () => {
      const { page } = shown;

      const scrollWidth = await page.evaluate('document.documentElement.scrollWidth');
      const lead = await page.locator('h2').first().boundingBox();

      expect(scrollWidth).toBe(width);
      expect(lead?.width).toBe(Math.min(width, 600) - beside);
    });

    test('can be pictured', async () => {
      const { page } = shown;
      const path = join(folder, `${template}-${width}-${colorScheme}.png`);

      await page.screenshot({ path, fullPage: true });

      expect((await stat(path)).size).toBeGreaterThan(10_000);
    });
  },
);

describe.each(templates)('$template on a phone', ({ template, light, dark, quote }) => {
  const phone = { width: 375, colorScheme: 'light' } as const;
  let shown: Shown;
  let page: Page;
  beforeAll(async () => {
    shown = await openPage();
    ({ page } = shown);
  });
  afterAll(() => page.context().close());
  const edition = () => editions[template] ?? { html: '', rtlHtml: '' };

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
    await show({ width: 375, colorScheme, content }, shown);

    const logos = await page.locator('h1 img:visible').all();
    const sources = await Promise.all(logos.map((logo) => logo.getAttribute('src')));

    expect(sources).toEqual(expected.map((name) => `https://news.example.org/images/${name}`));
  });
  test('shows masthead, count, greeting and the lead headline on the first screen', async () => {
    await show({ ...phone, content: edition().html }, shown);

    const headline = await page.locator('h2').first().boundingBox();

    expect((headline?.y ?? 667) + (headline?.height ?? 0)).toBeLessThan(667);
  });

  test('has footer links that a thumb can hit', async () => {
    await show({ ...phone, content: edition().html }, shown);

    const links = await page.locator('[role=contentinfo] a').all();
    const heights = await Promise.all(links.map(async (link) => (await link.boundingBox())?.height ?? 0));

    expect(heights).toHaveLength(7);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
  });

  test('has standing links that a thumb can hit', async () => {
    await show({ ...phone, content: edition().html }, shown);

    const links = await page.locator('[role=main] a[style*="inline-block"]').all();
    const heights = await Promise.all(links.map(async (link) => (await link.boundingBox())?.height ?? 0));

    expect(heights.length).toBeGreaterThan(0);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
  });

  test('is dark where the reader asks for it, and light where not', async () => {
    const colorsIn = async (colorScheme: 'light' | 'dark') => {
      await show({ width: 375, colorScheme, content: edition().html }, shown);
      return await page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h2')).color]",
      );
    };

    expect(await colorsIn('light')).toEqual(light);
    expect(await colorsIn('dark')).toEqual(dark);
  });

  test('reads without its pictures', async () => {
    await show(
      {
        width: 375,
        colorScheme: 'light',
        content: edition().html.replaceAll(/src="https[^"]*"/gu, 'src="data:image/png;base64,AA"'),
      },
      shown,
    );

    const height = (await page.locator('img').boundingBox())?.height ?? 0;

    // The picture keeps its place, on a tint and with its alternative text, so that nothing moves when it comes.
    expect(height).toBeGreaterThan(150);
    expect(height).toBeLessThan(210);
  });

  test('runs from the right where the publication does', async () => {
    await show({ ...phone, content: edition().rtlHtml }, shown);

    const look = await page.evaluate(`[
      document.documentElement.scrollWidth,
      getComputedStyle(document.querySelector('h2')).textAlign,
      ...['borderTopWidth', 'borderRightWidth', 'textAlign'].map((name) => {
        const quote = document.querySelector('.quote');
        return getComputedStyle(quote)[name];
      }),
    ]`);

    expect(look).toEqual([375, 'right', ...quote]);
  });

  test('holds a word and an address that are wider than the phone', async () => {
    const long = await renderSample({
      publication: { template },
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
    await show({ ...phone, content: long.html }, shown);

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
  });
});
