import { beforeAll, describe, expect, test } from 'vitest';

import { checkRendered } from '../../../src/render/checks/check-rendered.ts';
import { renderSample } from '../../support/content/render-sample.ts';

let html = '';
let text = '';

beforeAll(async () => {
  const sample = await renderSample();
  html = sample.html;
  text = sample.text;
});

const imageUrls = new Set(['https://news.example.org/images/lines.jpg']);
const preheader = 'Plus, the heat dashboard and a bridge that talks';

function rulesOf(changedHtml: string, changedText = text): string[] {
  const problems = checkRendered({
    html: [changedHtml],
    text: [changedText],
    preheader,
    imageUrls,
    baseUrl: 'https://news.example.org',
  });
  return [...new Set(problems.map(({ rule }) => rule))];
}

/** The rendered HTML with one thing changed; fails where there is nothing to change. */
function broken(pattern: string | RegExp, replacement: string): string {
  const changed = html.replace(pattern, replacement);
  expect(changed).not.toBe(html);
  return changed;
}

const paragraph = '<p style="margin:0">x</p>';

describe('checks on the finished mail', () => {
  test('find nothing in the sample', () => {
    expect(rulesOf(html)).toEqual([]);
  });

  test.each<[string, string | RegExp, string]>([
    ['html-lang', '<html lang="en"', '<html'],
    ['html-lang', '<html lang="en"', '<html lang="und"'],
    ['html-dir', 'dir="ltr"', ''],
    ['html-dir', 'dir="ltr"', 'dir="auto"'],
    ['title-missing', /<title>[^<]*<\/title>/u, '<title> </title>'],
    ['heading-first', /<h1[^>]*>[\s\S]*?<\/h1>/u, ''],
    ['heading-first', '</h1>', '</h1><h1>Twice</h1>'],
    ['heading-order', /<h2([^>]*)>([\s\S]*?)<\/h2>/u, '<h3$1>$2</h3>'],
    ['heading-empty', '</h1>', '</h1><h2> </h2>'],
    ['table-role', 'role="presentation" style', 'style'],
    ['table-role', '<table border="0" cellpadding="0" cellspacing="0" role="presentation"', '<table'],
    ['zoom-blocked', 'initial-scale=1', 'initial-scale=1, user-scalable=no'],
    ['zoom-blocked', 'initial-scale=1', 'initial-scale=1, maximum-scale=1'],
    ['active-content', '</body>', '<script></script></body>'],
    ['active-content', '</body>', '<form action="https://example.org"></form></body>'],
    ['active-content', '<body ', '<body onload="x()" '],
    ['active-content', '</head>', '<link rel="stylesheet" href="https://example.org/x.css"></head>'],
    ['style-remote', '</head>', '<style>@import "https://example.org/x.css";</style></head>'],
    ['style-size', '</head>', `<style>${'p{margin:0}'.repeat(1_400)}</style></head>`],
    ['image-alt', /alt="Power[^"]*"/u, ''],
    ['image-third-party', 'images/lines.jpg', 'images/other.jpg'],
    [
      'image-third-party',
      'class="band" style="',
      'class="band" style="background:url(https://example.org/x.png);',
    ],
    ['image-tracking', '<img ', '<img height="1" '],
    ['link-address', 'href="https://example.org/map"', 'href="javascript:alert(1)"'],
    ['link-text', /(<a [^>]*>)Unsubscribe/u, '$1'],
    ['link-vague', />two universities</u, '>Click here<'],
    ['link-underline', 'text-decoration:underline', 'text-decoration:none'],
    ['link-not-in-text', 'href="https://example.org/map"', 'href="https://example.org/elsewhere"'],
    ['preheader-missing', 'display:none;max-height:0', 'max-height:0'],
    ['preheader-missing', preheader, ''],
    ['contrast-light', '"color:#0b6e4f', '"color:#99ccbb'],
    ['contrast-dark', '.ink { color: #e8eaed !important; }', '.ink { color: #333333 !important; }'],
    ['contrast-dark', '.page, .page > div { background-color: #121417 !important; }', ''],
    ['contrast-outlook', '[data-ogsc] .grey, [data-ogsc] .picture {', '[data-ogsc] .other {'],
    // Light grey on dark can be read; inverted, dark grey on light can not.
    ['contrast-inverted', '</body>', '<p style="color:#959595;background-color:#262626">x</p></body>'],
  ])('find %s where %s is broken', (rule, pattern, replacement) => {
    expect(rulesOf(broken(pattern, replacement))).toContain(rule);
  });

  test('count the kilobytes that the heaviest recipient gets', () => {
    const heavier = (kilobytes: number) =>
      broken(
        '</body>',
        `${paragraph.repeat(Math.ceil((kilobytes * 1024 - html.length) / paragraph.length))}</body>`,
      );
    const sizes = (changed: string) =>
      checkRendered({ html: [changed], text: [text], preheader, imageUrls, baseUrl: 'https://a.example' })
        .filter(({ rule }) => rule === 'html-size')
        .map(({ severity }) => severity);

    expect(sizes(heavier(88))).toEqual([]);
    expect(sizes(heavier(91))).toEqual(['warning']);
    expect(sizes(heavier(101))).toEqual(['error']);
  });

  test('weigh the slots at their longest', () => {
    const end = html.indexOf('</h1>');
    const slots = Array.from({ length: 150 }, () => ({ slot: 'name', as: 'html' }) as const);

    const problems = checkRendered({
      html: [html.slice(0, end), ...slots, html.slice(end)],
      text: [text],
      preheader,
      imageUrls,
      baseUrl: 'https://news.example.org',
    });

    expect(problems.map(({ rule }) => rule)).toEqual(['html-size']);
  });

  test.each([
    '',
    '<',
    '<!doctype html>',
    '<table>',
    '\u0000',
    '<p style=":;:">&#0;',
    '<style>@media { a {</style>',
  ])('answer for %j, too', (hostile) => {
    expect(rulesOf(hostile, '')).toContain('html-lang');
  });
});
