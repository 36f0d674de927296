import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { disc } from '../../support/content/image-files.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { until } from '../../support/until.ts';
import { DeskSite, deskPassword, today } from '../../support/web/desk-site.ts';
import { openPage } from '../../support/web/page-look.ts';
import type { View } from '../../support/web/page-look.ts';

let browser: Browser;
let site: DeskSite;
let axeSource = '';

beforeAll(async () => {
  browser = await launchChromium();
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  site = await DeskSite.open({ BASE_URL: 'http://localhost:8080' });
  await site.addUser('lena@example.org', 'admin');
  await site.publish(30, [
    { reason: 'policy', reply: `5.7.1 ${'a-very-long-word'.repeat(8)}` },
    { reason: 'bad-address', reply: '5.1.1 Unknown', isAddress: true },
  ]);
  for (const [kind, text] of [
    ['relay-down', 'Relay smtp-2 has not answered since 6:09. The other two carry on.'],
    ['bounces', 'Many deliveries bounced. Look at them.'],
  ])
    site.live.harness.tamper(
      `insert into alarms (key, kind, publication, date, text, at, logged, done, due_at, epoch) values (?, ?, 'letter', ?, ?, ?, 0, 0, 0, 0)`,
      kind,
      kind,
      today,
      text,
      Date.now(),
    );
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await browser.close();
});

function digestFile(): string {
  return readFileSync(site.live.harness.path(`digests/letter/${today}.md`), 'utf8');
}

async function signIn(view: View): Promise<Page> {
  const page = await openPage(browser, `${site.live.url}/desk`, view);
  await page.fill('#email', 'lena@example.org');
  await page.fill('#password', deskPassword);
  await page.press('#password', 'Enter');
  await page.waitForURL(/\/desk$/u);
  return page;
}

/** WCAG 2.2 AA, and axe's best practices. */
async function violations(page: Page): Promise<readonly object[]> {
  await page.evaluate(axeSource);
  const results = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return results.violations.map(({ id, nodes }) => ({ id, first: nodes[0]?.html }));
}

const edition = `/desk/p/letter/${today}`;
const pages = [
  '/desk',
  '/desk/publications',
  '/desk/p/letter',
  edition,
  `${edition}/draft`,
  `${edition}/cancel`,
  `${edition}/resume`,
  `${edition}/correct`,
  `${edition}/recipients`,
  `${edition}/recipients?kind=deferred`,
  '/desk/subscribers',
  '/desk/subscribers?address=reader1@example.org',
  '/desk/subscribers?address=nobody',
  `${edition}/nothing-here`,
  `${edition}/text`,
  `${edition}/write/`,
  `${edition}/changes?from=1&to=1`,
  '/desk/outcomes',
  '/desk/suppressions',
  '/desk/doctor',
  '/desk/p/letter/import',
];

describe.each([
  { width: 1200, colorScheme: 'light' },
  { width: 1200, colorScheme: 'dark' },
  { width: 375, colorScheme: 'light' },
  { width: 375, colorScheme: 'dark' },
] as const)('at $width pixels, $colorScheme', (view) => {
  test('no page breaks an accessibility rule, and none scrolls sideways', async () => {
    const page = await openPage(browser, `${site.live.url}/desk/sign-in`, view);
    expect(['/desk/sign-in', await violations(page)]).toEqual(['/desk/sign-in', []]);
    const desk = await signIn(view);
    for (const path of pages) {
      await desk.goto(`${site.live.url}${path}`);
      expect([path, await violations(desk)]).toEqual([path, []]);
      const isWide = await desk.evaluate('document.documentElement.scrollWidth > innerWidth');
      expect([path, isWide]).toEqual([path, false]);
    }
  });
});

test('the editor breaks no accessibility rule before its digest is loaded', async () => {
  const page = await signIn({ width: 1200 });
  await page.route('**/write/state', async (route) => route.abort());
  await page.goto(`${site.live.url}${edition}/write/`);
  expect(await violations(page)).toEqual([]);
});

test('nothing scrolls sideways on a window of 320 pixels', async () => {
  const page = await signIn({ width: 320 });
  for (const path of pages) {
    await page.goto(`${site.live.url}${path}`);
    expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 320]);
  }
});

test('numbers change by themselves, and what has the focus keeps it', async () => {
  const page = await signIn({ width: 1200 });
  await page.focus('a[href$="kind=failed"]');
  const { harness } = site.live;
  const [before] = harness.query<{ id: number }>(`select max(subscriber_id) as id from deliveries`);

  harness.tamper(
    `update deliveries set state = 'failed', outcome = 'subscription-failed', reason = 'policy' where subscriber_id = ?`,
    before?.id,
  );

  await page.locator(`#e-letter-${today}-failed:text-is("3")`).waitFor();
  expect(await page.textContent(`#e-letter-${today}-accepted`)).toBe('26');
  expect(await page.evaluate(`document.activeElement?.getAttribute('href')`)).toMatch(/kind=failed$/u);
});

test('numbers change by asking where a proxy holds the stream back', async () => {
  const page = await openPage(browser, `${site.live.url}/desk`, { width: 1200 });
  await page.route('**/desk/live', (route) => route.abort());
  await page.fill('#email', 'lena@example.org');
  await page.fill('#password', deskPassword);
  const asked = page.waitForResponse(/\/desk\/numbers$/u);
  await page.click('main button');

  expect((await asked).status()).toBe(200);
  await page.unrouteAll();
});

test('the list is used from the keyboard: search, states and rows', async () => {
  const page = await signIn({ width: 1200 });
  await page.goto(`${site.live.url}${edition}/recipients`);

  await page.keyboard.press('j');
  const first = await page.evaluate('document.activeElement?.textContent');
  await page.keyboard.press('/');
  await page.keyboard.type('reader2@');
  await page.keyboard.press('Enter');
  await page.waitForURL(/find=reader2/u);
  const found = await page.textContent('.people tbody');
  await page.evaluate('document.activeElement?.blur()');
  await page.keyboard.press(']');
  await page.waitForURL(/kind=deferred/u);

  expect(first).toBe('reader1@example.org');
  expect(found).toContain('reader2@example.org');
});

test('without script an edition is paused and resumed with the keyboard alone', async () => {
  const page = await signIn({ width: 375, script: false });
  await page.goto(`${site.live.url}${edition}`);
  const state = () =>
    site.live.harness.query<{ state: string }>(`select state from editions where date = ?`, today)[0]?.state;

  await page.focus('button:has-text("Pause")');
  await page.keyboard.press('Enter');
  await page.waitForURL(/done=pause/u);
  expect(state()).toBe('paused');
  await page.focus('a:has-text("Resume")');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/resume$/u);
  await page.focus('input[name=confirm]');
  await page.keyboard.press('Space');
  await page.focus('main form button');
  await page.keyboard.press('Enter');
  await page.waitForURL(/done=resume/u);

  expect(state()).toBe('sending');
  expect(await page.textContent('main')).toContain('Resumed.');
});

test('what is written in the editor is saved on the server, and shown in the email beside it', async () => {
  const page = await signIn({ width: 1200 });
  await page.goto(`${site.live.url}${edition}/write/`);
  await page.locator('.cm-line', { hasText: 'Good morning' }).click();
  await page.keyboard.press('End');

  await page.keyboard.type(' The ferries hum.');

  await page.frameLocator('#phone').getByText('The ferries hum.').waitFor();
  expect(digestFile()).toContain("Good morning. It's Monday. The ferries hum.");
});

test('an image that is added before the cursor was placed leaves the front matter alone', async () => {
  const page = await signIn({ width: 1200 });
  await page.goto(`${site.live.url}${edition}/write/`);
  await page.locator('.cm-line', { hasText: 'Good morning' }).waitFor();

  await page.setInputFiles('#upload-file', {
    name: 'disc.png',
    mimeType: 'image/png',
    buffer: await disc('#115566', 40).png().toBuffer(),
  });

  await page.locator('.cm-line', { hasText: '![](images/disc.png)' }).waitFor();
  const lines = await page.locator('.cm-line').allInnerTexts();
  expect(lines.indexOf('![](images/disc.png)')).toBeGreaterThan(lines.lastIndexOf('---'));
});

test('two people write at once: the second is told, sees both texts, and neither is lost', async () => {
  const first = await signIn({ width: 1200 });
  await first.goto(`${site.live.url}${edition}/write/`);
  await first.locator('.cm-line', { hasText: 'Good morning' }).click();
  const second = await signIn({ width: 375, script: false });
  await second.goto(`${site.live.url}${edition}/text`);
  await first.keyboard.press('End');
  await first.keyboard.type(' From the first.');
  await until('the first has saved', () => digestFile().includes('From the first.'));

  await second.fill('textarea[name=text]', digestFile().replace('From the first.', 'From the second.'));
  await second.click('main form button:has-text("Save")');

  expect(await second.textContent('main')).toContain('This file was saved elsewhere');
  expect(await second.textContent('.gone')).toContain('From the first.');
  expect(digestFile()).not.toContain('From the second.');
  await second.click('button:has-text("Save mine in its place")');
  await second.waitForURL(/done=saved/u);
  expect(digestFile()).toContain('From the second.');
  await first.locator('.cm-line', { hasText: 'From the second.' }).waitFor();
});

test('without script the editor leads to the plain form', async () => {
  const page = await signIn({ width: 375, script: false });

  await page.goto(`${site.live.url}${edition}/write/`);

  await page.waitForURL(/\/text$/u);
  expect(await page.inputValue('textarea[name=text]')).toBe(digestFile());
});

test('a file of subscribers is imported with the keyboard alone, and its page follows what is under way', async () => {
  const page = await signIn({ width: 1200 });
  await page.goto(`${site.live.url}/desk/p/letter/import`);
  await page.setInputFiles('input[type=file]', {
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('email,name\nkim@example.org,Kim\nno address,\n'),
  });

  await page.focus('main form button');
  await page.keyboard.press('Enter');
  await page.locator('text=Yes, import 1 subscriber into The Letter').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.focus('input[name=confirm]');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');

  await page.locator('text=1 subscriber was added to The Letter').waitFor();
  expect(site.live.state('kim@example.org')).toBe('active');
});

test('two people at the same edition: the second is told that it was done', async () => {
  const first = await signIn({ width: 1200 });
  const second = await signIn({ width: 375, script: false });
  await first.goto(`${site.live.url}${edition}/cancel`);
  await second.goto(`${site.live.url}${edition}/cancel`);

  await first.check('input[name=confirm]');
  await first.click('main form button');
  await first.waitForURL(/done=cancel/u);
  await second.check('input[name=confirm]');
  await second.click('main form button');

  expect(await second.textContent('main')).toContain('has been cancelled');
});
