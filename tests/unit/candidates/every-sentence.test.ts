import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readSource } from '../../../src/candidates/read-source.ts';
import { itemKinds } from '../../../src/domain/candidates/candidate.ts';
import { digestOf, shownText } from '../../support/content/candidate-digest.ts';

/** Makes words that occur once: `w1x`, `w2x` and so on, in the order of the page. */
class Writer {
  #count = 0;

  words(count: number): string {
    return Array.from({ length: count }, () => {
      this.#count += 1;
      return `w${this.#count}x`;
    }).join(' ');
  }

  headline(): string {
    return `The ${this.words(5)}`;
  }

  sentence(): string {
    return `Some ${this.words(7)} and more of it.`;
  }
}

type Build = (writer: Writer) => string;

const blocks: readonly Build[] = [
  (w) => w.sentence(),
  (w) => `${w.sentence()} ${w.sentence()}`,
  (w) => `Why it matters: ${w.sentence()}`,
  (w) => `What's next:\n\n${w.sentence()}`,
  (w) => `Yes, but: ${w.sentence()}`,
  (w) => `• ${w.sentence()}\n• ${w.sentence()}\n• The ${w.words(1)}: ${w.sentence()}`,
  (w) => `•\n${w.sentence()}\n•\n${w.sentence()}`,
  (w) => `- ${w.sentence()}\n  - ${w.sentence()}\n- ${w.sentence()}`,
  (w) => `1. ${w.sentence()}\n2. ${w.sentence()}`,
  (w) => `“${w.sentence()}”`,
  (w) => `“${w.sentence()}”\n\n— Ada ${w.words(1)}, mayor`,
  (w) => `"${w.words(6)}," she said of ${w.words(2)}.`,
  (w) => `Go deeper: ${w.headline()}`,
  (w) => `Go deeper: ${w.headline()} https://example.org/a`,
  () => 'Go deeper (2 min. read)',
  (w) => `Ada ${w.words(1)}, in July. Photo: ${w.words(1)}/Agency`,
  (w) =>
    `It said *${w.words(2)}* and _${w.words(2)}_ and [${w.words(1)}] & <${w.words(1)}> for \`${w.words(1)}\`.`,
  (w) => `# ${w.words(4)} {${w.words(2)}} ::: ${w.words(3)} | \\${w.words(2)}.`,
  (w) => `${w.words(40)}\n${w.words(1)} is where the mail program broke the line.`,
];

const heads: readonly Build[] = [
  (w) => w.headline(),
  (w) => `2 hours ago - World\n\n${w.headline()}`,
  (w) => `Updated 2 hours ago - Politics\n${w.headline()}\n\nIllustration: ${w.words(1)}/Studio`,
  (w) => `Lena Ortiz\n5 mins ago - Energy\n\n${w.headline()}`,
  (w) => `1 big thing: ${w.headline()}`,
  (w) => `4. ${w.headline()}`,
];

const dashboards: readonly Build[] = [
  (w) =>
    `Updated 3 hours ago - City\n\nThe ${w.words(2)} dashboard\n\nIllustration: ${w.words(1)}/Studio\n\n1. Politics: ${w.headline()} — ${w.headline()}\n2. World: ${w.headline()}\n3. Health: ${w.headline()} | ${w.headline()}`,
  (w) => `The ${w.words(3)} roads\n\n1. North: ${w.headline()}\n${w.headline()}\n2. South: ${w.headline()}`,
];

const furniture = [
  'Sign up for our daily briefing\n\nMake your busy days simpler.\n\nPlease enter a valid email.\nSubscription failed\nThank you for subscribing!',
  'Advertisement',
  'Share\nCopy link',
  'Get news worthy of your time. Subscribe for free.',
];

const story = fc
  .record({
    head: fc.constantFrom(...heads),
    parts: fc.array(fc.constantFrom(...blocks), { minLength: 1, maxLength: 6 }),
    last: fc.constantFrom(undefined, ...furniture),
  })
  .map(({ head, parts, last }): Build => (w) => {
    // A story begins with a paragraph: a lone line without a sentence below it is no headline.
    const text = [head(w), w.sentence(), ...parts.map((part) => part(w))].join('\n\n');
    return last === undefined ? text : `${text}\n\n${last}`;
  });

const paste = fc
  .array(fc.oneof({ arbitrary: story, weight: 3 }, fc.constantFrom(...dashboards)), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => {
    const writer = new Writer();
    return parts.map((part) => part(writer)).join('\n\n');
  });

const time = { now: Date.parse('2026-11-24T12:00:00Z'), timeZone: 'America/Chicago' };

function read(text: string, kind?: (typeof itemKinds)[number]) {
  return readSource({
    bytes: Buffer.from(text),
    form: 'text',
    ...time,
    ...(kind === undefined ? {} : { kind }),
  });
}

function wordsOf(text: string): readonly string[] {
  return text.match(/w\d+x/gu) ?? [];
}

test('every sentence of a paste is in its items once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(paste, async (text) => {
      const { items } = await read(text);
      // A credit above the text is an attribute of its headline: it stands there, between headline and text.
      const shown = items.map(({ markdown }) => {
        const credit = /credit="([^"]*)"/u.exec(markdown)?.[1] ?? '';
        const [head = '', ...rest] = shownText(markdown).split('\n');
        return [head, credit, ...rest].join('\n');
      });
      expect(wordsOf(shown.join('\n'))).toEqual(wordsOf(text));
    }),
    { numRuns: 120 },
  );
});

test('the items of a paste are nothing but its sentences', async () => {
  await fc.assert(
    fc.asyncProperty(paste, async (text) => {
      const letters = (of: string) => new Set(of.match(/\p{L}[\p{L}\p{N}]*/gu) ?? []);
      const known = letters(text);
      const { items } = await read(text);
      const added = [...letters(items.map(({ markdown }) => shownText(markdown)).join(' '))];
      expect(added.filter((word) => !known.has(word) && word !== 'TK')).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test('a sign-up box and buttons are dropped and listed', async () => {
  await fc.assert(
    fc.asyncProperty(paste, async (text) => {
      const { items, dropped } = await read(text);
      const all = items.map(({ markdown }) => markdown).join('\n');
      expect(all).not.toMatch(
        /valid email|Subscription failed|for subscribing|Copy link|Subscribe for free/u,
      );
      for (const line of dropped) expect(text).toContain(line);
    }),
    { numRuns: 40 },
  );
});

test('an item of any kind is a part of a digest', async () => {
  await fc.assert(
    fc.asyncProperty(paste, fc.constantFrom(...itemKinds), async (text, kind) => {
      const { items } = await read(text, kind);
      for (const { candidate, markdown } of items) {
        expect(candidate.kind).toBe(kind);
        expect(digestOf(markdown).errors).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});

const signs = fc.constantFrom(
  ...' \n\n\n\t*_[](){}<>#`~|:;-+=.!?"\'\\/&@$%^•—“”1a\u00A0\u200B\u202E\u0000\uFEFFäΩ😀'.split(/(?:)/u),
  '## ',
  '- ',
  '1. ',
  ':::',
  '{a="b"}',
  '```',
  '---',
  '> ',
  '[a](b)',
  '![a](b)',
  '<b>',
  '<!--',
  '-->',
  '&amp;',
  'Photo: A/B',
  '2 hours ago - World\n',
  'Why it matters: ',
  'Go deeper: ',
  '1. A: b\n2. C: d\n',
  'https://a.b/c',
  'Word ',
  'word ',
  'More words here. ',
  '[^1]: x',
  ':::dashboard[x]',
  '    ',
  '•\n',
  '\r\n',
  '|-|-|\n',
);
const anyText = fc.array(signs, { minLength: 1, maxLength: 120 }).map((parts) => parts.join(''));

test('whatever is pasted becomes parts of a digest, or is refused', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, fc.constantFrom(undefined, ...itemKinds), async (text, kind) => {
      let items: Awaited<ReturnType<typeof read>>['items'] = [];
      try {
        ({ items } = await read(`A ${text}`, kind));
      } catch (error) {
        expect(error).toMatchObject({ code: 'CANDIDATE_UNREADABLE' });
      }
      for (const { markdown } of items) expect(digestOf(markdown).errors).toEqual([]);
    }),
    { numRuns: 600 },
  );
});

test('whatever is in a page becomes parts of a digest, or is refused', async () => {
  const tags = fc.constantFrom(
    ...'<p>,</p>,<div>,</div>,<ul><li>,</li></ul>,<ol start=7><li>,<b>,</b>,<strong>,</strong>,<a href="https://a.b/c_(d)">,</a>,<h2>,</h2>,<blockquote>,</blockquote>,<table><tr><td>,</td></tr></table>,<br>,<img src="https://a.b/c.jpg" alt="An *alt* ]">,<figure><img src="/x.png"><figcaption>,</figcaption></figure>,<pre>,</pre>,&lt;,&#x202e;,&amp;amp;,<a href="javascript:x">,<title>,</title>'.split(
      ',',
    ),
  );
  const page = fc.array(fc.oneof(signs, tags), { maxLength: 80 }).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(page, async (html) => {
      let items: Awaited<ReturnType<typeof read>>['items'] = [];
      try {
        const bytes = Buffer.from(`<!doctype html><html><body><article>${html}</article></body></html>`);
        ({ items } = await readSource({ bytes, form: 'auto', url: 'https://example.org/a_b', ...time }));
      } catch (error) {
        expect(error).toMatchObject({ code: 'CANDIDATE_UNREADABLE' });
      }
      for (const { markdown } of items) expect(digestOf(markdown).errors).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['a paragraph of 100 KB', `Words ${'and more words '.repeat(7_000)}.`],
  ['a word of 100 KB', 'a'.repeat(100_000)],
  ['a paragraph of stars', '*_[` '.repeat(5_000)],
  ['a headline of 2,000 characters', `${'Headline '.repeat(220)}\n\nIts text is here, and it is short.`],
  ['3,000 bullets', '• A bullet\n'.repeat(3_000)],
  ['1,000 paragraphs', 'One more sentence in a paragraph.\n\n'.repeat(1_000)],
  ['dashes', '- – — '.repeat(20_000)],
  ['quotes', '"A quotation" '.repeat(10_000)],
])('%s is cut to what a digest takes, with every word', async (_, text) => {
  const { items } = await read(text);

  const letters = (of: string) => of.replaceAll(/[^a-z]/giu, '');
  for (const { markdown } of items) expect(digestOf(markdown).errors).toEqual([]);
  expect(letters(items.map(({ markdown }) => shownText(markdown).replaceAll('TK', '')).join(''))).toBe(
    letters(text),
  );
});
