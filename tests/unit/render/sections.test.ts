import { describe, expect, test } from 'vitest';

import type { Section } from '../../../src/domain/editions/digest.ts';
import { byTag, textOf } from '../../../src/render/checks/mail-document.ts';
import { nameOf } from '../../../src/render/checks/structure-checks.ts';
import { renderSample, sampleInput, someWhere, storyOf } from '../../support/content/render-sample.ts';
import type { RenderedSample } from '../../support/content/render-sample.ts';

const sponsor: Section = { kind: 'sponsor', name: 'Acme', blocks: [], at: someWhere };
const lead = storyOf([{ kind: 'text', value: 'Body.' }], { headline: 'The lead' });

function bodyText({ document }: RenderedSample): string {
  return byTag(document, 'body').map(textOf).join('').replaceAll(/\s+/gu, ' ');
}

describe('sections', () => {
  test('a sponsor above the lead is shown below it, with a warning at its place', async () => {
    const sample = await renderSample({ digest: { sections: [sponsor, lead] } });

    const body = bodyText(sample);
    expect(body.indexOf('A message from Acme')).toBeGreaterThan(body.indexOf('The lead'));
    expect(sample.edition.problems).toMatchObject([
      { rule: 'sponsor-above-lead', severity: 'warning', line: 7, column: 1 },
    ]);
  });

  test('without a sponsor nothing is presented by anybody', async () => {
    const sample = await renderSample({ digest: { sections: [lead] } });

    expect(bodyText(sample)).not.toMatch(/A message from/u);
    expect(sample.text).not.toMatch(/A message from/u);
  });

  test.each([
    [{ published: '2026-11-23T10:00:00Z', section: 'World' }, 'World · 2 hours ago'],
    [{ updated: '2026-11-23T10:00:00Z', section: 'World' }, 'World · updated 2 hours ago'],
    [{ published: '2026-11-22T10:00:00Z' }, 'Yesterday'],
    [{ section: 'World' }, 'World'],
  ])('the line of %j is %j', async (line, expected) => {
    const sample = await renderSample({ digest: { sections: [storyOf([], { ...line, blocks: [] })] } });

    expect(bodyText(sample)).toContain(` ${expected} A headline`);
    expect(sample.text.replaceAll('\r\n', '\n')).toContain(`\n\n${expected}\nA headline\n`);
  });

  test('several headlines of one label are a list of their own', async () => {
    const { document, text } = await renderSample();

    const inner = byTag(document, 'ul').find(({ parent }) => parent?.tag === 'li');
    const links = byTag(document, 'a').filter(({ parent }) => parent?.parent?.parent === inner);
    expect(links.map(nameOf)).toEqual([
      'Governors ask for a single warning line',
      'Senate panel moves the grid bill to the floor',
    ]);
    expect(text.replaceAll('\r\n', '\n')).toContain(
      '1. Politics:\n   - Governors ask for a single warning line <https://example.org/a>\n   - Senate panel',
    );
  });

  test.each([
    ['Go deeper', 'Go deeper at example.org'],
    ['Read more …', 'Read more at example.org'],
    ['What the regulator wrote', 'What the regulator wrote'],
  ])('the link %j reads %j', async (text, expected) => {
    const goDeeper = { kind: 'go-deeper', text, url: 'https://www.example.org/x', at: someWhere } as const;
    const { document } = await renderSample({
      digest: { greeting: [], sections: [storyOf([], { blocks: [goDeeper] })] },
    });

    expect(nameOf(byTag(document, 'a')[0] ?? document.root)).toBe(expected);
  });
});

describe('pictures', () => {
  const image = (src: string) => ({ kind: 'image', src, alt: 'A picture', at: someWhere }) as const;

  test('that were not loaded are an error at their place, and are left out', async () => {
    const sections = [storyOf([], { blocks: [image('images/none.jpg')] })];
    const { edition, document } = await renderSample({ digest: { sections } });

    expect(byTag(document, 'img')).toEqual([]);
    expect(edition.problems).toMatchObject([
      { rule: 'image-unknown', severity: 'error', line: 7, column: 1 },
    ]);
  });

  test('with an https address are shown as they are', async () => {
    const sections = [storyOf([], { blocks: [image('https://example.org/a.jpg')] })];
    const { edition, document } = await renderSample({ digest: { sections } });

    expect(byTag(document, 'img').map(({ attributes }) => attributes.get('src'))).toEqual([
      'https://example.org/a.jpg',
    ]);
    expect(edition.problems).toEqual([]);
  });

  test('are as wide as the column and never wider than they are', async () => {
    const sections = [storyOf([], { blocks: [image('wide'), image('narrow')] })];
    const images = [
      { src: 'wide', url: 'https://news.example.org/wide.jpg', width: 2000, height: 900 },
      { src: 'narrow', url: 'https://news.example.org/narrow.jpg', width: 300, height: 300 },
    ];
    const { document } = await renderSample({ digest: { sections }, images });

    expect(byTag(document, 'img').map(({ attributes }) => attributes.get('width'))).toEqual(['560', '300']);
  });

  test('a logo is small, named, and inside the h1', async () => {
    const images = [
      ...sampleInput.images,
      { src: 'logo.png', url: 'https://news.example.org/logo.png', width: 800, height: 200 },
    ];
    const { edition, document } = await renderSample({
      images,
      publication: { brand: { color: '#0b6e4f', logo: 'logo.png' } },
    });

    const logo = byTag(document, 'img').find(({ classes }) => classes.has('logo'));
    expect(logo?.parent?.tag).toBe('h1');
    expect(logo?.attributes.get('alt')).toBe('Daybrief Morning');
    expect(Number(logo?.attributes.get('width'))).toBe(144);
    expect(Number(logo?.attributes.get('height'))).toBe(36);
    expect(edition.problems).toEqual([]);
  });

  test('a logo for dark mode has the same text and its own size, and Outlook does not see it', async () => {
    const images = [
      ...sampleInput.images,
      { src: 'logo.png', url: 'https://news.example.org/logo.png', width: 800, height: 200 },
      { src: 'pale.png', url: 'https://news.example.org/pale.png', width: 400, height: 200 },
    ];
    const { edition, html } = await renderSample({
      images,
      publication: { brand: { color: '#0b6e4f', logo: 'logo.png', logoDark: 'pale.png' } },
    });

    expect(html).toMatch(
      /<!--\[if !mso\]><!--><img class="logo-dark" src="https:\/\/news\.example\.org\/pale\.png" alt="Daybrief Morning" width="72" height="36" style="display:none;[^>]+><!--<!\[endif\]-->/u,
    );
    expect(edition.problems).toEqual([]);
  });

  test('a logo for dark mode that was not loaded is an error', async () => {
    const brand = { color: '#0b6e4f', logo: 'https://example.org/logo.png', logoDark: 'pale.png' };
    const { edition } = await renderSample({ publication: { brand } });

    expect(edition.problems.map(({ rule }) => rule)).toEqual(['image-unknown']);
  });
});

describe('other languages', () => {
  test('an edition from right to left has its sides changed over', async () => {
    const { edition, html, document } = await renderSample({
      publication: { language: 'ar', direction: 'rtl' },
    });

    expect(document.root.attributes.get('dir')).toBe('rtl');
    expect(html.includes('border-right-width:3px')).toBe(true);
    expect(
      html.match(/border-left-width|26px;text-align:left|direction:ltr|align="left"|letter-spacing|&rarr;/u),
    ).toBeNull();
    expect(edition.problems).toEqual([]);
  });

  test('an edition in Arabic has an Arabic comma between two times, and keeps the order of its address', async () => {
    const lead = storyOf([], {
      section: 'Energy',
      published: '2026-11-23T09:00:00Z',
      updated: '2026-11-23T11:00:00Z',
    });
    const sample = await renderSample({
      digest: { sections: [lead] },
      publication: { language: 'ar', direction: 'rtl', postalAddress: '48 Harbor Street, Suite 3' },
    });

    for (const text of [bodyText(sample), sample.text]) {
      expect(text).toContain('Energy · قبل 3 ساعات، تم التحديث قبل ساعة واحدة');
      expect(text).toContain('\u206848 Harbor Street, Suite 3\u2069');
    }
  });

  test('an edition in German says its date, ages and few words in German', async () => {
    const sample = await renderSample({ publication: { language: 'de' } });

    expect(bodyText(sample)).toContain('Montag, 23. November 2026 · Von Jo Park');
    expect(bodyText(sample)).toContain('Energy · vor 1 Stunde');
    expect(bodyText(sample)).toContain('Abmelden');
  });

  test('a language without words of its own has them in English', async () => {
    const sample = await renderSample({ publication: { language: 'tlh' } });

    expect(sample.document.root.attributes.get('lang')).toBe('tlh');
    expect(bodyText(sample)).toContain('Unsubscribe');
  });
});

describe('the preheader', () => {
  const greeting = (value: string) => [
    { kind: 'paragraph', content: [{ kind: 'text', value }], at: someWhere } as const,
  ];

  test.each([
    [{ preheader: 'Own words', greeting: greeting('Hello') }, 'Own words'],
    [{ preheader: '', greeting: greeting('Hello') }, 'Hello'],
    [{ preheader: '', greeting: [], sections: [lead] }, 'The lead'],
    [{ preheader: '', greeting: greeting('word '.repeat(60)) }, `${'word '.repeat(23)}word…`],
  ])('of %j is %j', async (digest, expected) => {
    const { edition } = await renderSample({ digest });

    expect(edition.preheader).toBe(expected);
    expect(edition.problems).toEqual([]);
  });
});
