import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';

import { readMail } from '../../../src/render/checks/mail-document.ts';
import { renderSample, someWhere, storyOf } from '../../support/content/render-sample.ts';
import { ArchiveSite } from '../../support/web/archive-site.ts';

/** An edition that says this text wherever it can say anything. */
async function pageSaying(text: string) {
  const content = [{ kind: 'text', value: text }] as const;
  const image = {
    kind: 'image',
    src: 'images/lines.jpg',
    alt: text,
    credit: [{ kind: 'text', value: text }],
    at: someWhere,
  } as const;
  const { edition } = await renderSample({
    digest: {
      subject: text,
      preheader: text,
      editor: text,
      greeting: [{ kind: 'paragraph', leadIn: text, content, at: someWhere }],
      sections: [
        storyOf(content, { headline: text, kicker: text, section: text, blocks: [image] }),
        { kind: 'sponsor', name: text, blocks: [], at: someWhere },
      ],
    },
  });
  return edition.page;
}

/** Names of all elements and attributes: what text could add to if it were read as markup. */
function shape(html: string): string[] {
  return readMail(html).elements.map(({ tag, attributes }) => `${tag} ${[...attributes.keys()].join(' ')}`);
}

test('text from a digest stays text on the page and in the list, whatever can be typed', async () => {
  const site = await ArchiveSite.create();
  onTestFinished(() => site[Symbol.asyncDispose]());
  let year = 2026;
  const show = async (text: string) => {
    year += 1;
    await site.publish(`${year}-11-23`, await pageSaying(text));
    const edition = await site.text(`/p/sample/archive/${year}-11-23`);
    const list = await site.text(`/p/sample/archive?before=${year}-11-24`);
    return { edition: shape(edition), entry: shape(list.slice(list.indexOf('<li>'), list.indexOf('</li>'))) };
  };
  const harmless = await show('harmless');
  // A text that is only blank leaves an optional part away; that is no markup.
  const typed = fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(...'<>&"\'{}[]!-/=;#\r\n\u0000', '<script>', '</article>', '{{{', ']]>'),
        fc.string({ unit: 'binary', maxLength: 1 }),
      ),
    })
    .map((text) => `x${text}`);

  await fc.assert(
    fc.asyncProperty(typed, async (text) => {
      expect(await show(text)).toEqual(harmless);
    }),
    { numRuns: 40 },
  );
});
