import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** How a page is looked at; the window is as high as that of a small phone. */
export interface View {
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly script?: boolean;
  readonly timeZone?: string;
}

/** Pages that no test uses now, by browser and by what cannot be changed of an open page. */
const idle = new WeakMap<Browser, Map<string, Page[]>>();

/**
 * Opens a page until the test ends. Its process then opens one of another test, without cookies: starting one costs
 * more than what is looked at.
 */
export async function openPage(browser: Browser, url: string, view: View): Promise<Page> {
  const { width, colorScheme = 'light', script = true, timeZone = 'America/Denver' } = view;
  const pages = idlePages(browser, `${script} ${timeZone}`);
  const page = pages.pop() ?? (await browser.newPage({ javaScriptEnabled: script, timezoneId: timeZone }));
  onTestFinished(async () => {
    await page.context().clearCookies();
    await page.goto('about:blank');
    pages.push(page);
  });
  await page.setViewportSize({ width, height: 667 });
  await page.emulateMedia({ colorScheme });
  await page.goto(url);
  return page;
}

function idlePages(browser: Browser, kind: string): Page[] {
  const kinds = idle.get(browser) ?? new Map<string, Page[]>();
  idle.set(browser, kinds);
  const pages = kinds.get(kind) ?? [];
  kinds.set(kind, pages);
  return pages;
}

/** "28px/34px 700 rgb(26, 29, 33)" of the first element that matches. */
export async function typeOf(page: Page, selector: string): Promise<unknown> {
  return page.evaluate(`(() => {
    const { fontSize, lineHeight, fontWeight, color } = getComputedStyle(document.querySelector(${JSON.stringify(selector)}));
    return fontSize + '/' + lineHeight + ' ' + fontWeight + ' ' + color;
  })()`);
}

/** One property as the browser computed it, of an element or of its `::before`. */
export async function styleOf(page: Page, selector: string, property: string): Promise<unknown> {
  const [element = '', pseudo = ''] = selector.split(/(?=::)/u);
  return page.evaluate(
    `getComputedStyle(document.querySelector(${JSON.stringify(element)}), ${JSON.stringify(pseudo)}).${property}`,
  );
}

/** Place and size of the first element that matches. */
export async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not shown`);
  return box;
}
