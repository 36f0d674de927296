import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { openPreviewIn, phoneText, previewDigest as digest } from '../../support/program/open-preview.ts';
import { firstEdition } from '../../support/program/program-harness.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Top and height of an element in the page. */
async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  return box ?? { x: 0, y: 0, width: 0, height: 0 };
}

describe('the margin of the editor', () => {
  test('has a note beside the paragraph of a problem, and marks the words that prove it', async () => {
    const { page, errors } = await openPreviewIn(browser, { text: digest('Boats slow for the the whales.') });

    const note = page.locator('.cm-note.warning');
    await note.waitFor();
    await until('the note stands beside its line', async () => {
      const beside = await boxOf(page, '.cm-note.warning');
      const line = await boxOf(page, '.cm-line:has-text("the the")');
      return Math.abs(beside.y - line.y) < 8 && beside.x > line.x + 200;
    });
    expect(await page.locator('.cm-lintRange-warning').allTextContents()).not.toContain(
      'Boats slow for the the whales.',
    );

    await note.click();
    await until(
      'the line is marked',
      async () => (await page.locator('.cm-activeLine').textContent())?.includes('the the') === true,
    );
    expect(errors).toEqual([]);
  });

  test('has a bar along paragraphs that have changed since the approval', async () => {
    const { harness, page } = await openPreviewIn(browser, { approved: true });
    expect(await page.locator('.cm-gutterElement.cm-changed').count()).toBe(0);

    harness.write(`digests/${firstEdition}.md`, digest('Boats stop for whales.'));

    await page.locator('.cm-gutterElement.cm-changed').first().waitFor();
    expect(await page.locator('.cm-lineNumbers .cm-changed').allTextContents()).toEqual(['10']);
  });
});

describe('the bracket beside the renderings', () => {
  test('runs along the block that holds the cursor, whose row is bold', async () => {
    const { page } = await openPreviewIn(browser);

    await page.locator('.cm-line', { hasText: 'It says that' }).click();
    await page.locator('.phone .bracket').waitFor();
    const heading = await page.frameLocator('#phone').locator('h2', { hasText: 'A second' }).boundingBox();
    const bracket = await boxOf(page, '.phone .bracket');

    expect(bracket.y).toBeLessThanOrEqual(heading?.y ?? 0);
    expect(bracket.y + bracket.height).toBeGreaterThan((heading?.y ?? 0) + (heading?.height ?? 0));
    expect(await page.locator('#blocks tr.at th').textContent()).toBe('A second story');

    await page.locator('.cm-line', { hasText: 'Boats slow' }).click();
    await until('it moves up', async () => (await boxOf(page, '.phone .bracket')).y < bracket.y);
  });
});

describe('the changes in the preview', () => {
  test('compare with the approval, with each proof and with the edition before', async () => {
    const sink = await SmtpSink.start();
    onTestFinished(() => sink[Symbol.asyncDispose]());
    const { page } = await openPreviewIn(browser, {
      text: digest('Boats stop for whales.'),
      approved: true,
      relay: sink.port,
      before: async (harness) => {
        const earlier = digest('Trains stop for cows.').replace('2026-11-23', '2026-11-20');
        harness.write('digests/letter/2026-11-20.md', earlier);
        await harness.succeed('approve', 'letter/2026-11-20');
        harness.write(`digests/${firstEdition}.md`, digest('Boats halt for whales.'));
        await harness.succeed('send', firstEdition, '--to-me');
        harness.write(`digests/${firstEdition}.md`, digest('Boats wait for whales.'));
      },
    });

    await page.click('[data-view=changes]');
    const deleted = async () => (await page.locator('#changes del').allTextContents()).join(' ');
    expect(await page.locator('#changes h2').textContent()).toBe('1 change since revision 1');
    expect(await deleted()).toBe('stop');
    expect(await page.locator('#changes article header').textContent()).toBe('Ferries go quietline 10');

    await page.click('[data-baseline=proof-1]');
    await page.locator('#changes h2', { hasText: 'since proof 1' }).waitFor();
    expect(await deleted()).toBe('halt');

    await page.click('[data-baseline="2026-11-20"]');
    await page.locator('#changes h2', { hasText: 'since Friday, November 20' }).waitFor();
    expect(await deleted()).toContain('cows');

    await page.click('#changes article .link >> nth=0');
    await until('the editor is there', async () => (await page.locator('.cm-activeLine').count()) > 0);
  });
});

describe('the state in the preview', () => {
  test('follows what other people do with the edition', async () => {
    const { harness, page } = await openPreviewIn(browser);
    expect(await page.locator('#state').textContent()).toContain('Not approved yet.');

    await harness.prepare(2);

    await page.locator('#state', { hasText: 'Approved by' }).waitFor();
    expect(await page.locator('#when').textContent()).toContain('to 2 people');
    expect(await page.getAttribute('#approve', 'aria-disabled')).toBe('true');
  });
});

describe('the keyboard of the preview', () => {
  test('changes views and colours, goes to problems and explains them', async () => {
    const opened = await openPreviewIn(browser, { text: digest('Boats slow for the the whales.') });
    const { page } = opened;

    await page.keyboard.press('Alt+4');
    expect(await page.locator('#inbox').isVisible()).toBe(true);
    await page.keyboard.press('Alt+1');
    await page.keyboard.press('Alt+d');
    expect(await page.getAttribute('[data-scheme=dark]', 'aria-pressed')).toBe('true');
    await page.keyboard.press('Alt+i');
    await until(
      'images are off',
      async () => (await page.getAttribute('#phone', 'src'))?.includes('images=off') === true,
    );

    await page.click('#problem-list li.warning button');
    await page.keyboard.press('Control+.');
    expect(await page.locator('#said').textContent()).toContain('A word that stands twice in a row');
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.closest("li")?.className')).toBe('warning');
    await page.keyboard.press('Control+Enter');
    expect(await page.locator('#dialog').isVisible()).toBe(true);
    expect(await page.locator('#warned').textContent()).toContain('Line 10.');
    await page.keyboard.press('Control+Enter');
    expect(await page.locator('#state').textContent()).toContain('Not approved');
    expect(await phoneText(opened)).toContain('whales');
  });
});

describe('the preview on a phone', () => {
  test('shows one part at a time, without scrolling sideways', async () => {
    const { page, errors } = await openPreviewIn(browser, { viewport: { width: 375, height: 700 } });

    for (const part of ['editor', 'preview', 'problems']) {
      await page.click(`[data-part=${part}]`);
      expect(await page.locator(`#${part}`).isVisible()).toBe(true);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    }
    expect(errors).toEqual([]);
  });
});
