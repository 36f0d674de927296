import { beforeAll, describe, expect, test } from 'vitest';

import { bodySlotNames } from '../../../src/domain/message/compiled-message.ts';
import { fillSlots, longestValues } from '../../../src/domain/message/fill-slots.ts';
import { byTag, textOf } from '../../../src/render/checks/mail-document.ts';
import { nameOf } from '../../../src/render/checks/structure-checks.ts';
import { renderSample, sampleInput } from '../../support/content/render-sample.ts';
import type { RenderedSample } from '../../support/content/render-sample.ts';

let sample: RenderedSample;

beforeAll(async () => {
  sample = await renderSample();
});

describe('a rendered edition', () => {
  test('passes every check', () => {
    expect(sample.edition.problems).toEqual([]);
  });

  test('says its language, its direction and its title', () => {
    const { document } = sample;

    expect(document.root.attributes.get('lang')).toBe('en');
    expect(document.root.attributes.get('dir')).toBe('ltr');
    expect(byTag(document, 'title').map(textOf)).toEqual(['Grid operators go it alone']);
  });

  test('has one h1, the publication, and an h2 for each story in the order of the digest', () => {
    const headings = byTag(sample.document, 'h1', 'h2', 'h3').map((heading) => [
      heading.tag,
      nameOf(heading),
    ]);

    expect(headings).toEqual([
      ['h1', 'Daybrief Morning'],
      ['h2', '1 big thing: Grid operators are left alone on storm warnings'],
      ['h2', 'Heat dashboard'],
      ['h2', 'A bridge that talks back'],
      ['h2', '1 for the road: The loneliest bus stop in Scotland gets a library'],
    ]);
  });

  test('has no layout table that is read out as data', () => {
    const tables = byTag(sample.document, 'table');

    expect(tables.length).toBeGreaterThan(5);
    expect(tables.every((table) => table.attributes.get('role') === 'presentation')).toBe(true);
    expect(sample.html.match(/<table(?![^>]*role="presentation")/gu)).toBeNull();
  });

  test('shows only the pictures that the digest names, each with its alternative text', () => {
    const images = byTag(sample.document, 'img');

    expect(images.map(({ attributes }) => [attributes.get('src'), attributes.get('alt')])).toEqual([
      ['https://news.example.org/images/lines.jpg', 'Power lines down beside a farm road near Tulsa in July'],
    ]);
    expect(sample.html.includes('fonts.googleapis.com')).toBe(false);
    expect(sample.html.match(/@import|url\(/u)).toBeNull();
  });

  test('begins with a hidden preheader that is padded, and not with mj-preview', () => {
    const first = byTag(sample.document, 'div').find(({ attributes }) => !attributes.has('role'));
    const text = first === undefined ? '' : textOf(first);

    expect(first?.attributes.get('style')).toMatch(/^display:none;max-height:0;overflow:hidden/u);
    expect(text.startsWith('Plus, the heat dashboard and a bridge that talks\u00a0\u034f\u200c')).toBe(true);
    expect(text.length).toBeGreaterThan(120);
  });

  test('keeps its style elements under the size at which Gmail drops them all', () => {
    expect(sample.document.styles.join('').length).toBeLessThan(16_384);
    expect(sample.document.styles.join('')).toContain('prefers-color-scheme: dark');
    expect(sample.document.styles.join('')).toContain('[data-ogsc]');
    expect(sample.html).toContain('<meta name="color-scheme" content="light dark">');
  });

  test('has no pure black and no pure white', () => {
    expect(sample.html.match(/#(000|fff|000000|ffffff)\b|:\s*(black|white)\b/iu)).toBeNull();
  });

  test('shows masthead, count, greeting and lead in this order, before any sponsor', () => {
    const body = byTag(sample.document, 'body').map(textOf).join('').replaceAll(/\s+/gu, ' ');
    const order = [
      'Daybrief Morning',
      'Monday, November 23, 2026 · By Jo Park',
      ' words · ',
      'Good morning. It’s Monday',
      'Energy · 1 hour ago',
      '1 big thing: Grid operators',
      'Photo: A. Name/Agency',
      'Why it matters: Nobody',
      'A message from Acme Insulation',
      'You get this because you signed up',
      'Unsubscribe',
      'Tulsa, OK 74103, USA',
    ].map((words) => body.toLowerCase().indexOf(words.toLowerCase()));

    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('has real lists and quotes', () => {
    const count = (tag: string) => byTag(sample.document, tag).length;

    expect([count('ul'), count('ol'), count('blockquote')]).toEqual([2, 1, 1]);
    expect(count('li')).toBe(3 + 4 + 2);
  });

  test('has each slot of the bodies in HTML, the name with a dot behind it, and no name in plain text', () => {
    const slots = (run: typeof sample.edition.html, as: string) =>
      new Set(run.flatMap((part) => (typeof part !== 'string' && part.as === as ? [part.slot] : [])));

    const ofEditions = bodySlotNames.filter((slot) => slot !== 'actionUrl' && slot !== 'name');

    expect(slots(sample.edition.html, 'html')).toEqual(new Set(ofEditions));
    expect(slots(sample.edition.text, 'text')).toEqual(
      new Set(ofEditions.filter((slot) => slot !== 'namePrefix')),
    );
  });

  test('leads to no page where the publication keeps its editions off the web, and passes every check', async () => {
    const { edition, html, text } = await renderSample({ publication: { archive: false } });

    expect(`${html}${text}`).not.toContain('View online');
    expect(edition.problems).toEqual([]);
    const slots = edition.html.flatMap((part) => (typeof part === 'string' ? [] : [part.slot]));
    expect(slots).toEqual(['namePrefix', 'address', 'unsubscribeUrl', 'preferencesUrl']);
  });

  test('links to what the publication does with addresses, if it says so', async () => {
    const privacyUrl = 'https://www.example.org/privacy?a=1&b=2';
    const { edition, html, text } = await renderSample({ publication: { privacyUrl } });

    expect(html).toMatch(
      /href="https:\/\/www\.example\.org\/privacy\?a(?:=|&#x3D;)1&amp;b(?:=|&#x3D;)2"[^>]*>Privacy<\/a>/u,
    );
    expect(text.replaceAll('\r', '')).toContain(`Privacy:\n${privacyUrl}\n`);
    expect(edition.problems).toEqual([]);
    expect(`${sample.html}${sample.text}`).not.toContain('Privacy');
  });

  test('ends every line in CRLF', () => {
    for (const body of [sample.html, sample.text]) {
      expect(body.endsWith('\r\n')).toBe(true);
      expect(body.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/u);
    }
  });

  test('gives the same bytes for the same input, and others for another', async () => {
    const again = await renderSample();
    const other = await renderSample({ sendAt: new Date('2026-11-23T13:00:00Z') });

    expect(again.edition).toEqual(sample.edition);
    expect(other.edition.html).not.toEqual(sample.edition.html);
  });

  test('has every link of the HTML in the plain text', () => {
    const links = byTag(sample.document, 'a').map(({ attributes }) => attributes.get('href') ?? '');

    expect(links.length).toBeGreaterThan(12);
    expect(links.filter((link) => !sample.text.includes(link))).toEqual([]);
  });

  test('wraps plain text at 72 columns, addresses apart', () => {
    const long = sample.text
      .split('\r\n')
      .filter((line) => [...line].length > 72 && !/^(?:https?|mailto):/u.test(line));

    expect(long).toEqual([]);
  });

  test.each(['morning', 'bulletin'])(
    'costs one text per story in %s, so that 25 stories stay below the limit',
    async (template) => {
      const [lead] = sampleInput.digest.sections;
      const briefs = Array.from({ length: 24 }, () => sampleInput.digest.sections[2]).flatMap(
        (brief) => brief ?? [],
      );
      const { edition, document } = await renderSample({
        digest: { sections: lead === undefined ? [] : [lead, ...briefs] },
        publication: { template },
      });

      const bytes = Buffer.byteLength(fillSlots(edition.html, longestValues(sampleInput.baseUrl)));
      expect(byTag(document, 'h2')).toHaveLength(25);
      expect(bytes).toBeLessThan(90 * 1024);
      expect(edition.problems).toEqual([]);
    },
  );
});
