import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { launchChromium } from '../../support/servers/chromium.ts';
import { codeAt, secretOf } from '../../support/web/authenticator.ts';
import { DeskSite, deskPassword } from '../../support/web/desk-site.ts';
import { openPage } from '../../support/web/page-look.ts';

let browser: Browser;
let site: DeskSite;
let axeSource = '';

beforeAll(async () => {
  browser = await launchChromium();
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  site = await DeskSite.open({ BASE_URL: 'http://localhost:8080', DESK_SECOND_FACTOR: 'required' });
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await browser.close();
});

/** Fails for a rule of WCAG 2.2 AA, or a page that scrolls sideways. */
async function look(page: Page, name: string): Promise<void> {
  await page.evaluate(axeSource);
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  expect([name, results.violations.map(({ id, nodes }) => [id, nodes[0]?.html])]).toEqual([name, []]);
  expect([name, await page.evaluate('document.documentElement.scrollWidth > innerWidth')]).toEqual([
    name,
    false,
  ]);
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

test.each([
  { width: 1200, colorScheme: 'light' },
  { width: 375, colorScheme: 'dark' },
  { width: 320, colorScheme: 'light' },
] as const)(
  'a user who must set codes up does so at $width pixels, $colorScheme, and signs in again',
  async (view) => {
    const email = `lena-${view.width}@example.org`;
    await site.addUser(email, 'viewer');
    const name = (step: string) => `${step}-${view.width}`;
    const page = await openPage(browser, `${site.live.url}/desk`, view);
    await page.fill('#email', email);
    await page.fill('#password', deskPassword);
    await page.press('#password', 'Enter');
    await page.waitForURL(/\/desk\/account$/u);
    await look(page, name('account'));
    await page.fill('#password', deskPassword);
    await page.press('#password', 'Enter');
    await page.waitForURL(/\/second-factor$/u);
    await look(page, name('set-up'));
    const secret = secretOf((await page.getAttribute('a[href^="otpauth:"]', 'href')) ?? '');

    await page.fill('#code', '000000');
    await page.press('#code', 'Enter');
    await page.getByRole('alert').waitFor();
    await look(page, name('wrong-code'));
    await page.fill('#code', codeAt(secret, Date.now()));
    await page.press('#code', 'Enter');
    await page.locator('.codes').waitFor();
    await look(page, name('recovery-codes'));
    const [code = ''] = await page.locator('.codes code').allTextContents();
    await page.click('main .button');
    await look(page, name('account-set-up'));
    await page.click('.who button');
    await page.waitForURL(/\/sign-in$/u);
    await look(page, name('sign-in'));
    await page.fill('#email', email);
    await page.fill('#password', deskPassword);
    await page.fill('#code', code);
    await page.press('#code', 'Enter');

    await page.waitForURL(/\/desk$/u);
    expect(await page.textContent('.who')).toContain(email);
  },
);
