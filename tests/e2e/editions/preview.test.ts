import { request } from 'node:http';

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  fileOf,
  openPreviewIn,
  phoneText,
  previewDigest as digest,
} from '../../support/program/open-preview.ts';
import { firstEdition } from '../../support/program/program-harness.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { until } from '../../support/until.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const openPreview = (text?: string, options: { readonly approved?: boolean } = {}) =>
  openPreviewIn(browser, { ...options, ...(text === undefined ? {} : { text }) });

describe('the preview', () => {
  test('shows what is saved elsewhere, in every view', async () => {
    const opened = await openPreview();
    const { harness, page } = opened;
    expect(await phoneText(opened)).toContain('Boats slow down for whales.');

    harness.write(`digests/${firstEdition}.md`, digest('Boats stop for whales.'));
    await until('the phone shows it', async () => (await phoneText(opened))?.includes('Boats stop') === true);
    await until(
      'the editor shows it',
      async () => (await page.locator('.cm-content').textContent())?.includes('Boats stop') === true,
    );

    await page.click('[data-view=text]');
    expect(await page.locator('#text').textContent()).toContain('Boats stop for whales.');
    await page.click('[data-view=page]');
    await until('the page shows it', async () => (await phoneText(opened))?.includes('Boats stop') === true);
    await page.click('[data-view=inbox]');
    expect(await page.locator('#inbox').textContent()).toContain('Ferries go quiet in the Sound');
    await page.click('[data-view=changes]');
    expect(await page.locator('#changes').textContent()).toContain('Nothing was approved or proofed yet');
    expect(await page.locator('#blocks').textContent()).toContain('Ferries go quiet');
    expect(opened.errors).toEqual([]);
  });

  test('saves what is written in it, and completes what a digest may contain', async () => {
    const opened = await openPreview();
    const { page } = opened;

    await page.locator('.cm-line', { hasText: 'Boats slow down' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' They hum.');
    await until('the file has it', () => fileOf(opened).includes('for whales. They hum.'));
    await until('the phone shows it', async () => (await phoneText(opened))?.includes('They hum.') === true);

    await page.keyboard.press('Control+End');
    await page.keyboard.type('\n:::da');
    await page.locator('.cm-tooltip-autocomplete', { hasText: ':::dashboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('shboard{se');
    const offer = page.locator('.cm-tooltip-autocomplete', { hasText: 'section' });
    await offer.filter({ hasText: 'The part of the news it belongs to' }).waitFor();
    expect(await offer.textContent()).not.toContain('kicker');
    expect(fileOf(opened).split('\n').slice(0, 5)).toEqual(digest().split('\n').slice(0, 5));
  });

  test('keeps both texts where two people write at once, and overwrites neither', async () => {
    const opened = await openPreview();
    const { harness, page } = opened;
    await page.route('**/file', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    );

    await page.locator('.cm-line', { hasText: 'Boats slow down' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' Mine.');
    await page.unroute('**/file');
    harness.write(`digests/${firstEdition}.md`, digest('Theirs.'));
    await page.locator('#banner', { hasText: 'saved elsewhere' }).waitFor();

    expect(fileOf(opened)).toContain('Theirs.');
    expect(await page.locator('.cm-content').textContent()).toContain('Mine.');
    await page.click('text=Take theirs');
    await until(
      'the editor shows it',
      async () => (await page.locator('.cm-content').textContent())?.includes('Theirs.') === true,
    );
    expect(await page.locator('#banner').isHidden()).toBe(true);
  });

  test('takes what is typed while it saves for no change by someone else', async () => {
    const opened = await openPreview();
    const { page } = opened;
    const saved = Promise.withResolvers<undefined>();
    let puts = 0;
    await page.route('**/file', async (route) => {
      if (route.request().method() !== 'POST' || (puts += 1) > 1) return route.continue();
      const response = await route.fetch();
      await saved.promise;
      return route.fulfill({ response });
    });

    await page.locator('.cm-line', { hasText: 'Boats slow down' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' One.');
    await until('the phone shows it', async () => (await phoneText(opened))?.includes('One.') === true);
    await page.keyboard.type(' Two.');
    await page.locator('#file', { hasText: 'not saved yet' }).waitFor();
    saved.resolve(undefined);

    await until('the file has both', () => fileOf(opened).includes('for whales. One. Two.'));
    expect(await page.locator('#banner').isHidden()).toBe(true);
  });

  test('changes the frames where the text differs and nowhere else', async () => {
    const opened = await openPreview();
    const { harness, page } = opened;
    const frame = `document.getElementById('phone').contentDocument`;
    await page.evaluate(`window.kept = [...${frame}.querySelectorAll('[data-line]')]`);
    expect(await page.evaluate('window.kept.length')).toBeGreaterThan(3);

    harness.write(
      `digests/${firstEdition}.md`,
      `${digest('Boats stop for whales.')}\n## A third story\n\nIt is new.\n`,
    );
    await until('the phone shows it', async () => (await phoneText(opened))?.includes('It is new.') === true);

    expect(await phoneText(opened)).toContain('Boats stop for whales.');
    expect(await phoneText(opened)).not.toContain('slow down');
    const kept = `window.kept.every((node) => ${frame}.contains(node))`;
    expect(await page.evaluate(kept)).toBe(true);
    const served = await page.evaluate<string>(
      `fetch('frame/email?scheme=light&images=on').then((answer) => answer.text())
        .then((html) => new DOMParser().parseFromString(html, 'text/html').documentElement.outerHTML)`,
    );
    for (const id of ['phone', 'desktop']) {
      const shown = await page.evaluate<string>(
        `document.getElementById('${id}').contentDocument.documentElement.outerHTML`,
      );
      expect(shown).toBe(served);
    }
    expect(opened.errors).toEqual([]);
  });

  test('jumps to the line of a problem', async () => {
    const { page } = await openPreview(digest('Boats slow down for the the whales.'));

    await page.click('#problem-list li.warning button');

    await until(
      'the line is marked',
      async () => (await page.locator('.cm-activeLine').textContent())?.includes('the the') === true,
    );
    expect(await page.locator('#problem-list button.at').count()).toBe(1);
  });

  test('keeps the last rendering while a line is half written, and says so', async () => {
    const opened = await openPreview();
    const { harness, page } = opened;

    harness.write(`digests/${firstEdition}.md`, digest('Boats [slow](htp'));
    harness.write(`digests/${firstEdition}.md`, digest('Boats [slow](htp://a.example) down.'));
    await page.locator('#said', { hasText: 'is not finished' }).waitFor();

    expect(await phoneText(opened)).toContain('Boats slow down for whales.');
    // The first of the two versions may be shown for a moment.
    await page.locator('#state', { hasText: '1 problem stops it. Nothing goes out. line 10' }).waitFor();
    expect(await page.getAttribute('#approve', 'aria-disabled')).toBe('true');
  });

  test.each([
    ['light', 'rgb(254, 254, 254)'],
    ['dark', 'rgb(18, 20, 23)'],
  ])('shows the email in its %s colours, whatever the browser prefers', async (scheme, color) => {
    const { page } = await openPreview();

    await page.click(`[data-scheme=${scheme}]`);
    await until('the phone is of that colour', async () => {
      const frame = page.frames().find((each) => each.url().includes(`/frame/email?scheme=${scheme}`));
      return (await frame?.evaluate('getComputedStyle(document.body).backgroundColor')) === color;
    });
    expect(await page.locator(`[data-scheme=${scheme}]`).getAttribute('aria-pressed')).toBe('true');
  });

  test('shows what has changed since the approval, and approves what it shows', async () => {
    const opened = await openPreview(digest(), { approved: true });
    const { harness, page } = opened;
    await page.locator('#state', { hasText: 'Approved by' }).waitFor();

    harness.write(`digests/${firstEdition}.md`, digest('Boats stop for whales.'));
    await page.locator('#state', { hasText: 'Changed since approval.' }).waitFor();
    await page.click('[data-view=changes]');
    expect((await page.locator('#changes del').allTextContents()).join('')).toContain('slow');
    expect((await page.locator('#changes ins').allTextContents()).join('')).toContain('stop');

    await page.click('#approve');
    await page.click('#confirm');
    await page.locator('#state', { hasText: 'Approved by' }).waitFor();
    expect(harness.number('select max(revision) from revisions')).toBe(2);
  });
});

describe('the address of the preview', () => {
  const status = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<number>((resolve, reject) => {
      request(url, { headers, method }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });

  test('is a secret, and answers neither to other hosts nor to other pages', async () => {
    const { url } = await openPreview();

    expect(await status(url)).toBe(200);
    expect(await status(new URL('/', url).href)).toBe(404);
    expect(await status(new URL('/aaaaaaaaaaaaaaaaaaaaaaaa/state', url).href)).toBe(404);
    expect(await status(url, { host: 'rebound.example' })).toBe(403);
    expect(await status(`${url}proof`, { origin: 'https://evil.example' }, 'POST')).toBe(403);
    expect(await status(`${url}files/npm/..%2f..%2fpackage.json`)).toBe(404);
    expect(await status(`${url}images/..%2f..%2fpublication.yaml`)).toBe(404);
  });
});
