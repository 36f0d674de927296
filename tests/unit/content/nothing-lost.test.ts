import fc from 'fast-check';
import { expect, test } from 'vitest';

import { digestBlocks } from '../../../src/domain/editions/digest-parts.ts';
import { renderDigest } from '../../support/content/render-digest.ts';
import { digestKinds } from '../../support/digest-kinds.ts';
import { digestOf, frontMatter } from './digest-text.ts';

/** Builds Markdown out of words that occur once: `w1x`, `w2x` and so on, in reading order. */
class Writer {
  #count = 0;

  word(): string {
    this.#count += 1;
    return `w${this.#count}x`;
  }

  words(count = 3): string {
    return Array.from({ length: count }, () => this.word()).join(' ');
  }
}

type Build = (writer: Writer) => string;

const inline: readonly Build[] = [
  (w) => w.words(),
  (w) => `**${w.words()}** ${w.word()}`,
  (w) => `*${w.words()}*, ${w.word()}`,
  (w) => `~~${w.word()}~~ ${w.word()}`,
  (w) => `\`${w.word()}\` ${w.word()}`,
  (w) => `[${w.words()}](https://example.org/a) ${w.word()}`,
  (w) => `${w.word()}\\\n${w.word()}`,
  (w) => `${w.word()}<br>${w.word()}`,
  (w) => `${w.word()}\n${w.word()}`,
  (w) => `${w.word()} 24.5 % ${w.word()}`,
  (w) => `<b>${w.word()} <i>${w.word()}</i></b> <u>${w.word()}</u> <s>${w.word()}`,
  (w) => `<a href='https://example.org/b'>${w.words()}</a> ${w.word()}<!-- note -->`,
];
const lineOf = fc.array(fc.constantFrom(...inline), { minLength: 1, maxLength: 3 });

const blocks: readonly ((line: Build) => Build)[] = [
  (line) => (w) => line(w),
  (line) => (w) => `**${w.word()}:** ${line(w)}`,
  (line) => (w) => `- ${oneLine(line(w))}\n- ${w.words()}`,
  (line) => (w) => `- ${oneLine(line(w))}\n  - ${w.words()}\n  - ${w.words()}\n- ${w.words()}`,
  (line) => (w) => `- ${w.word()}\n\n  ${oneLine(line(w))}\n- ${w.word()}`,
  (line) => (w) => `7. ${oneLine(line(w))}\n8. ${w.words()}`,
  (line) => (w) => `12. ${oneLine(line(w))}`,
  (line) => (w) => `> ${oneLine(line(w))}\n>\n> ${w.words()}`,
  (line) => (w) => `### ${oneLine(line(w))}`,
  () => (w) => `\`\`\`\n${w.words()}\n${w.words()}\n\`\`\``,
  () => (w) => `| ${w.word()} | ${w.word()} |\n|---|--:|\n| ${w.word()} | ${w.word()} |`,
  () => (w) => `[${w.words()}](https://example.org/deeper)`,
  (line) => (w) =>
    `![Lines down near Tulsa](images/a.png)\n{caption="${oneLine(line(w))}" credit="${w.word()} [${w.word()}](https://example.org/c)"}`,
  (line) => (w) => `<p align="center">${oneLine(line(w))}</p>\n<div>${w.words()}<br>${w.word()}</div>`,
  () => (w) => `<h3>${w.words()}</h3>\n<ul>\n<li>${w.words()}</li>\n<li><p>${w.word()}</p></li></ul>`,
  () => (w) => `<blockquote>${w.words()}</blockquote>\n<center>\n\n${w.words()}\n\n</center>`,
  (line) => (w) => `> ### ${w.words()}\n>\n> ${oneLine(line(w))}\n>\n> - ${w.word()}\n> - ${w.word()}`,
  () => (w) => `> ${w.words()}\n> — ${w.words()}`,
  () => (w) => `• ${w.words()}\n• ${w.words()}`,
  () => (w) => `${w.word()}\n🚆 ${w.words()}\n🌧️ ${w.words()}`,
  () => (w) => `**${w.word()}:** ${w.word()}\n**${w.word()}:** ${w.word()}`,
  () => (w) => `${w.word()}\n: ${w.words()}`,
  (line) => (w) =>
    `- ${oneLine(line(w))}\n  - ${w.word()}\n    - ${w.word()}\n\n      ${w.word()}\n- ${w.word()}`,
  () => (w) => `![A bag](images/a.png)\n*${w.words()}*`,
  () => (w) => `${w.words()}\n\n---\n\n${w.words()}\n---`,
];
const blockOf = fc
  .tuple(fc.constantFrom(...blocks), lineOf)
  .map(([block, parts]) => block((w) => parts.map((part) => part(w)).join(' ')));

const sections: readonly ((inner: readonly Build[]) => Build)[] = [
  (inner) => (w) => `## ${w.words(4)}\n\n${inner.map((block) => block(w)).join('\n\n')}`,
  (inner) => (w) => `:::sponsor{name="Acme"}\n${inner.map((block) => block(w)).join('\n\n')}\n:::`,
  () => (w) =>
    `:::dashboard[${w.words(2)}]\n1. **${w.word()}:** ${w.words()}\n2. [${w.words()}](https://example.org/d)\n:::`,
  (inner) => (w) => `:::note[${w.words(2)}]\n${inner.map((block) => block(w)).join('\n\n')}\n:::`,
  () => (w) =>
    `:::dashboard[${w.words(2)}]\n- **${w.word()}:** ${w.words()}\n- [${w.words()}](https://example.org/d)\n:::`,
  () => (w) => `:::button[${w.words(2)}]{href="https://example.org/b"}\n:::\n\n${w.words()}`,
  (inner) => (w) => `:::closing\n${inner.map((block) => block(w)).join('\n\n')}\n:::`,
];

test('the shapes have every kind of section and block: add one to `sections` or `blocks` above', () => {
  const writer = new Writer();
  const inner = blocks.map((block) => block((w) => w.words()));
  const written = [...sections, ...sections].map((section) => section(inner)(writer)).join('\n\n');
  const digest = digestOf(`${frontMatter}${written}`);
  const found = new Set([...digest.sections, ...digestBlocks(digest)].map(({ kind }): string => kind));

  // Contents repeat headlines, and footnotes come after the text that is below them in the file.
  const others = ['contents', 'footnotes'];
  expect([...digestKinds].filter((kind) => !found.has(kind))).toEqual(others);
});

const digests = fc
  .array(fc.tuple(fc.constantFrom(...sections), fc.array(blockOf, { minLength: 1, maxLength: 4 })), {
    maxLength: 4,
  })
  .map((parts) => parts.map(([section, inner]) => section(inner)));

function oneLine(text: string): string {
  return text.replaceAll(/\\?\n/gu, ' ');
}

/** Headlines as they are written for other systems; some have a title above them. */
const shapes: readonly ((stories: readonly Build[]) => Build)[] = [
  (stories) => (w) => `# ${w.words()}\n\n${each(stories, (text) => `## ${w.words()}\n\n${text(w)}`)}`,
  (stories) => (w) => each(stories, (text) => `# ${w.words()} #\n\n${text(w)}\n\n---`),
  (stories) => (w) => `# ${w.words()}\n\n${each(stories, (text) => `# ${w.words()} {#a}\n\n${text(w)}`)}`,
  (stories) => (w) => each(stories, (text) => `### ${w.words()}\n\n${text(w)}\n\n##### ${w.word()}`),
  (stories) => (w) => `${w.words()}\n=====\n\n${each(stories, (text) => `${w.words()}\n---\n${text(w)}`)}`,
  (stories) => (w) => each(stories, (text) => `${w.words()}\n--------\n\n${text(w)}`),
  (stories) => (w) => each(stories, (text) => `**${w.words()}**\n\n${text(w)}\n\n***`),
  (stories) => (w) => each(stories, (text) => `**${w.words()}**\n${text(w)}`),
];

function each(stories: readonly Build[], written: (story: Build) => string): string {
  return stories.map(written).join('\n\n');
}

/** Text that begins no headline of its own. */
const plainBlocks: readonly Build[] = [
  (w) => `${w.words()}.`,
  (w) => `**${w.word()}:** ${w.words()}.`,
  (w) => `- ${w.words()}\n- ${w.words()}`,
  (w) => `> ${w.words()}.\n>\n> ${w.words()}.`,
  (w) => `<p>${w.words()}</p>`,
];
const plainStory = fc.array(fc.constantFrom(...plainBlocks), { minLength: 1, maxLength: 3 }).map(
  (parts): Build =>
    (w) =>
      parts.map((part) => part(w)).join('\n\n'),
);

test.each(shapes.map((shape, index) => [index, shape] as const))(
  'each word is shown once and in its order where headlines have shape %i',
  async (_, shape) => {
    await fc.assert(
      fc.asyncProperty(fc.array(plainStory, { minLength: 2, maxLength: 4 }), async (stories) => {
        const { expected, shown, errors } = await wordsOf(
          shape(
            stories.map(
              (story): Build =>
                (w) =>
                  `${w.words()}.\n\n${story(w)}`,
            ),
          )(new Writer()),
        );

        expect(errors).toEqual([]);
        expect(shown).toEqual([expected, expected, expected]);
      }),
      { numRuns: 12 },
    );
  },
);

/** The words of the text, and those that email, plain text and page show; with what blocks it. */
async function wordsOf(
  body: string,
  changes: Parameters<typeof renderDigest>[1] = {},
): Promise<{
  readonly expected: readonly string[];
  readonly shown: readonly (readonly string[])[];
  readonly errors: readonly string[];
}> {
  const source = `---\ndate: 2026-11-25\nsubject: A subject line\npreheader: Something else\n---\n${body}\n`;
  const { words, text, page, problems } = await renderDigest(source, changes);
  const [expected = [], ...shown] = [body, words, text, page].map((part) => part.match(/w\d+x/gu) ?? []);
  return { expected, shown, errors: problems.filter((problem) => problem.startsWith('!')) };
}

test.each([
  ['morning', 150],
  ['bulletin', 80],
])(
  '%s shows each word of a digest once and in its order, in email, plain text and page',
  async (template, numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.array(blockOf, { maxLength: 2 }), digests, async (greeting, rest) => {
        const writer = new Writer();
        const lead = sections[0]?.([blocks[0]?.((w) => w.words()) ?? (() => '')]);
        const parts = [...greeting, ...(lead === undefined ? [] : [lead]), ...rest];
        const body = parts.map((part) => part(writer)).join('\n\n');
        const { expected, shown, errors } = await wordsOf(body, { template });

        expect(errors).toEqual([]);
        expect(shown).toEqual([expected, expected, expected]);
      }),
      { numRuns },
    );
  },
);
