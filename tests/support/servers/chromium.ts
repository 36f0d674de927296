import { existsSync } from 'node:fs';

import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

import { installPackages, mayInstall } from './install-packages.ts';

/** For every step in the browser: a busy machine takes its time, and fails no test by it. */
const timeoutMs = 300_000;

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * vitest's global setup: what the tests need beyond npm is there before the first of them runs, so that
 * no two of them install it at once and none has to wait for it.
 */
export async function setup(): Promise<void> {
  await chromiumPath();
}

/**
 * A headless Chromium with a fresh profile that talks to nobody by itself. Where there is none it is
 * installed by apt on a Debian machine that we are root on; elsewhere this fails in one sentence.
 */
export async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    timeout: timeoutMs,
    executablePath: await chromiumPath(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  browser.on('context', (context) => context.setDefaultTimeout(timeoutMs));
  return browser;
}

async function chromiumPath(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  if (mayInstall()) await installPackages(['chromium', 'fonts-liberation', 'fonts-noto-color-emoji']);
  const installed = findChromium();
  if (installed !== undefined) return installed;
  throw new Error(
    'These tests need Chromium: install the package `chromium`, or set CHROMIUM_PATH to its program.',
  );
}

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named === undefined || named === '') return usualPlaces.find((path) => existsSync(path));
  if (existsSync(named)) return named;
  throw new Error(`CHROMIUM_PATH names ${named}, which does not exist: set it to Chromium's program.`);
}
