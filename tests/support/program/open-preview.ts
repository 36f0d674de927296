import { readFileSync } from 'node:fs';

import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

import { firstDate, firstEdition, ProgramHarness } from './program-harness.ts';

export const previewDigest = (body = 'Boats slow down for whales.') => `---
date: ${firstDate}
subject: Ferries go quiet in the Sound
preheader: Plus, the ladders that a library lends
---
Good morning.

## Ferries go quiet

${body}

**Why it matters:** It saves a day.

## A second story

It says that it does.
`;

export interface OpenedPreview {
  readonly harness: ProgramHarness;
  readonly page: Page;
  readonly url: string;
  /** Errors of the page's scripts. */
  readonly errors: readonly string[];
}

export interface PreviewOptions {
  readonly text?: string;
  readonly approved?: boolean;
  readonly relay?: number;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Called before the preview opens. */
  readonly before?: (harness: ProgramHarness) => Promise<void>;
}

/** The preview of one digest, open in a browser as a curator sees it, until the test ends. */
export async function openPreviewIn(
  browser: Browser,
  { text = previewDigest(), approved = false, before, ...options }: PreviewOptions = {},
): Promise<OpenedPreview> {
  const { relay, viewport = { width: 1440, height: 900 } } = options;
  const harness = new ProgramHarness(relay === undefined ? {} : { relay });
  onTestFinished(() => harness[Symbol.dispose]());
  harness.write(`digests/${firstEdition}.md`, text);
  if (approved) await harness.prepare(2);
  await before?.(harness);
  const running = harness.start('preview', firstEdition, '--no-open');
  await running.shows('Ctrl-C stops');
  const url = running.stdout.trim();
  const page = await browser.newPage({ viewport });
  onTestFinished(() => page.close());
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  await page.locator('#problem-list li').first().waitFor({ state: 'attached' });
  await page.locator('.cm-line').first().waitFor();
  return { harness, page, url, errors };
}

export function fileOf({ harness }: OpenedPreview): string {
  return readFileSync(harness.path(`digests/${firstEdition}.md`), 'utf8');
}

export function phoneText({ page }: OpenedPreview): Promise<string | null> {
  return page.frameLocator('#phone').locator('body').textContent();
}
