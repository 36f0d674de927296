import fc from 'fast-check';
import { expect, test } from 'vitest';

import { renderDigest } from '../../support/render-digest.ts';

/** Builds Markdown out of words that occur once: `w1x`, `w2x` and so on, in reading order. */
class Writer {
  #count = 0;
  /** Words that come at the end of the story: its footnotes. */
  readonly notes: string[] = [];

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

const digests = fc
  .array(fc.tuple(fc.constantFrom(...sections), fc.array(blockOf, { minLength: 1, maxLength: 4 })), {
    maxLength: 4,
  })
  .map((parts) => parts.map(([section, inner]) => section(inner)));

function oneLine(text: string): string {
  return text.replaceAll(/\\?\n/gu, ' ');
}

test('each word of a digest is shown once and in its order, in email, plain text and page', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(blockOf, { maxLength: 2 }), digests, async (greeting, rest) => {
      const writer = new Writer();
      const lead = sections[0]?.([blocks[0]?.((w) => w.words()) ?? (() => '')]);
      const parts = [...greeting, ...(lead === undefined ? [] : [lead]), ...rest];
      const body = parts.map((part) => part(writer)).join('\n\n');
      const source = `---\ndate: 2026-11-25\nsubject: A subject line\npreheader: Something else\n---\n${body}\n`;

      const { words, text, page, problems } = await renderDigest(source);

      const expected = body.match(/w\d+x/gu) ?? [];
      expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
      expect(words.match(/w\d+x/gu)).toEqual(expected);
      expect(text.match(/w\d+x/gu)).toEqual(expected);
      expect(page.match(/w\d+x/gu)).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});
