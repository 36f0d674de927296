import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseDigest } from '../../../src/content/parse-digest.ts';
import type { DigestFormat } from '../../../src/content/parse-digest.ts';
import { digestLines } from '../../../src/domain/editions/digest-parts.ts';
import type { Story } from '../../../src/domain/editions/digest.ts';
import { inlineText } from '../../../src/domain/editions/inline-text.ts';
import { blocksOf, digestOf, frontMatter, parseMarkdown, storyText } from './digest-text.ts';

const formats: readonly DigestFormat[] = ['markdown', 'yaml', 'json'];

/** Pieces that digests are made of, whole and broken. */
const pieces = fc.constantFrom(
  ...[
    [
      '## ',
      '# ',
      '### ',
      '- ',
      '1. ',
      '> ',
      ':::',
      ':::dashboard[',
      ':::sponsor{name="',
      '{section="',
      '"}',
      '}',
    ],
    [
      '---',
      '---\n',
      '\n',
      '\n\n',
      '    ',
      '\t',
      '**',
      '*',
      '_',
      '`',
      '```\n',
      '[',
      '](',
      ')',
      '![',
      '<',
      '<b>',
      '</',
    ],
    [
      '<!--',
      '-->',
      '{{',
      '}}',
      '&#x202e;',
      '&amp;',
      '\\',
      'https://a.example',
      'javascript:',
      'mailto:a@b.example',
    ],
    [
      'date: 2026-11-23\n',
      'subject: ',
      'a: &b ',
      '*b',
      'published="2026-11-23T05:10Z"',
      '\r\n',
      '\0',
      '\u202E',
    ],
    [
      '__proto__',
      'constructor',
      'a',
      'é',
      '😀',
      '\uD800',
      '"',
      "'",
      ': ',
      ' #',
      '|\n',
      '[]: x\n',
      '[a]: b "c"\n',
    ],
  ].flat(),
);

const messy = fc.array(
  fc.oneof({ weight: 4, arbitrary: pieces }, fc.string({ unit: 'binary', maxLength: 8 })),
  {
    maxLength: 60,
  },
);

describe('any text', () => {
  test.each(formats)(
    'as %s gives a digest or problems with places in the text, and never throws',
    (format) => {
      fc.assert(
        fc.property(messy, fc.boolean(), (parts, withHead) => {
          const text = (withHead ? frontMatter : '') + parts.join('');
          const { digest, problems } = parseDigest({ text, file: 'a', format });
          const lines = text
            .replace(/^\uFEFF/, '')
            .replaceAll(/\r\n?/g, '\n')
            .split('\n');

          expect(digest === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
          for (const { line = 1, column = 1, message } of problems) {
            expect(message).toMatch(/^\S.*[.!?]$/s);
            expect(line).toBeLessThanOrEqual(lines.length);
            expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
          }
        }),
        { numRuns: 150 },
      );
    },
  );

  test('gives no link but http, https, mailto, tel and sms, and no character that hides', () => {
    fc.assert(
      fc.property(messy, (parts) => {
        const { draft } = parseMarkdown(storyText(parts.join('')));
        if (draft === undefined) return;

        const lines = digestLines(draft);
        const links = JSON.stringify(lines).matchAll(/"url":"([^"]*)"/g);
        for (const [, url] of links) expect(url).toMatch(/^(?:https?:\/\/|mailto:|tel:|sms:)[\x21-\x7e]+$/);
        for (const { content } of lines)
          expect(inlineText(content)).not.toMatch(/[\0-\x08\u202A-\u202E\u2066-\u2069]/);
      }),
      { numRuns: 150 },
    );
  });

  test('is read the same twice', () => {
    fc.assert(
      fc.property(messy, (parts) => {
        const text = frontMatter + parts.join('');

        expect(parseMarkdown(text)).toEqual(parseMarkdown(text));
      }),
      { numRuns: 50 },
    );
  });
});

describe('plain words', () => {
  const words = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '{{name}}',
          '{{{x}}}',
          '{{#if}}',
          '</',
          '%0d%0a',
          '=?utf-8?q?x?=',
          '3:1',
          '5:30pm',
          ':::',
          '#1',
        ),
        fc.stringMatching(/^[A-Za-zäßéшא]{1,8}[,.;]?$/),
      ),
      { minLength: 1, maxLength: 20 },
    )
    .map((list) => list.join(' '));

  test('come through a paragraph as they are', () => {
    fc.assert(
      fc.property(words, (text) => {
        const [block] = blocksOf(`Word ${text}`);

        expect(block).toMatchObject({
          kind: 'paragraph',
          content: [{ kind: 'text', value: `Word ${text}` }],
        });
      }),
    );
  });

  test('come through subject, headline and attributes as they are', () => {
    fc.assert(
      fc.property(words, (text) => {
        const source = `---\ndate: 2026-11-23\nsubject: ${JSON.stringify(text)}\n---\n## Word ${text}\n{credit='${text}'}\n\nb\n`;
        const digest = digestOf(source);

        expect(digest.subject).toBe(text);
        const [story] = digest.sections;
        expect(story).toMatchObject({ headline: `Word ${text}` });
        expect(inlineText((story as Story).credit ?? [])).toBe(text);
      }),
    );
  });
});

describe('limits', () => {
  /** Each was slow, deep or both in a parser before it was refused; `tests/integration/content` has more. */
  test.each([
    [
      'markdown',
      [
        '*',
        '*a_',
        'a***b**c*',
        '_',
        '[',
        '[a](',
        '`',
        '<a ',
        '>',
        '- > ',
        '1. ',
        ':::a\n',
        ':::',
        '[a]: b\n',
      ],
    ],
    ['yaml', ['[', '{', '? ', '- ', 'a: ', ']', '"', ':::']],
    ['json', ['[', '{"a":', '"', '\\']],
  ] as const)(
    '64 KB of one mark as %s are read, or refused with a reason, and hang nothing',
    (format, seeds) => {
      for (const seed of seeds) {
        const text = seed.repeat(Math.ceil(65_536 / seed.length)).slice(0, 65_400);

        // Unguarded, some of these take minutes or end the process.
        const source = format === 'markdown' ? storyText(text) : text;
        const { digest, problems } = parseDigest({ text: source, file: 'a', format });

        expect(digest !== undefined || problems.some(({ severity }) => severity === 'error')).toBe(true);
      }
    },
  );

  test.each([
    ['a file above 64 KB', 'a'.repeat(65_537), 'file-too-large'],
    ['64 KB counted in bytes', 'é'.repeat(33_000), 'file-too-large'],
    ['more than 2,000 lines', storyText('a\n'.repeat(2000)), 'too-many-lines'],
    ['a paragraph above 4 KB', storyText('word '.repeat(900)), 'paragraph-too-long'],
    ['a bullet above 4 KB', storyText(`- ${'word '.repeat(900)}`), 'paragraph-too-long'],
    [
      'a numbered line hidden in a long paragraph',
      storyText('x\n'.concat('2. *a_\n'.repeat(700))),
      'paragraph-too-long',
    ],
    ['too many marks in a paragraph', storyText('*a '.repeat(301)), 'paragraph-too-long'],
    ['quotes seven deep', storyText('> '.repeat(7).concat('a')), 'nested-too-deep'],
    ['bullets indented beyond reason', storyText(`${' '.repeat(49)}- a`), 'nested-too-deep'],
    ['emphasis nested beyond reason', storyText(nestedEmphasis(8)), 'nested-too-deep'],
  ])('%s is refused with a sentence', (_, text, rule) => {
    const { digest, problems } = parseMarkdown(text);

    expect(digest).toBeUndefined();
    expect(problems.map((problem) => problem.rule)).toContain(rule);
  });

  test('a list of long lines is no long paragraph', () => {
    expect(
      parseMarkdown(storyText('- a word or two, and a few more of them\n'.repeat(200))).problems,
    ).toEqual([]);
  });
});

function nestedEmphasis(depth: number): string {
  const marks = Array.from({ length: depth }, (_, index) => (index % 2 === 0 ? '*' : '**'));
  return `${marks.map((mark) => `${mark}a`).join(' ')} ${marks
    .toReversed()
    .map((mark) => `b${mark}`)
    .join(' ')}`;
}
