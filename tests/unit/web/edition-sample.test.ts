import { expect, test } from 'vitest';

import { editionSample } from '../../../src/web/pages/edition-sample.ts';
import { renderSample } from '../../support/content/render-sample.ts';

const page = (await renderSample()).edition.page;

test('takes headline, image and two paragraphs of the lead', () => {
  const { kicker, headline, html } = editionSample(page);

  expect([kicker, headline]).toEqual(['1 big thing:', 'Grid operators are left alone on storm warnings']);
  expect(html.match(/<(?:figure|p)>/gu)).toEqual(['<figure>', '<p>', '<p>']);
});

test('stays escaped', () => {
  const html =
    '<section class="lead"><h2>A &lt;b&gt; &amp; c</h2><p>1 &lt; 2 &amp; <a href="https://a.example/?a=1&amp;b=2">x</a></p></section>';

  const sample = editionSample({ ...page, html });

  expect(sample.headline).toBe('A <b> & c');
  expect(sample.html).toBe('<p>1 &lt; 2 &amp; <a href="https://a.example/?a=1&amp;b=2">x</a></p>');
});

test('leaves out small print, quotes, lists, and marks of footnotes', () => {
  const html =
    '<section class="lead"><p class="line">City</p><h2><a href="https://a.example">Head</a></h2><p class="byline">By Jo</p><ul><li><p>in a list</p></li></ul><blockquote><p>said</p></blockquote><p>One<sup><a href="#n1">1</a></sup></p><p>Two</p><p>Three</p></section>';

  const sample = editionSample({ ...page, html });

  expect(sample).toEqual({ kicker: '', headline: 'Head', html: '<p>One</p>\n<p>Two</p>' });
});

test('of an edition without a lead is its first brief, and without a story its preheader', () => {
  const brief = '<section class="brief"><h2>Short</h2><p>Text</p></section>';

  expect(editionSample({ ...page, html: brief })).toEqual({
    kicker: '',
    headline: 'Short',
    html: '<p>Text</p>',
  });
  expect(editionSample({ ...page, html: '<p>Good morning.</p>', subject: 'S', preheader: 'a < b' })).toEqual({
    kicker: '',
    headline: 'S',
    html: '<p>a &lt; b</p>',
  });
});
