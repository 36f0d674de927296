import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Publication } from '../../../src/domain/editions/publication.ts';
import { phrasesFor } from '../../../src/phrases/phrases-for.ts';
import { ArchiveSite } from '../../support/archive-site.ts';
import { launchChromium } from '../../support/chromium.ts';
import { samplePublication } from '../../support/sample-publication.ts';
import { WebFixture } from '../../support/web-fixture.ts';

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

interface View {
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly script?: boolean;
  readonly timeZone?: string;
}

async function open(url: string, view: View): Promise<Page> {
  const { width, colorScheme = 'light', script = true, timeZone = 'America/Denver' } = view;
  const context = await browser.newContext({
    viewport: { width, height: 667 },
    colorScheme,
    javaScriptEnabled: script,
    timezoneId: timeZone,
  });
  const page = await context.newPage();
  await page.goto(url.startsWith('/') ? `${web.url}${url}` : url);
  return page;
}

/** "28px/34px 700 rgb(26, 29, 33)" of the first element that matches. */
async function typeOf(page: Page, selector: string): Promise<unknown> {
  return page.evaluate(`(() => {
    const { fontSize, lineHeight, fontWeight, color } = getComputedStyle(document.querySelector(${JSON.stringify(selector)}));
    return fontSize + '/' + lineHeight + ' ' + fontWeight + ' ' + color;
  })()`);
}

async function styleOf(page: Page, selector: string, property: string): Promise<unknown> {
  const [element = '', pseudo = ''] = selector.split(/(?=::)/u);
  return page.evaluate(
    `getComputedStyle(document.querySelector(${JSON.stringify(element)}), ${JSON.stringify(pseudo)}).${property}`,
  );
}

async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not shown`);
  return box;
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
    await page.context().close();
  });

  test('is two columns of 400 and 512 pixels where there is room', async () => {
    const page = await open('/p/sample', { width: 1200 });

    const [form, sample] = [await boxOf(page, '.join'), await boxOf(page, '.sample')];
    const [field, button] = [await boxOf(page, '#email'), await boxOf(page, 'form button')];

    expect([form.x, form.width, sample.x, sample.width]).toEqual([100, 400, 588, 512]);
    expect(field.y).toBe(button.y);
    expect(await typeOf(page, 'h1')).toBe(`40px/46px 700 ${ink}`);
    expect(await typeOf(page, '.sample h2')).toBe(`28px/34px 700 ${ink}`);
    await page.context().close();
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
    await page.context().close();
  });

  test('shows form, headline and the top of its image on the first screen of a phone', async () => {
    await using site = await ArchiveSite.create({ description: 'The morning in five minutes.' });
    await site.publish('2026-11-23');

    const page = await open(`${site.origin}/p/sample`, { width: 375 });

    const [headline, image] = [await boxOf(page, '.sample h2'), await boxOf(page, '.sample img')];
    expect(headline.y + headline.height).toBeLessThan(667);
    expect(image.y).toBeLessThan(667);
    expect(image.width).toBe(335);
    await page.context().close();
  });

  test.each(['en', 'de', 'fr', 'es', 'it', 'ar'])(
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
      await page.context().close();
    },
  );
});

describe('the narrow pages', () => {
  const paths = ['/confirm/{confirm}', '/unsubscribe/{unsubscribe}', '/preferences/{preferences}'];
  const pathWithLink = (path: string) =>
    path.replace(/\{(\w+)\}/u, (_all, purpose: string) => web.services.link(purpose as 'confirm'));

  test.each(paths)('%s is 560 pixels wide, its button as wide as its text', async (path) => {
    const page = await open(pathWithLink(path), { width: 1200 });

    const [main, button] = [await boxOf(page, 'h1'), await boxOf(page, 'form > button')];

    expect([main.x, main.width]).toEqual([320, 560]);
    expect(button.height).toBe(48);
    expect(button.width).toBeLessThan(300);
    await page.context().close();
  });

  test.each(paths)('%s has a button across the phone, and scrolls no way but down at 320', async (path) => {
    const page = await open(pathWithLink(path), { width: 375 });

    expect((await boxOf(page, 'form > button')).width).toBe(335);
    await page.setViewportSize({ width: 320, height: 667 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await page.context().close();
  });

  test('are dark where the device is: text, button and outcome', async () => {
    web.services.subscriptions.set('sample', 'pending');
    const page = await open(`/confirm/${web.services.link('confirm')}`, { width: 375, colorScheme: 'dark' });

    const button = [await styleOf(page, 'button', 'backgroundColor'), await styleOf(page, 'button', 'color')];
    await page.click('button');
    await page.locator('.outcome').waitFor();

    expect(button[0]).not.toBe(teal);
    expect(button[1]).toBe('rgb(13, 16, 18)');
    expect(await styleOf(page, 'body', 'backgroundColor')).toBe('rgb(18, 20, 23)');
    expect(await styleOf(page, '.outcome', 'color')).toBe('rgb(124, 207, 152)');
    expect(await styleOf(page, '.go::after', 'content')).toContain('\u2192');
    await page.context().close();
  });

  test('offer to undo by a button that is only outlined', async () => {
    const page = await open(`/unsubscribe/${web.services.link('unsubscribe')}`, { width: 375 });
    await page.click('button');
    await page.getByRole('button', { name: 'Undo' }).waitFor();

    expect(await styleOf(page, 'button', 'backgroundColor')).toBe('rgba(0, 0, 0, 0)');
    expect(await styleOf(page, 'button', 'color')).toBe(teal);
    expect(await typeOf(page, '.small')).toBe(`14px/20px 400 ${grey}`);
    await page.context().close();
  });
});

describe('the preferences', () => {
  const path = () => `/preferences/${web.services.link('preferences')}`;

  test('have fields 24 pixels apart and boxes of 22', async () => {
    const page = await open(path(), { width: 375 });

    const fields = await page.locator('.field').all();
    const boxes = await Promise.all(fields.map((field) => field.boundingBox()));
    const gaps = boxes
      .slice(1)
      .map((box, at) => (box?.y ?? 0) - (boxes[at]?.y ?? 0) - (boxes[at]?.height ?? 0));
    const box = await boxOf(page, '.boxes input');

    expect(gaps).toEqual([24, 24, 24]);
    expect([box.width, box.height]).toEqual([22, 22]);
    expect(await typeOf(page, '#zone-hint')).toBe(`14px/20px 400 ${grey}`);
    await page.context().close();
  });

  test.each([
    ['Asia/Tokyo', 'Asia/Tokyo'],
    ['Asia/Kolkata', /^Asia\/(?:Kolkata|Calcutta)$/u],
    ['UTC', 'UTC'],
  ])('take the time zone of the device at a press, and keep it: %s', async (timeZone, chosen) => {
    web.services.recipient = { name: 'Jo', timeZone: 'Europe/Berlin', pausedUntil: '' };
    const page = await open(path(), { width: 375, timeZone });

    await page.getByRole('button', { name: 'Use my time zone' }).click();
    const value = await page.locator('#time-zone').inputValue();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.outcome.good').waitFor();

    expect(value).toEqual(typeof chosen === 'string' ? chosen : expect.stringMatching(chosen));
    expect(web.services.recipient.timeZone).toBe(value);
    expect(await page.locator('#time-zone').inputValue()).toBe(value);
    await page.context().close();
  });

  test('leave the list, and no button that does nothing, without script', async () => {
    web.services.recipient = { name: 'Jo', timeZone: 'Europe/Berlin', pausedUntil: '' };
    const page = await open(path(), { width: 375, script: false });

    expect(await page.locator('#own-zone').isVisible()).toBe(false);
    await page.selectOption('#time-zone', 'Asia/Tokyo');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.outcome.good').waitFor();

    expect(web.services.recipient.timeZone).toBe('Asia/Tokyo');
    await page.context().close();
  });
});

describe('the archive', () => {
  test('has months over an ink rule, days in a column, and rows that are links', async () => {
    const page = await open('/p/sample/archive', { width: 375 });

    const [row, day, headline] = [
      await boxOf(page, '.archive a'),
      await boxOf(page, '.archive time'),
      await boxOf(page, '.archive strong'),
    ];

    expect(await typeOf(page, '.month h2')).toBe(`17px/26px 700 ${ink}`);
    expect(await styleOf(page, '.month h2', 'borderBottomColor')).toBe(ink);
    expect(await styleOf(page, '.archive time', 'color')).toBe(grey);
    expect(await styleOf(page, '.archive strong', 'fontWeight')).toBe('600');
    expect([row.width, day.width, headline.x]).toEqual([335, 72, 100]);
    expect(row.height).toBeGreaterThanOrEqual(44);
    await page.context().close();
  });

  test('runs from the right in Arabic: logo, days and arrows', async () => {
    const arabic = { ...publication, language: 'ar', direction: 'rtl' as const };
    await using fixture = await WebFixture.open({ publications: [arabic] });
    const page = await open(`${fixture.url}/p/sample/archive`, { width: 375 });

    const [logo, aside, day] = [
      await boxOf(page, '.brand'),
      await boxOf(page, '.aside'),
      await boxOf(page, '.archive time'),
    ];
    await page.goto(`${fixture.url}/confirm/x`);

    expect(logo.x).toBeGreaterThan(aside.x);
    expect(day.x + day.width).toBe(355);
    expect(await styleOf(page, '.bad::before', 'right')).toBe('0px');
    await page.context().close();
  });

  test('shows an edition under the logo as its heading', async () => {
    const page = await open('/p/sample/archive/2026-11-23', { width: 375 });

    expect(await page.getByRole('heading', { level: 1 }).locator('img').getAttribute('alt')).toBe(
      'Daybrief Morning',
    );
    expect(await styleOf(page, '.edition > .line', 'borderBottomWidth')).toBe('1px');
    expect((await boxOf(page, '.onward .button')).height).toBeGreaterThanOrEqual(44);
    await page.context().close();
  });
});
