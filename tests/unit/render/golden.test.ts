import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { renderSample } from '../../support/content/render-sample.ts';

const golden = join(import.meta.dirname, '../../fixtures/golden/');

/** After a wanted change of the look `npm run test:unit -- -u` writes these files anew: read the difference. */
describe.each([
  ['morning', golden],
  ['bulletin', `${golden}bulletin/`],
])('the sample edition in the template %s', (template, folder) => {
  const render = () => renderSample({ publication: { template } });

  test('is, byte for byte, the HTML that was looked at and found good', async () => {
    const { html } = await render();

    await expect(html.replaceAll('\r\n', '\n')).toMatchFileSnapshot(`${folder}edition.html`);
  });

  test('is, byte for byte, the plain text that was read and found good', async () => {
    const { text } = await render();

    await expect(text.replaceAll('\r\n', '\n')).toMatchFileSnapshot(`${folder}edition.txt`);
  });

  test('is, byte for byte, the page that was looked at and found good', async () => {
    const { edition } = await render();

    await expect(edition.page.html).toMatchFileSnapshot(`${folder}page.html`);
    await expect(edition.page.text).toMatchFileSnapshot(`${folder}page.txt`);
    await expect(edition.page.style).toMatchFileSnapshot(`${folder}page.css`);
  });
});
