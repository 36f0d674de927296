import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { launchChromium } from '../../support/servers/chromium.ts';
import { ArchiveSite } from '../../support/web/archive-site.ts';

let browser: Browser;
let axeSource = '';

beforeAll(async () => {
  browser = await launchChromium();
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});

afterAll(async () => {
  await browser.close();
});

interface View {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

const image =
  '<svg xmlns="http://www.w3.org/2000/svg" width="1120" height="630"><rect width="1120" height="630" fill="#8aa"/></svg>';

/** Opens a page of the site; what it asks for elsewhere is answered with a picture and noted. */
async function show(
  site: ArchiveSite,
  { path, width, colorScheme }: View & { readonly path: string },
): Promise<{ page: Page; asked: string[]; said: string[] }> {
  const context = await browser.newContext({ viewport: { width, height: 667 }, colorScheme });
  const asked: string[] = [];
  await context.route(/^https:/u, async (route) => {
    asked.push(route.request().url());
    await route.fulfill({ contentType: 'image/svg+xml', body: image });
  });
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await page.goto(`${site.origin}${path}`, { waitUntil: 'load' });
  return { page, asked, said };
}

async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(axeSource);
  const results = (await page.evaluate('axe.run()')) as AxeResults;
  return results.violations.map(({ id, impact, nodes }) => ({ id, impact, first: nodes[0]?.html }));
}

const views = [375, 1200].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe.each(views)('the archive at $width pixels in $colorScheme colours', (view) => {
  test.each([['/p/sample/archive'], ['/p/sample/archive/2026-11-23']])(
    '%s has no violation that axe-core can find, and never scrolls sideways',
    async (path) => {
      await using site = await ArchiveSite.create();
      await site.publish('2026-11-20');
      await site.publish('2026-11-23');

      const { page, said } = await show(site, { ...view, path });

      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
      expect(said).toEqual([]);
      await page.context().close();
    },
  );
});

describe('an edition on a phone', () => {
  const view = { path: '/p/sample/archive/2026-11-23', width: 375, colorScheme: 'light' } as const;

  test('shows masthead, count, greeting and the lead headline on the first screen', async () => {
    await using site = await ArchiveSite.create();
    await site.publish('2026-11-23');
    const { page } = await show(site, view);

    const headline = await page.locator('h2').first().boundingBox();

    expect((headline?.y ?? 667) + (headline?.height ?? 0)).toBeLessThan(667);
    await page.context().close();
  });

  test('has ways onward that a thumb can hit', async () => {
    await using site = await ArchiveSite.create();
    await site.publish('2026-11-23');
    const { page } = await show(site, view);

    const links = await page.locator('nav a').all();
    const heights = await Promise.all(links.map(async (link) => (await link.boundingBox())?.height ?? 0));

    expect(heights).toHaveLength(2);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    await page.context().close();
  });

  test('runs from the right where the publication does', async () => {
    await using site = await ArchiveSite.create({ language: 'ar', direction: 'rtl' });
    await site.publish('2026-11-23');
    const { page } = await show(site, view);

    const shown = await page.evaluate(`[
      document.documentElement.scrollWidth,
      getComputedStyle(document.querySelector('blockquote')).borderRightWidth,
      getComputedStyle(document.querySelector('.deeper'), '::after').content.includes('\u2190'),
    ]`);

    expect(shown).toEqual([375, '3px', true]);
    await page.context().close();
  });

  test('costs less than 30 KB without its pictures', async () => {
    await using site = await ArchiveSite.create();
    await site.publish('2026-11-23');
    const html = await site.text(view.path);
    const styles = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)">/gu)].map(
      ([, path]) => path ?? '',
    );

    const parts = [html, ...(await Promise.all(styles.map((path) => site.text(path))))];

    expect(parts).toHaveLength(4);
    expect(parts.join('').length).toBeLessThan(30 * 1024);
  });

  test('is asked for pictures where the edition names them, and the browser refuses every other', async () => {
    await using site = await ArchiveSite.create();
    const image = (origin: string) => `<img src="${origin}/a.png" alt="a">`;
    await site.publish('2026-11-23', {
      html: image('https://pictures.example') + image('https://elsewhere.example'),
      imageOrigins: ['https://pictures.example'],
    });

    const { page, asked, said } = await show(site, view);

    expect(asked).toEqual(['https://pictures.example/a.png']);
    expect(said.join()).toContain('elsewhere.example');
    await page.context().close();
  });
});
