import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { samplePublication } from '../../support/content/sample-publication.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { WebFixture } from '../../support/web/web-fixture.ts';

let browser: Browser;
let web: WebFixture;
let axeSource = '';
/** Somebody else's site with the snippet of docs/embedding.md on its page. */
const partner = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(partnerPage());
});
let partnerUrl = '';

beforeAll(async () => {
  browser = await launchChromium();
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  partner.listen(0, '127.0.0.1');
  await once(partner, 'listening');
  partnerUrl = `http://127.0.0.1:${(partner.address() as AddressInfo).port}`;
  web = await WebFixture.open({ publications: [{ ...samplePublication, allowedOrigins: [partnerUrl] }] });
});

afterAll(async () => {
  await web[Symbol.asyncDispose]();
  partner.close();
  partner.closeAllConnections();
  await browser.close();
});

beforeEach(() => {
  web.services.requests.length = 0;
  web.services.subscriptions.set('sample', 'active');
});

interface View {
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly script?: boolean;
}

async function open(path: string, { width, colorScheme = 'light', script = true }: View): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 667 },
    colorScheme,
    javaScriptEnabled: script,
  });
  const page = await context.newPage();
  await page.goto(path.startsWith('http') ? path : `${web.url}${path}`);
  return page;
}

async function violations(page: Page): Promise<readonly object[]> {
  await page.evaluate(axeSource);
  const results = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as AxeResults;
  return results.violations.map(({ id, nodes }) => ({ id, first: nodes[0]?.html }));
}

/** axe-core is a script itself, so a page that runs none is looked at as a copy in one that does. */
async function violationsOfCopy(page: Page): Promise<readonly object[]> {
  const body = await page.content();
  const copy = await (await browser.newContext({ viewport: page.viewportSize() })).newPage();
  await copy.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await copy.goto(page.url());
  const found = await violations(copy);
  await copy.context().close();
  return found;
}

const pages = [
  '/',
  '/p/sample/archive',
  '/p/sample/archive/2026-11-23',
  '/confirm/{confirm}',
  '/unsubscribe/{unsubscribe}',
  '/undo/{undo}',
  '/preferences/{preferences}',
  '/manage/{manage}',
  '/manage/{manage}/erase',
  '/nothing-here',
];

function withLinks(path: string): string {
  return path.replace(/\{(\w+)\}/u, (_all, purpose: string) => web.services.link(purpose as 'confirm'));
}

const views = [375, 1200].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe.each(views)('at $width pixels in $colorScheme colours', (view) => {
  // One for all pages: a process for each costs more than what is looked at.
  let page: Page;
  beforeAll(async () => void (page = await open('/', view)));
  afterAll(() => page.context().close());

  test.each(pages)('%s has no violation that axe-core finds, and never scrolls sideways', async (path) => {
    await page.goto(`${web.url}${withLinks(path)}`);

    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
  });
});

describe.each([{ script: true }, { script: false }])('with script: $script', ({ script }) => {
  test.each([
    { email: 'jo@example.org', says: 'Thank you for subscribing!' },
    { email: 'jo.example.org', says: 'Please enter a valid email.' },
    { email: 'jo@busy.example.org', says: 'Subscription failed' },
  ])('the form says under its field: $says', async ({ email, says }) => {
    const page = await open('/', { width: 375, script });

    await page.fill('#email', email);
    await page.click('button');
    await page.locator('#outcome', { hasText: says }).waitFor();

    expect(await (script ? violations : violationsOfCopy)(page)).toEqual([]);
    expect(web.services.requests).toMatchObject([{ email, stamp: 'a-stamp', honeypot: '', source: 'form' }]);
    const hasFocus = await page
      .locator('#email')
      .evaluate((field) => field === field.ownerDocument.activeElement);
    expect(hasFocus).toBe(says === 'Please enter a valid email.');
    expect(new URL(page.url()).pathname).toBe(script ? '/' : '/p/sample');
    await page.context().close();
  });

  test('a reader confirms, leaves and comes back by pressing buttons', async () => {
    const { services } = web;
    services.subscriptions.set('sample', 'pending');
    const page = await open(`/confirm/${services.link('confirm')}`, { width: 375, script });

    await page.click('button');
    await page.getByRole('heading', { name: 'You are subscribed' }).waitFor();
    await page.goto(`${web.url}/unsubscribe/${services.link('unsubscribe')}`);
    await page.click('button');
    await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    const left = services.subscriptions.get('sample');
    await page.click('button');
    await page.getByRole('heading', { name: 'You are subscribed again' }).waitFor();

    expect(left).toBe('unsubscribed');
    expect(services.subscriptions.get('sample')).toBe('active');
    expect(await (script ? violations : violationsOfCopy)(page)).toEqual([]);
    await page.context().close();
  });
});

describe('the signup page', () => {
  test('weighs under 30 KB in all and loads nothing from other hosts', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const sizes: number[] = [];
    const hosts = new Set<string>();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => hosts.add(new URL(request.url()).origin));
    page.on('response', async (response) => sizes.push((await response.body()).byteLength));

    await page.goto(web.url, { waitUntil: 'networkidle' });

    expect(sizes.length).toBeGreaterThanOrEqual(4);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(30_000);
    expect([...hosts]).toEqual([web.url]);
    expect(complaints).toEqual([]);
    expect(await context.cookies()).toEqual([]);
    await context.close();
  });

  test('has a style sheet of less than 10 KB', async () => {
    const { byteLength } = await readFile(new URL('../../../templates/web/style.css', import.meta.url));

    expect(byteLength).toBeLessThan(10 * 1024);
  });

  test.each([375, 1200])('moves nothing when an outcome appears at %i pixels', async (width) => {
    const page = await open('/', { width });
    const places = async () => {
      const boxes = [
        page.locator('#email'),
        page.locator('button'),
        page.locator('.sample'),
        page.locator('footer'),
      ];
      return await Promise.all(boxes.map(async (box) => (await box.boundingBox())?.y));
    };
    const before = await places();

    for (const [email, says] of [
      ['jo', 'Please enter a valid email.'],
      ['jo@busy.example.org', 'Subscription failed'],
      ['jo@example.org', 'Thank you for subscribing!'],
    ] as const) {
      await page.fill('#email', email);
      await page.click('button');
      await page.locator('#outcome', { hasText: says }).waitFor();
      expect(await places()).toEqual(before);
    }
    await page.context().close();
  });

  test('shows that it is working, and a second press does nothing', async () => {
    const page = await open('/', { width: 375 });
    const held = Promise.withResolvers<void>();
    await page.route('**/p/sample', async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.fill('#email', 'jo@example.org');

    await page.click('button');
    const working = await page.locator('button').innerText();
    await page.click('button', { force: true });
    await page.press('#email', 'Enter');
    held.resolve();
    await page.locator('#outcome', { hasText: 'Thank you' }).waitFor();

    expect(working).toBe('One moment ...');
    expect(web.services.requests).toHaveLength(1);
    expect(await page.locator('button').innerText()).toBe('Subscribe');
    await page.context().close();
  });

  test('says that it failed where no answer comes, and can be sent again', async () => {
    const page = await open('/', { width: 375 });
    await page.route('**/p/sample', (route) => route.abort());
    await page.fill('#email', 'jo@example.org');

    await page.click('button');
    await page.locator('#outcome', { hasText: 'Subscription failed' }).waitFor();
    await page.unroute('**/p/sample');
    await page.click('button');

    await page.locator('#outcome', { hasText: 'Thank you' }).waitFor();
    expect(web.services.requests).toHaveLength(1);
    await page.context().close();
  });

  test('runs from the right where the publication does', async () => {
    const arabic = { ...samplePublication, language: 'ar', direction: 'rtl' as const };
    await using fixture = await WebFixture.open({ publications: [arabic] });
    const page = await open(fixture.url, { width: 375 });

    expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).direction")).toBe('rtl');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});

describe('the form on another site', () => {
  test('answers in place, through the same gate', async () => {
    const page = await open(partnerUrl, { width: 1200 });

    await page.fill('input[name=email]', 'jo@example.org');
    await page.click('button');
    await page.locator('[data-daybrief-outcome]', { hasText: 'Thank you for subscribing!' }).waitFor();

    expect(web.services.requests).toMatchObject([
      { email: 'jo@example.org', stamp: 'a-stamp', source: 'embed' },
    ]);
    expect(page.url()).toBe(`${partnerUrl}/`);
    await page.context().close();
  });

  test('leads to our own page without script, and one more press subscribes', async () => {
    const page = await open(partnerUrl, { width: 1200, script: false });

    await page.fill('input[name=email]', 'jo@example.org');
    await page.click('button');
    await page.getByText("One more click and you're in.").waitFor();
    await page.click('button');
    await page.getByText('Thank you for subscribing!').waitFor();

    expect(web.services.requests).toMatchObject([
      { email: 'jo@example.org', stamp: 'a-stamp', source: 'form' },
    ]);
    await page.context().close();
  });
});

function partnerPage(): string {
  return `<!doctype html><html lang="en"><head><title>Partner</title></head><body><main><h1>Partner</h1>
<form data-daybrief method="post" action="${web.url}/p/sample">
  <label>Email address <input name="email" type="email" autocomplete="email" required></label>
  <button>Subscribe</button>
  <p data-daybrief-outcome role="status"></p>
</form>
<script src="${web.url}/embed.js" async></script></main></body></html>`;
}
