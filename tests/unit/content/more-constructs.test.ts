import { describe, expect, test } from 'vitest';

import { parseDigest } from '../../../src/content/parse-digest.ts';
import type { Image, Section } from '../../../src/domain/editions/digest.ts';
import { inlineText } from '../../../src/domain/editions/inline-text.ts';
import { renderDigest, storyWith } from '../../support/content/render-digest.ts';

describe('an image', () => {
  const written = `![Lines down near Tulsa](images/a.png)
{caption="Crews at work. [See the map](https://example.org/map)" credit="Photo: [Ana Lu](https://example.org/ana)/Agency"}`;

  test('has a caption and a credit with links, in email, page and text', async () => {
    const { problems, html, page, text } = await renderDigest(storyWith(`${written}\n\nMore.`));

    expect(problems).toEqual(['preheader-missing 3']);
    for (const shown of [html, page]) {
      expect(shown.replaceAll(/<[^>]*>/gu, '')).toContain('Crews at work. See the map Photo: Ana Lu/Agency');
      expect(shown).toContain('https://example.org/map"');
    }
    expect(text.replaceAll('\n', ' ')).toContain(
      '[Image: Lines down near Tulsa] Crews at work. See the map <https://example.org/map> (Photo: Ana Lu <https://example.org/ana>/Agency)',
    );
  });

  test.each([
    ['in a bullet', '- ![Lines down](images/a.png)\n  {caption="Words" credit="A"}\n- b'],
    ['as a link', '[![Lines down](images/a.png)](https://example.org/film)\n{caption="Words" credit="A"}'],
    ['with an attribute on two lines', '![Lines down](images/a.png)\n{caption="Words"\n credit="A"}'],
  ])('has them %s', async (_, body) => {
    const { problems, words } = await renderDigest(storyWith(body));

    expect(problems).toEqual(['preheader-missing 3']);
    expect(words).toContain('Words A');
  });

  test('has them in YAML', () => {
    const text = `date: 2026-11-25\nsubject: S\nsections:\n  - kind: story\n    headline: H\n    body: |\n      ![Lines down](images/a.png)\n      {caption="Words" credit="none"}\n`;
    const { digest, problems } = parseDigest({ text, file: 'a.yaml', format: 'yaml' });
    const blocks = digest?.sections.flatMap((section: Section) =>
      'blocks' in section ? section.blocks : [],
    );
    const image = blocks?.find((block): block is Image => block.kind === 'image');

    expect(problems).toEqual([]);
    expect(inlineText(image?.caption ?? [])).toBe('Words');
    expect(image?.credit).toEqual([]);
  });

  test.each([
    ['{credit="none"}', []],
    ['{caption="Words"}', ['image-credit-missing 8']],
    ['{captoin="Words"}', ['!key-unknown 9', 'image-credit-missing 8']],
    ['{caption="Words" credit="A" more}', ['!attributes-invalid 9']],
    ['{caption="Words" credit="A"} more', ['!attributes-invalid 9']],
    ['{caption="[Words](htp://a.example)" credit="A"}', ['!link-scheme 9']],
    ['{caption="[click here](https://a.example)" credit="A"}', ['!link-vague 9']],
    ['{caption="**Words" credit="A"}', ['!markup-bold 8']],
  ])('followed by %s has the problems %j', async (line, expected) => {
    const { problems } = await renderDigest(storyWith(`![Lines down](images/a.png)\n${line}`));

    expect(problems.filter((problem) => problem !== 'preheader-missing 3')).toEqual(expected);
  });

  test('needs no credit in a sponsor section', async () => {
    const banner = ':::sponsor{name="Acme"}\n![A blue kettle](images/a.png)\n\nText.\n:::';
    const { problems } = await renderDigest(storyWith(`Text.\n\n${banner}`));

    expect(problems).toEqual(['preheader-missing 3']);
  });
});

describe('a dashboard', () => {
  const entriesOf = async (lines: string) =>
    renderDigest(storyWith(`Text.\n\n:::dashboard[Numbers]\n${lines}\n:::`));

  test('counts from the number that was typed', async () => {
    const { html, page, text } = await entriesOf('7. **A:** Seven\n8. **B:** Eight');

    expect(html).toMatch(/<ol [^>]*start="7"/u);
    expect(page).toContain('<ol start="7">');
    expect(text).toContain('7. A: Seven');
    expect(text).toContain('8. B: Eight');
  });

  test('keeps gaps between its numbers', async () => {
    const { html, text } = await entriesOf('1. **A:** One\n3. **B:** Three\n4. **C:** Four');

    expect(html).toMatch(/<li [^>]*value="3"/u);
    expect(html).not.toMatch(/<li [^>]*value="4"/u);
    expect(text).toContain('3. B: Three');
  });

  test('has no numbers where it is written with bullets', async () => {
    const { html, page, text, problems } = await entriesOf('- **A:** One\n- **B:** Two');

    expect(problems).toEqual(['preheader-missing 3']);
    expect(html.slice(html.indexOf('Numbers'))).not.toContain('<ol');
    expect(page).toContain('<ul class="entries">');
    expect(text).toContain('- A: One');
  });

  test('has a start, or no numbers, in YAML', () => {
    const read = (more: string) => {
      const text = `date: 2026-11-25\nsubject: S\nsections:\n  - {kind: story, headline: H, body: b}\n  - kind: dashboard\n    title: T\n${more}    entries:\n      - items: [{text: a}]\n      - items: [{text: b}]\n`;
      const { digest } = parseDigest({ text, file: 'a.yaml', format: 'yaml' });
      return digest?.sections.flatMap((section) =>
        section.kind === 'dashboard' ? section.entries.map(({ number }) => number) : [],
      );
    };

    expect(read('')).toEqual([1, 2]);
    expect(read('    start: 9\n')).toEqual([9, 10]);
    expect(read('    numbered: false\n')).toEqual([undefined, undefined]);
  });
});

describe('{lead}', () => {
  test.each(['{lead}', '{lead="true"}', '{lead section="World"}'])(
    '%s makes another story a lead',
    async (line) => {
      const { problems, page } = await renderDigest(
        storyWith(`Text.\n\n## Second\n${line}\n\nText.\n\n## Third\n\nText.`),
      );

      expect(problems).toEqual(['preheader-missing 3']);
      expect(page.match(/<section class="(?:lead|brief)">/gu)).toEqual([
        '<section class="lead">',
        '<section class="lead">',
        '<section class="brief">',
      ]);
    },
  );

  test('is `lead: true` in YAML', () => {
    const text = `date: 2026-11-25\nsubject: S\nsections:\n  - {kind: story, headline: H, body: b}\n  - {kind: story, headline: I, lead: true, body: b}\n`;

    expect(
      parseDigest({ text, file: 'a.yaml', format: 'yaml' }).digest?.sections.map(({ kind }) => kind),
    ).toEqual(['lead', 'lead']);
  });
});

describe('a button', () => {
  test('is a link to press, in email, page and text', async () => {
    const button = ':::button[Read the report]{href="https://example.org/report"}\n:::';
    const { problems, html, page, text } = await renderDigest(storyWith(`Text.\n\n${button}`));

    expect(problems).toEqual(['preheader-missing 3']);
    expect(html).toMatch(/<td class="button"[^>]*><a class="on" href="https:\/\/example\.org\/report"/u);
    expect(page).toContain('<a class="button" href="https://example.org/report">Read the report</a>');
    expect(text).toContain('Read the report <https://example.org/report>');
  });

  test.each([
    [':::button{href="https://example.org"}\n:::', '!section-invalid 10'],
    [':::button[Read it now]\n:::', '!key-missing 10'],
    [':::button[Read the report]{href="javascript:x"}\n:::', '!link-scheme 10'],
    [':::button[Click here]{href="https://example.org"}\n:::', '!link-vague 10'],
    [':::button[Read the report]{href="https://example.org"}\nText\n:::', '!section-invalid 10'],
  ])('%j has the problem %s', async (button, problem) => {
    expect((await renderDigest(storyWith(`Text.\n\n${button}`))).problems).toContain(problem);
  });
});

describe('contents', () => {
  test('link to the stories below, in email and page, and name them in text', async () => {
    const digest = storyWith(
      `Text.\n\n:::contents\n:::\n\n## Bridges talk\n\nText.\n\n## 1 fun thing: Geese\n\nText.`,
    );
    const { problems, html, page, text } = await renderDigest(digest);

    expect(problems).toEqual(['preheader-missing 3']);
    for (const shown of [html, page]) {
      expect(shown).toMatch(/href="#story-2"[^>]*>Bridges talk</u);
      expect(shown).toMatch(/href="#story-3"[^>]*>Geese</u);
      expect(shown).toContain('id="story-3"');
      expect(shown).not.toContain('href="#story-1"');
    }
    expect(text).toContain('In this edition:\n- Bridges talk\n- Geese');
  });

  test('have the title that is given', async () => {
    const { text } = await renderDigest(storyWith('Text.\n\n:::contents[Also today]\n:::\n\n## B\n\nText.'));

    expect(text).toContain('Also today:\n- B');
  });
});

describe('text after a `:::` section', () => {
  test('goes on with the story where more follows, and is the sign-off at the end', async () => {
    const sponsor = ':::sponsor{name="Acme"}\nPaid words.\n:::';
    const { page, words } = await renderDigest(
      storyWith(`Begins.\n\n${sponsor}\n\nGoes on.\n\n## Next\n\nText.\n\n${sponsor}\n\nBye.`),
    );

    expect(words).toMatch(/Begins\..*Paid words\. Goes on\. Next Text\..*Paid words\. Bye\./u);
    expect(page).toContain('<section class="continuation">\n<p>Goes on.</p>');
    expect(page).toContain('<section class="closing">\n<p>Bye.</p>');
  });
});

describe('links to the publication itself', () => {
  test('lead to its sign-up page, and pass the edition on', async () => {
    const { problems, html, text } = await renderDigest(
      storyWith('[Subscribe to the morning](signup:) or [send it to a friend](share:).'),
    );

    expect(problems).toEqual(['preheader-missing 3']);
    expect(html).toContain('href="https://news.example.org/p/sample"');
    expect(text.replaceAll(/\s+/gu, ' ')).toContain(
      'send it to a friend <mailto:?subject=A%20subject%20line&body=',
    );
  });

  test('the footer asks those to whom an edition was forwarded', async () => {
    const { html, text } = await renderDigest(storyWith('Text.'));

    expect(html).toContain('Was this forwarded to you?');
    expect(text).toContain(
      'Was this forwarded to you? Sign up for Daybrief Morning:\nhttps://news.example.org/p/sample\n',
    );
  });
});
