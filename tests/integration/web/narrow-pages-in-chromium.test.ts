import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Publication } from '../../../src/domain/editions/publication.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
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
let axeSource = '';

beforeAll(async () => {
  browser = await launchChromium();
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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
  });

  test.each(paths)('%s has a button across the phone, and scrolls no way but down at 320', async (path) => {
    const page = await open(pathWithLink(path), { width: 375 });

    expect((await boxOf(page, 'form > button')).width).toBe(335);
    await page.setViewportSize({ width: 320, height: 667 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  test('are dark where the device is: text, button and outcome', async () => {
    web.services.subscriptions.set('sample', 'pending');
    const page = await open(`/confirm/${web.services.link('confirm')}`, { width: 375, colorScheme: 'dark' });

    const button = [await styleOf(page, 'button', 'backgroundColor'), await styleOf(page, 'button', 'color')];
    await page.click('button');
    await page.locator('.outcome').waitFor();

    expect(button[0]).not.toBe(teal);
    expect(button[1]).toBe('rgb(18, 20, 23)');
    expect(await styleOf(page, 'body', 'backgroundColor')).toBe('rgb(18, 20, 23)');
    expect(await styleOf(page, '.outcome', 'color')).toBe('rgb(124, 207, 152)');
    expect(await styleOf(page, '.go::after', 'content')).toContain('\u2192');
  });

  test('offer to undo by a button that is only outlined', async () => {
    const page = await open(`/unsubscribe/${web.services.link('unsubscribe')}`, { width: 375 });
    await page.click('button');
    await page.getByRole('button', { name: 'Undo' }).waitFor();

    expect(await styleOf(page, 'button', 'backgroundColor')).toBe('rgba(0, 0, 0, 0)');
    expect(await styleOf(page, 'button', 'color')).toBe(teal);
    expect(await typeOf(page, '.small')).toBe(`14px/20px 400 ${grey}`);
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
  });

  test('leave the list, and no button that does nothing, without script', async () => {
    web.services.recipient = { name: 'Jo', timeZone: 'Europe/Berlin', pausedUntil: '' };
    const page = await open(path(), { width: 375, script: false });

    expect(await page.locator('#own-zone').isVisible()).toBe(false);
    await page.selectOption('#time-zone', 'Asia/Tokyo');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.outcome.good').waitFor();

    expect(web.services.recipient.timeZone).toBe('Asia/Tokyo');
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
  });

  test('shows an edition under the logo as its heading', async () => {
    const page = await open('/p/sample/archive/2026-11-23', { width: 375 });

    expect(await page.getByRole('heading', { level: 1 }).locator('img').getAttribute('alt')).toBe(
      'Daybrief Morning',
    );
    expect(await styleOf(page, '.edition > .line', 'borderBottomWidth')).toBe('1px');
    expect((await boxOf(page, '.onward .button')).height).toBeGreaterThanOrEqual(44);
  });
});

describe.each(['light', 'dark'] as const)('in Arabic and %s colours', (colorScheme) => {
  const paths = [
    '/p/sample',
    '/p/sample/archive',
    '/p/sample/archive/2026-11-23',
    '/confirm/{confirm}',
    '/confirm/cut',
    '/unsubscribe/{unsubscribe}',
    '/unsubscribe/cut',
    '/preferences/{preferences}',
    '/manage/{manage}',
  ];

  test('no page has a violation that axe-core finds, with logo, privacy link and every state', async () => {
    const arabic = { ...publication, language: 'ar', direction: 'rtl' as const };
    await using fixture = await WebFixture.open({ publications: [arabic] });
    const page = await openPage(browser, fixture.url, { width: 375, colorScheme });
    const found: unknown[] = [];
    const look = async (path: string) => {
      await page.evaluate(axeSource);
      const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
      found.push(...violations.map(({ id, nodes }) => [path, id, nodes[0]?.html]));
      const width: unknown = await page.evaluate('document.documentElement.scrollWidth');
      if (width !== 375) found.push([path, 'scrolls sideways', width]);
    };

    for (const path of paths) {
      const link = path.replace(/\{(\w+)\}/u, (_all, purpose: string) =>
        fixture.services.link(purpose as 'confirm'),
      );
      await page.goto(`${fixture.url}${link}`);
      await look(path);
    }
    await page.goto(`${fixture.url}/unsubscribe/${fixture.services.link('unsubscribe')}`);
    for (const state of ['left', 'undone']) {
      await page.click('button');
      await page.locator('.outcome.good').waitFor();
      await look(state);
    }

    expect(found).toEqual([]);
  });
});
