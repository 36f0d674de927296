import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from 'playwright-core';

import { DaybriefProcess } from '../tests/support/program/daybrief-process.ts';
import { launchChromium } from '../tests/support/servers/chromium.ts';
import { summarize } from './measure.ts';
import { benchStories, storiesDigest } from './stories-digest.ts';
import { spread, table } from './table.ts';

const warmRuns = 5;
const runs = 30;
const checkout = join(import.meta.dirname, '..');

/** From a save in another editor until Chromium shows the words, in the preview of a digest of 25 stories. */
export async function previewBench(): Promise<string> {
  console.error(`preview: ${benchStories} stories`);
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-bench-'));
  const env = { DAYBRIEF_TEMPLATES: join(checkout, 'templates'), LOG_LEVEL: 'error' };
  const file = join(folder, 'digests', 'sample', '2026-12-01.md');
  cpSync(join(checkout, 'digests', 'sample'), join(folder, 'digests', 'sample'), { recursive: true });
  writeFileSync(file, storiesDigest());
  const preview = new DaybriefProcess(['preview', 'sample/2026-12-01', '--no-open'], { cwd: folder, env });
  try {
    await preview.shows('Ctrl-C stops');
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(preview.stdout.trim());
      await page.locator('.cm-line').first().waitFor();
      const times: number[] = [];
      for (let run = 0; run < warmRuns + runs; run += 1) {
        const ms = await saveAndSee(page, file, `Marker ${run} is here.`);
        if (run >= warmRuns) times.push(ms);
      }
      return `## Preview of a digest of ${benchStories} stories

${table(['', 'ms', 'n'], [['save in another editor to phone and desktop on screen, warm', spread(summarize(times)), String(runs)]])}
`;
    } finally {
      await browser.close();
    }
  } finally {
    preview.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from the save until both renderings are painted with these words. */
async function saveAndSee(page: Page, file: string, words: string): Promise<number> {
  const text = readFileSync(file, 'utf8').replace(
    /(?:Marker \d+ is here\.)?\nThe council met/u,
    `${words}\nThe council met`,
  );
  const seen = page.evaluate<number>(
    `new Promise((resolve) => {
      const look = () => {
        const isShown = ['phone', 'desktop'].every((id) =>
          document.getElementById(id).contentDocument?.body?.textContent.includes(${JSON.stringify(words)}));
        if (isShown) requestAnimationFrame(() => setTimeout(() => resolve(Date.now())));
        else requestAnimationFrame(look);
      };
      look();
    })`,
  );
  const savedAt = Date.now();
  writeFileSync(file, text);
  return (await seen) - savedAt;
}

if (import.meta.main) console.log(await previewBench());
