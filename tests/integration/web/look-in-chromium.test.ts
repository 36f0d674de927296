import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Publication } from '../../../src/domain/editions/publication.ts';
import { languages, phrasesFor } from '../../../src/phrases/phrases-for.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { ArchiveSite } from '../../support/web/archive-site.ts';
import { boxOf, openPage, styleOf, typeOf } from '../../support/web/page-look.ts';
import type { View } from '../../support/web/page-look.ts';
import { WebFixture } from '../../support/web/web-fixture.ts';

/** What the style sheet does to the pages: every expectation here fails without it. */
const publication: Publication = {
  ...samplePublication,
  brand: { color: '#0b5c6b', logo: 'images/logo.png' },
  privacyUrl: 'https://example.org/privacy',
};

let browser: Browser;
let web: WebFixture;

beforeAll(async () => {
  browser = await launchChromium();
  const second = { ...publication, slug: 'second', name: 'Second Cup' };
  web = await WebFixture.open({ publications: [publication, second] });
});

afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await browser.close();
});

function open(url: string, view: View): Promise<Page> {
  return openPage(browser, url.startsWith('/') ? `${web.url}${url}` : url, view);
}

const ink = 'rgb(26, 29, 33)';
const grey = 'rgb(89, 96, 105)';
const teal = 'rgb(11, 92, 107)';

describe('the signup page', () => {
  test('has the sizes of the specification on a phone', async () => {
    const page = await open('/p/sample', { width: 375 });

    expect(await styleOf(page, 'body', 'borderTopWidth')).toBe('4px');
    expect(await typeOf(page, 'h1')).toBe(`28px/34px 700 ${ink}`);
    expect(await typeOf(page, '.when')).toBe(`17px/26px 400 ${grey}`);
    expect(await typeOf(page, '.over a')).toBe(`14px/20px 400 ${grey}`);
    expect(await typeOf(page, 'label[for=email]')).toBe(`17px/26px 600 ${ink}`);
    expect(await typeOf(page, '.sample h2')).toBe(`22px/28px 700 ${ink}`);
    expect(await styleOf(page, '.sample .line', 'color')).toBe(grey);
    expect(await typeOf(page, 'footer p:last-child')).toBe(`14px/20px 400 ${grey}`);
    const [field, button, logo] = [
      await boxOf(page, '#email'),
      await boxOf(page, 'form button'),
      await boxOf(page, '.brand img'),
    ];
    expect([field.x, field.width, field.height]).toEqual([20, 335, 48]);
    expect([button.width, button.height, button.y - field.y - field.height]).toEqual([335, 48, 10]);
    expect(logo.height).toBe(32);
    expect((await boxOf(page, '.said')).height).toBe(88);
    expect(await styleOf(page, 'form button', 'backgroundColor')).toBe(teal);
  });

  test('is two columns of 400 and 512 pixels where there is room', async () => {
    const page = await open('/p/sample', { width: 1200 });

    const [form, sample] = [await boxOf(page, '.join'), await boxOf(page, '.sample')];
    const [field, button] = [await boxOf(page, '#email'), await boxOf(page, 'form button')];

    expect([form.x, form.width, sample.x, sample.width]).toEqual([100, 400, 588, 512]);
    expect(field.y).toBe(button.y);
    expect(await typeOf(page, 'h1')).toBe(`40px/46px 700 ${ink}`);
    expect(await typeOf(page, '.sample h2')).toBe(`28px/34px 700 ${ink}`);
  });

  test('tells the outcomes by a shape, a word and a colour', async () => {
    const page = await open('/p/sample', { width: 375 });

    await page.fill('#email', 'jo');
    await page.click('form button');
    await page.locator('.outcome.bad').waitFor();
    const bad = [
      await styleOf(page, '.outcome', 'color'),
      await styleOf(page, '.outcome::before', 'clipPath'),
      await styleOf(page, '#email', 'borderTopWidth'),
      await styleOf(page, '#email', 'borderTopColor'),
    ];
    await page.fill('#email', 'jo@busy.example.org');
    await page.click('form button');
    await page.locator('#hint a').waitFor();
    const contact = await page.locator('#hint a').getAttribute('href');
    await page.fill('#email', 'jo@example.org');
    await page.click('form button');
    await page.locator('.outcome.good').waitFor();

    expect(bad).toEqual([
      'rgb(168, 32, 26)',
      expect.stringMatching(/^polygon\(30% 0/u),
      '2px',
      'rgb(168, 32, 26)',
    ]);
    expect(contact).toBe('mailto:morning@news.example.org');
    expect(await styleOf(page, '.outcome', 'color')).toBe('rgb(26, 107, 58)');
    expect(await styleOf(page, '.outcome::before', 'borderBottomWidth')).toBe('3px');
    expect(await styleOf(page, '#email', 'borderTopWidth')).toBe('1px');
    expect(await page.locator('#email').inputValue()).toBe('jo@example.org');
  });

  test('shows form, headline and the top of its image on the first screen of a phone', async () => {
    await using site = await ArchiveSite.create({ description: 'The morning in five minutes.' });
    await site.publish('2026-11-23');

    const page = await open(`${site.origin}/p/sample`, { width: 375 });

    const [headline, image] = [await boxOf(page, '.sample h2'), await boxOf(page, '.sample img')];
    expect(headline.y + headline.height).toBeLessThan(667);
    expect(image.y).toBeLessThan(667);
    expect(image.width).toBe(335);
  });

  test.each(languages.map(({ language }) => language))(
    'moves nothing below the answer in %s, on a phone',
    async (language) => {
      const direction = language === 'ar' ? 'rtl' : 'ltr';
      const outcomeTexts = phrasesFor(language).outcomes;
      await using fixture = await WebFixture.open({
        publications: [{ ...publication, language, direction, outcomeTexts }],
      });
      const page = await open(fixture.url, { width: 375 });
      const before = (await boxOf(page, '.sample')).y;

      for (const email of ['jo@example.org', 'jo@busy.example.org', 'jo']) {
        await page.fill('#email', email);
        const answer = page.waitForResponse((response) => response.request().method() === 'POST');
        await page.click('form button');
        await answer;
        await page.locator('form button[aria-disabled=false]').waitFor();
        expect((await boxOf(page, '.sample')).y).toBe(before);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    },
  );
});
