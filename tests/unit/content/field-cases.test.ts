import { expect, test } from 'vitest';

import { fixtureDigest, renderDigest, storyWith } from '../../support/content/render-digest.ts';

/** Digests as curators of other systems write them. Each stands for a class of faults. */

test('liststart: every number of a list stays as typed, in email, text and page', async () => {
  const { html, text, page, problems } = await renderDigest(fixtureDigest('liststart'));

  expect(problems).toEqual([]);
  for (const markup of [html, page]) {
    expect([...markup.matchAll(/<ol start="(\d+)"/gu)].map(([, start]) => start)).toEqual(['1', '3', '7']);
  }
  for (const line of [
    '1. Alpha opens',
    '3. Gamma is third.',
    '4. Delta',
    '7. Rule seven.',
    '8. Rule eight.',
  ]) {
    expect(text).toContain(line);
  }
});

test('datelist: dates and sentences that begin with a number are sentences', async () => {
  const { html, text, words } = await renderDigest(fixtureDigest('datelist'));

  for (const sentence of [
    '24. Dezember ist Heiligabend.',
    '3. Oktober: Feiertag.',
    '25. That is how many bridges close tonight.',
    '7. escaped is fine.',
  ]) {
    expect(text).toContain(sentence);
    expect(words).toContain(sentence);
  }
  expect(html).not.toContain('<ol');
});

test('ages: calendar words are for calendar days, and another year is named', async () => {
  const { words, text, problems } = await renderDigest(fixtureDigest('ages'));

  for (const line of [
    'Mon17 · 2 days ago',
    'Mon07 · 2 days ago',
    'Tue05 · yesterday',
    'Tue07 · 23 hours ago',
    'Sun07 · 3 days ago',
    'Last year · Nov 25, 2025',
    'Upd · updated 2 days ago',
  ]) {
    expect(words).toContain(line);
    expect(text).toContain(line);
  }
  expect(problems).toEqual(['published-in-future 28', 'date-old 32']);
});

test('nbsp-head: a no-break space behind a mark is a space', async () => {
  const { words, text, problems } = await renderDigest(fixtureDigest('nbsp-head'));

  expect(words).toContain('World A headline with a hard blank Text of the first. bullet one bullet two');
  expect(text).toContain('- bullet one\n- bullet two');
  expect(problems).toEqual(['characters-normalized 8']);
});

test('table: a table is one in HTML, and aligned in text', async () => {
  const { html, page, text } = await renderDigest(fixtureDigest('table'));

  expect(text).toContain(
    'Index    Close  Change\n------  ------  ------\nDow     44,100   +0.4%\nNasdaq  19,020   -1.1%\n',
  );
  for (const markup of [html, page]) {
    expect(markup.match(/<th [^>]*scope="col"/gu)).toHaveLength(3);
    expect(markup.match(/<th [^>]*scope="row"/gu)).toHaveLength(2);
  }
});

test('strike: struck words are struck in HTML and marked in text', async () => {
  const { html, page, text } = await renderDigest(fixtureDigest('strike'));

  for (const markup of [html, page]) expect(markup).toContain('The council meets <s>Tuesday</s> Wednesday.');
  expect(text).toContain('The council meets ~Tuesday~ Wednesday.');
});

test('nestedlist: two levels of bullets', async () => {
  const { html, text } = await renderDigest(fixtureDigest('nestedlist'));

  expect(text).toContain('- Taxes\n  - A levy on salt\n  - A levy on sleds\n- Spending');
  expect(html.replaceAll(/\s?style="[^"]*"/gu, '').replaceAll(/\s+/gu, ' ')).toContain(
    '<ul> <li>Taxes<ul> <li>A levy on salt</li> <li>A levy on sleds</li> </ul></li> <li>Spending</li> </ul>',
  );
});

test('subheading: headlines within a story', async () => {
  const { html, page, text } = await renderDigest(fixtureDigest('subheading'));

  for (const markup of [html, page]) {
    expect(markup).toMatch(/<h3[^>]*>The money<\/h3>/u);
    expect(markup).toMatch(/<h3[^>]*>Details<\/h3>/u);
  }
  expect(text).toContain('First part.\n\nThe money\n\nSecond part.\n\nDetails\n\nThird.');
});

test('linkedimg: an image may lead somewhere', async () => {
  const { html, page, text } = await renderDigest(fixtureDigest('linkedimg'));

  for (const markup of [html, page]) {
    expect(markup).toMatch(
      /<a href="https:\/\/example\.org\/video"[^>]*><img [^>]*alt="A reporter stands on an icy bridge"/u,
    );
  }
  expect(text.replaceAll('\n', ' ')).toContain(
    '[Image: A reporter stands on an icy bridge (Photo: A)] <https://example.org/video>',
  );
});

test('outro: text after a section stays', async () => {
  const { words, page, text } = await renderDigest(fixtureDigest('outro'));

  for (const shown of [words, page, text]) expect(shown).toContain('Thanks for reading. Tell a friend.');
  expect(words.indexOf('Salt.')).toBeLessThan(words.indexOf('Thanks for reading.'));
});

test('phone-rtl: numbers keep their order in text from right to left', async () => {
  const { html, text } = await renderDigest(fixtureDigest('phone-rtl'), { language: 'ar', direction: 'rtl' });

  expect(html).toContain('<span dir="ltr">+1 218 555 0100</span>');
  expect(text).toContain('\u2066+1 218 555 0100\u2069');
});

test.each([
  ['المبلغ 1,200 USD فقط', '1,200 USD'],
  ['كلف السقف $41,000 per year اليوم', '$41,000 per year'],
])('amounts in text from right to left are isolated as a whole: %s', async (body, amount) => {
  const { html, text } = await renderDigest(storyWith(`\n${body}`), { language: 'ar', direction: 'rtl' });

  expect(html).toContain(`<span dir="ltr">${amount}</span>`);
  expect(text).toContain(`\u2066${amount}\u2069`);
});

test('kickers: counting words are one, and other numbers are not', async () => {
  const { html } = await renderDigest(fixtureDigest('kickers'));

  const kickers = [...html.matchAll(/<h2[^>]*><span class="accent"[^>]*>([^<]*)<\/span>/gu)].map(
    ([, words]) => words,
  );
  expect(kickers).toEqual([
    '⚡️ 1 big thing:',
    '🏳️‍🌈 2 big things:',
    '2 big things —',
    '1 big thing:',
    '1 big thing:',
  ]);
  for (const headline of [
    '3 dead in Tulsa: what we know',
    '1. The storm that came early',
    'C# and F# news',
  ]) {
    expect(html.replaceAll('\u00a0', ' ')).toContain(`>${headline}</h2>`);
  }
  expect(html.replaceAll('\u00a0', ' ')).toContain('>Headline with trailing hashes</h2>');
});

test.each([
  [
    'brokenlinks',
    [
      ...[9, 11, 13, 15, 17, 19, 21, 23, 25, 28].map((line) => `!markup-link ${line}`),
      ...[23, 25].map((line) => `!markup-image ${line}`),
    ],
  ],
  [
    'unfilled',
    [
      '!markup-link 6',
      '!merge-tag 6',
      '!merge-tag 8',
      'attributes-dropped 8',
      '!placeholder 10',
      'emoji-code 12',
    ],
  ],
  [
    'strongmistakes',
    [...[9, 11, 13, 15, 21, 25].map((line) => `!markup-bold ${line}`), 'markup-bold 17', 'markup-bold 19'],
  ],
  ['wordbullets', [18, 21].map((line) => `!bullet-unknown ${line}`)],
])('%s: mistakes are named with their line, and nothing of it is sent', async (name, expected) => {
  const { problems, html } = await renderDigest(fixtureDigest(name));

  expect(problems).toEqual(expect.arrayContaining(expected));
  expect(html).toBe('');
});
