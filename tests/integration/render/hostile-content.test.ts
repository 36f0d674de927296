import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Inline } from '../../../src/domain/editions/digest.ts';
import { byTag, readMail, textOf } from '../../../src/render/checks/mail-document.ts';
import type { MailDocument } from '../../../src/render/checks/mail-document.ts';
import { createMarks } from '../../../src/render/slot-marks.ts';
import { clean } from '../../../src/render/view/clean.ts';
import { renderSample, sampleInput, someWhere, storyOf } from '../../support/content/render-sample.ts';
import type { RenderedSample } from '../../support/content/render-sample.ts';

const hostile = [
  '{{name}} {{{raw}}} {{> partial}} {{#each x}}{{lookup this "constructor"}}',
  '<mj-raw><b>bold</b></mj-raw>',
  '</mj-text></mj-column></mj-section><mj-section>',
  '<mj-include path="/etc/passwd" />',
  '<!-- htmlmin:ignore --> <!--[if mso]> <![endif]-->',
  '<![CDATA[ x ]]>',
  '&lt;script&gt; &amp; &#x3D; &#39;',
  '<script>alert(1)</script><style>p{}</style>',
  '"><img src=x onerror=alert(1)> \' onload=x style=color:red',
  '</title></h1></h2></p></body></html>',
  '[[name]] %unsubscribe% ${name} <%= name %> slot0name',
  'ا\u202eمرحبا\u2066 \u0000\u0007\u001b[31m \r\nBcc: x@example.org',
  '\ud800 lone 👩‍🚒 é',
];

async function renderEverywhere(text: string, template = 'morning'): Promise<RenderedSample> {
  const inline: Inline[] = [{ kind: 'text', value: text }];
  const image = {
    kind: 'image',
    src: 'images/lines.jpg',
    alt: text,
    credit: [{ kind: 'text', value: text }],
    at: someWhere,
  } as const;
  const link: Inline = { kind: 'link', url: 'https://example.org/', children: inline };
  return await renderSample({
    digest: {
      subject: text,
      preheader: text,
      editor: text,
      greeting: [{ kind: 'paragraph', leadIn: text, content: inline, at: someWhere }],
      sections: [
        storyOf([...inline, { kind: 'code', value: text }, { kind: 'strong', children: [link] }], {
          headline: text,
          kicker: text,
          section: text,
          blocks: [
            image,
            { kind: 'list', ordered: true, items: [{ leadIn: text, content: inline }], at: someWhere },
            { kind: 'quote', paragraphs: [inline, inline], at: someWhere },
            { kind: 'go-deeper', text, url: 'https://example.org/?a="b"&c=<d>', at: someWhere },
          ],
        }),
        {
          kind: 'dashboard',
          title: text,
          entries: [{ label: text, items: [{ content: inline }, { content: [link] }], at: someWhere }],
          at: someWhere,
        },
        { kind: 'sponsor', name: text, href: 'https://example.org/', blocks: [], at: someWhere },
      ],
    },
    // A postal address has lines, so line ends in it mean something.
    publication: {
      // Looked for as it was typed.
      typography: false,
      template,
      name: text,
      description: text,
      reason: text,
      postalAddress: text.replaceAll('\n', ' '),
    },
  });
}

/** Names of all elements and attributes: what text could add to if it were read as markup. */
function shape({ elements }: MailDocument): string[] {
  return elements.map(({ tag, attributes }) => `${tag} ${[...attributes.keys()].join(' ')}`);
}

function words(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

describe('text from outside', () => {
  test.each(hostile)('stays text wherever it stands: %j', async (text) => {
    const { document, edition, html, text: plain } = await renderEverywhere(text);
    const harmless = await renderEverywhere('harmless');

    expect(shape(document)).toEqual(shape(harmless.document));
    const page = readMail(edition.page.html);
    expect(shape(page)).toEqual(shape(readMail(harmless.edition.page.html)));
    expect(words(byTag(page, 'h2').slice(0, 1).map(textOf).join())).toBe(
      words(`${clean(text)} ${clean(text)}`),
    );
    expect(edition.page.text).not.toMatch(/[\p{Cc}--\n]/v);
    const [title] = byTag(document, 'title');
    const headline = byTag(document, 'h2')[0];
    expect(title === undefined ? '' : words(textOf(title))).toBe(words(clean(text)));
    expect(headline === undefined ? '' : words(textOf(headline))).toBe(
      words(`${clean(text)} ${clean(text)}`),
    );
    expect(words(byTag(document, 'img')[0]?.attributes.get('alt') ?? '')).toBe(words(clean(text)));
    expect(plain.replaceAll(/\r\n/gu, '\n')).not.toMatch(/[\p{Cc}--\n]/v);
    expect(html.isWellFormed() && plain.isWellFormed()).toBe(true);
  });

  test.each(['morning', 'bulletin'])('stays text for anything that can be typed: %s', async (template) => {
    const { document: mail, edition: harmless } = await renderEverywhere('xharmless', template);
    const shapes = [shape(mail), shape(readMail(harmless.page.html))];
    // A text that is only blank leaves an optional part away; that is no markup.
    const typed = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom(...'<>&"\'{}[]!-/=;#\r\n\u0000'),
          fc.string({ unit: 'binary', maxLength: 1 }),
        ),
      })
      .map((text) => `x${text}`);

    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        const { document, edition } = await renderEverywhere(text, template);

        expect([shape(document), shape(readMail(edition.page.html))]).toEqual(shapes);
        const [title] = byTag(document, 'title');
        expect(title === undefined ? '' : words(textOf(title))).toBe(words(clean(text)));
      }),
      { numRuns: 40 },
    );
  });

  test('cannot forge a slot, even where it holds the marks of another rendering', async () => {
    const marks = Object.values(createMarks(JSON.stringify(sampleInput))).join(' ');
    const { edition, text } = await renderSample({
      digest: { sections: [storyOf([{ kind: 'text', value: marks }])] },
    });

    expect(edition.html.filter((part) => typeof part !== 'string')).toHaveLength(5);
    expect(words(text)).toContain(marks);
  });

  test('has its addresses escaped in HTML and whole in plain text', async () => {
    const { document, text } = await renderEverywhere('x');

    const addresses = byTag(document, 'a').map(({ attributes }) => attributes.get('href'));
    expect(addresses).toContain('https://example.org/?a="b"&c=<d>');
    expect(text).toContain('<https://example.org/?a="b"&c=<d>>');
  });

  test('is read however long it is', async () => {
    const { edition } = await renderEverywhere('long '.repeat(2_000));

    expect(edition.problems.map(({ rule }) => rule)).toContain('html-size');
  });
});
