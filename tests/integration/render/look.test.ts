import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseDigest } from '../../../src/content/parse-digest.ts';
import { readTemplateOptions } from '../../../src/render/template/template-options.ts';
import { designedLooks } from '../../support/content/designed-looks.ts';
import type { Look } from '../../support/content/designed-looks.ts';
import { renderSample } from '../../support/content/render-sample.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { ArchiveSite } from '../../support/web/archive-site.ts';

/** How each kind of section and block looks, read from the browser: the samples have every kind. */

const schemes = ['light', 'dark'] as const;
type Scheme = (typeof schemes)[number];

const root = join(import.meta.dirname, '../../..');

/** The colours of a template.yaml as it stands, and the brand's made legible. */
function palettesOf(template: string) {
  const path = join(root, 'templates', template, 'template.yaml');
  return readTemplateOptions(readFileSync(path, 'utf8'), path).colors(samplePublication.brand.color);
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function renderDate(reference: string, template: string) {
  const path = join(root, `digests/${reference}.md`);
  const { digest } = parseDigest({ text: readFileSync(path, 'utf8'), file: path, format: 'markdown' });
  if (digest === undefined) throw new Error(`The sample ${reference} has mistakes.`);
  const images = ['storm-lines', 'lighthouse', 'log'].map((name) => {
    const src = `images/${name}.jpg`;
    return { src, url: `https://news.example.org/${src}`, width: 1120, height: 630 };
  });
  return renderSample({ digest, images, publication: { template } });
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

const views = designedLooks.flatMap((look) => schemes.map((scheme) => Object.assign({ scheme }, look)));

interface Styles {
  readonly found: Readonly<Record<string, string>>;
  readonly wanted: Readonly<Record<string, string>>;
}

async function compare(
  page: Page,
  {
    template,
    scheme,
    looks,
  }: { readonly template: string; readonly scheme: Scheme; readonly looks: readonly Look[] },
): Promise<Styles> {
  const palette = palettesOf(template)[scheme];
  const found: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const [selector, property, expected] of looks) {
    const name = `${selector} ${property}`;
    found[name] = await styleOf(page, selector, property);
    wanted[name] = typeof expected === 'string' ? expected : rgb(palette[expected.colour] ?? '');
  }
  return { found, wanted };
}

describe.each(views)('$template in $scheme colours', ({ template, scheme, mail, pages }) => {
  test('each kind of section and block of the mail looks as it was designed', async () => {
    const { html } = await renderDate(mail.reference, template);
    const page = await browser.newPage({ viewport: { width: 600, height: 800 }, colorScheme: scheme });
    await page.route(/^https?:/u, (route) => route.abort());
    await page.setContent(html, { waitUntil: 'domcontentloaded' });

    const { found, wanted } = await compare(page, { template, scheme, looks: mail.looks });
    await page.close();

    expect(found).toEqual(wanted);
  });

  test('so does each of the page', async () => {
    await using site = await ArchiveSite.create({ template });
    const page = await browser.newPage({ viewport: { width: 608, height: 800 }, colorScheme: scheme });
    for (const { reference, looks } of pages) {
      const date = reference.slice(-'2026-11-23'.length);
      await site.publish(date, (await renderDate(reference, template)).edition.page);
      await page.goto(`${site.origin}/p/sample/archive/${date}`);

      const { found, wanted } = await compare(page, { template, scheme, looks });

      expect(found).toEqual(wanted);
    }
    await page.close();
  });

  test('axe finds nothing in mail and page with every block, contrast included', async () => {
    await using site = await ArchiveSite.create({ template });
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const date = (reference: string) => reference.slice(-'2026-11-23'.length);
    const references = [...new Set([mail.reference, ...pages.map(({ reference }) => reference)])];

    const violations = async (show: (page: Page) => Promise<unknown>) => {
      const page = await browser.newPage({ viewport: { width: 375, height: 667 }, colorScheme: scheme });
      await show(page);
      await page.evaluate(axe);
      // `region` counts the article that MJML puts around a mail: see in-chromium.test.ts.
      const results = (await page.evaluate(
        'axe.run({ rules: { region: { enabled: false } } })',
      )) as AxeResults;
      await page.close();
      return results.violations.map(({ id, nodes }) => ({ id, first: nodes[0]?.html }));
    };
    for (const reference of references) {
      const { html, edition } = await renderDate(reference, template);
      await site.publish(date(reference), edition.page);
      const inMail = await violations((page) => page.setContent(html, { waitUntil: 'domcontentloaded' }));
      const onPage = await violations((page) =>
        page.goto(`${site.origin}/p/sample/archive/${date(reference)}`),
      );

      expect({ reference, inMail, onPage }).toEqual({ reference, inMail: [], onPage: [] });
    }
  });
});
