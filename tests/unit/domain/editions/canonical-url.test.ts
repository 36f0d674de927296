import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { canonicalUrl, withoutTracking } from '../../../../src/domain/candidates/canonical-url.ts';

const plain = 'harbor.example/news/ice?id=8';

describe('the same page', () => {
  test.each([
    'https://harbor.example/news/ice?id=8',
    'http://harbor.example/news/ice?id=8',
    'https://HARBOR.example:443/news/ice?id=8',
    'https://www.harbor.example/news/ice?id=8',
    'https://m.harbor.example/news/ice?id=8',
    'https://mobile.harbor.example/news/ice?id=8',
    'https://amp.harbor.example/news/ice?id=8',
    'https://harbor.example/news/ice/?id=8',
    'https://harbor.example/news//ice?id=8',
    'https://harbor.example/news/ice?id=8#comments',
    'https://harbor.example/news/ice?utm_source=a&id=8&utm_medium=b',
    'https://harbor.example/news/ice?fbclid=x&id=8&gclid=y&mc_cid=z&ref=home',
    'https://harbor.example/news/ice/amp?id=8',
    'https://harbor.example/amp/news/ice?id=8',
    'https://harbor.example/news/ice.amp?id=8',
    'https://harbor.example/news/ice?id=8&amp=1&outputType=amp',
    'https://www.google.com/amp/s/harbor.example/news/ice?id=8',
    'https://harbor-example.cdn.ampproject.org/c/s/harbor.example/news/ice?id=8',
    ' https://harbor.example/news/ice?id=8 ',
  ])('%s is known again', (url) => {
    expect(canonicalUrl(url)).toBe(plain);
  });

  test('has its parameters in any order', () => {
    expect(canonicalUrl('https://a.example/?b=2&a=1&a=0')).toBe(
      canonicalUrl('https://a.example/?a=0&b=2&a=1'),
    );
  });
});

test.each([
  ['https://harbor.example/news/ice', 'https://harbor.example/news/ice?id=8'],
  ['https://harbor.example/news/ice', 'https://harbor.example/news/Ice'],
  ['https://harbor.example/ice', 'https://elm.example/ice'],
  ['https://harbor.example/ice', 'https://harbor.example:8443/ice'],
  ['https://harbor.example/champ', 'https://harbor.example/ch'],
])('%s and %s are different pages', (one, other) => {
  expect(canonicalUrl(one)).not.toBe(canonicalUrl(other));
});

test.each([
  '',
  'pasted text',
  'mailto:a@example.org',
  'ftp://a.example/',
  `https://a.example/${'a'.repeat(2000)}`,
])('%j is the address of no page', (text) => {
  expect(canonicalUrl(text)).toBeUndefined();
});

test('a short host stays what it is', () => {
  expect(canonicalUrl('https://m.org/a')).toBe('m.org/a');
});

test('every address has one form, and that form is its own', () => {
  expect.hasAssertions();
  fc.assert(
    fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
      const once = canonicalUrl(url);
      if (once !== undefined) expect(canonicalUrl(`https://${once}`)).toBe(once);
    }),
  );
});

test.each([
  ['https://a.example/b?utm_source=rss', 'https://a.example/b'],
  ['https://a.example/b?id=7&utm_source=rss&utm_medium=x#top', 'https://a.example/b?id=7#top'],
  ['https://a.example/b?UTM_Source=rss&q=a%20b+c&fbclid=1', 'https://a.example/b?q=a%20b+c'],
  ['https://a.example/b?id=7&ref=home&source=x', 'https://a.example/b?id=7&ref=home&source=x'],
  ['https://a.example/b#?utm_source=rss', 'https://a.example/b#?utm_source=rss'],
  ['https://a.example/b?', 'https://a.example/b?'],
  ['https://a.example/b', 'https://a.example/b'],
])('links to %s as %s', (url, expected) => {
  expect(withoutTracking(url)).toBe(expected);
});
