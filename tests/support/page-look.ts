import type { Browser, Page } from 'playwright-core';

/** How a page is looked at; the window is as high as that of a small phone. */
export interface View {
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly script?: boolean;
  readonly timeZone?: string;
}

export async function openPage(browser: Browser, url: string, view: View): Promise<Page> {
  const { width, colorScheme = 'light', script = true, timeZone = 'America/Denver' } = view;
  const context = await browser.newContext({
    viewport: { width, height: 667 },
    colorScheme,
    javaScriptEnabled: script,
    timezoneId: timeZone,
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
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
