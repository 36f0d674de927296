import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { renderSample } from '../../support/render-sample.ts';

const golden = join(import.meta.dirname, '../../fixtures/golden/');

/** After a wanted change of the look `npm run test:unit -- -u` writes these files anew: read the difference. */
describe('the sample edition', () => {
  test('is, byte for byte, the HTML that was looked at and found good', async () => {
    const { html } = await renderSample();

    await expect(html.replaceAll('\r\n', '\n')).toMatchFileSnapshot(`${golden}edition.html`);
  });

  test('is, byte for byte, the plain text that was read and found good', async () => {
    const { text } = await renderSample();

    await expect(text.replaceAll('\r\n', '\n')).toMatchFileSnapshot(`${golden}edition.txt`);
  });

  test('is, byte for byte, the page that was looked at and found good', async () => {
    const { edition } = await renderSample();

    await expect(edition.page.html).toMatchFileSnapshot(`${golden}page.html`);
    await expect(edition.page.text).toMatchFileSnapshot(`${golden}page.txt`);
  });
});
