import { describe, expect, test } from 'vitest';

import type { Dashboard, Section, Sponsor } from '../../../src/domain/editions/digest.ts';
import { blocksOf, digestOf, frontMatter, parseMarkdown, storyOf, storyText } from './digest-text.ts';

const text = (value: string) => ({ kind: 'text', value });
const link = (url: string, value: string, line: number, column: number) => ({
  kind: 'link',
  url,
  children: [text(value)],
  at: { line, column },
});

function sectionOf<K extends Section['kind']>(source: string, kind: K): Extract<Section, { kind: K }> {
  const found = digestOf(source).sections.find((section) => section.kind === kind);
  if (found === undefined) throw new Error(`There is no ${kind}.`);
  return found as Extract<Section, { kind: K }>;
}

describe('a Markdown digest', () => {
  test('says date, subject, preheader and editor, and where', () => {
    const digest = digestOf(
      '---\ndate: 2026-11-23\nsubject: "It\'s: a {{subject}}"\npreheader: Plus  more\neditor: Jo\n---\n## A\n\nb\n',
    );

    expect(digest).toMatchObject({
      date: '2026-11-23',
      subject: "It's: a {{subject}}",
      preheader: 'Plus more',
      editor: 'Jo',
      places: { subject: { line: 3, column: 10 }, editor: { line: 5, column: 9 } },
    });
  });

  test('keeps the order of the file: greeting, lead, blocks, briefs', () => {
    const digest = digestOf(
      `${frontMatter}Hello.\n\n## 1 big thing: A\n\na\n\n:::sponsor{name="S"}\ns\n:::\n\n:::dashboard[D]\n1. d\n:::\n\n## B\n\nb\n`,
    );

    expect(digest.greeting).toEqual([
      { kind: 'paragraph', content: [text('Hello.')], at: { line: 5, column: 1 } },
    ]);
    expect(digest.sections.map(({ kind, at }) => [kind, at.line])).toEqual([
      ['lead', 7],
      ['sponsor', 11],
      ['dashboard', 15],
      ['brief', 19],
    ]);
  });

  test('reads the attribute line under a headline, with times in UTC', () => {
    const story = storyOf(
      `${frontMatter}## A\n{section="World &amp; {more}"\n  published='2026-11-23T05:10-05:00' credit="A_b_c: *x*"}\nText.\n`,
    );

    expect(story).toMatchObject({
      section: 'World &amp; {more}',
      published: '2026-11-23T10:10:00Z',
      credit: [text('A_b_c: '), { kind: 'emphasis', children: [text('x')] }],
      blocks: [{ kind: 'paragraph', content: [text('Text.')], at: { line: 8, column: 1 } }],
    });
  });

  test.each([
    ['1 big thing: Grid', '1 big thing:', 'Grid'],
    ['One last thing: A: B', 'One last thing:', 'A: B'],
    ['2 quick hits: X', '2 quick hits:', 'X'],
    ['1 smile to go: X', '1 smile to go:', 'X'],
    ['🐻 1 fun thing: X', '🐻 1 fun thing:', 'X'],
    ['3 dead in Tulsa: what we know', undefined, '3 dead in Tulsa: what we know'],
    ['Markets: up', undefined, 'Markets: up'],
    ['1 big thing:', undefined, '1 big thing:'],
  ])('headline %j has the kicker %j', (headline, kicker, rest) => {
    const story = storyOf(`${frontMatter}## ${headline}\n\nx\n`);

    expect([story.kicker, story.headline]).toEqual([kicker, rest]);
  });

  test.each([
    ['**Why it matters:** Because.', 'Why it matters:', 'Because.'],
    ['**Why it matters**: Because.', 'Why it matters:', 'Because.'],
    ['**By the numbers:**', 'By the numbers:', undefined],
    ['**Bold** text: more', undefined, undefined],
    ['At 5:30pm **x:** y', undefined, 'At 5:30pm '],
  ])('paragraph %j has the lead-in %j', (source, leadIn, first) => {
    const [block] = blocksOf(source);

    expect(block).toMatchObject({ kind: 'paragraph', ...(leadIn === undefined ? {} : { leadIn }) });
    expect(block).toHaveProperty('leadIn' in (block ?? {}) ? 'leadIn' : 'kind');
    if (first !== undefined) expect(block).toHaveProperty(['content', 0], text(first));
  });

  test('has bullets, quotes, images with credit and "Go deeper" links', () => {
    const blocks = blocksOf(
      '- **Jobs:** many\n- few\n\n1. one\n\n> a\n> b\n>\n> c\n\n![What it shows](./images/a%20b.jpg "Photo: A. Name")\n\n[Go deeper](https://example.org/ä)',
    );

    expect(blocks).toEqual([
      {
        kind: 'list',
        ordered: false,
        items: [{ leadIn: 'Jobs:', content: [text('many')] }, { content: [text('few')] }],
        at: { line: 7, column: 1 },
      },
      {
        kind: 'list',
        ordered: true,
        items: [{ number: 1, content: [text('one')] }],
        at: { line: 10, column: 1 },
      },
      { kind: 'quote', paragraphs: [[text('a b')], [text('c')]], at: { line: 12, column: 1 } },
      {
        kind: 'image',
        src: 'images/a b.jpg',
        alt: 'What it shows',
        credit: [text('Photo: A. Name')],
        at: { line: 17, column: 1 },
      },
      {
        kind: 'go-deeper',
        text: 'Go deeper',
        url: 'https://example.org/%C3%A4',
        at: { line: 19, column: 1 },
      },
    ]);
  });

  test('reads emphasis, code, breaks and reference links inside a line', () => {
    const blocks = blocksOf('a **b *c*** `{{d}}`\\\ne [f][x]\n\n[x]: http://münchen.example/\n');

    expect(blocks).toEqual([
      {
        kind: 'paragraph',
        content: [
          text('a '),
          { kind: 'strong', children: [text('b '), { kind: 'emphasis', children: [text('c')] }] },
          text(' '),
          { kind: 'code', value: '{{d}}' },
          { kind: 'break' },
          text('e '),
          link('http://xn--mnchen-3ya.example/', 'f', 8, 3),
        ],
        at: { line: 7, column: 1 },
      },
    ]);
  });

  test.each([
    'At 5:30pm the ratio was 3:1 :name[x]{y}.',
    '{{subject}} and {{{html}}}',
    'a </ b and < c',
    'x ::: y',
    '1986\\. A year',
    'snake_case_name and 2 * 3 * 4',
  ])('%j stays plain text', (source) => {
    expect(blocksOf(source)).toEqual([
      { kind: 'paragraph', content: [text(source.replace('\\', ''))], at: { line: 7, column: 1 } },
    ]);
  });

  test('drops raw HTML with a warning, and comments without one', () => {
    const { digest, problems } = parseMarkdown(
      storyText('a <b>c</b> d<!-- note -->\n\n<div>\n</div>\n\n<!-- note -->'),
    );

    expect(problems.map(({ rule, severity, line, column }) => [rule, severity, line, column])).toEqual([
      ['html-dropped', 'warning', 7, 3],
      ['html-dropped', 'warning', 7, 7],
      ['html-dropped', 'warning', 9, 1],
    ]);
    expect(digest?.sections[0]).toMatchObject({ blocks: [{ content: [text('a c d')] }] });
  });

  test('is the same with CRLF and a byte order mark', () => {
    const source = `${frontMatter}Hi.\n\n## A\n{section="B"}\n\n- c\n- d\n`;

    expect(digestOf(`\uFEFF${source.replaceAll('\n', '\r\n')}`)).toEqual(digestOf(source));
  });

  test('takes a line of dashes under a paragraph for no headline', () => {
    const { digest, problems } = parseMarkdown(storyText('A paragraph\n---\n\nAnother'));

    expect(problems.map(({ rule, severity }) => [rule, severity])).toEqual([['rule-dropped', 'warning']]);
    expect(digest?.sections).toHaveLength(1);
  });
});

describe('a dashboard', () => {
  const dashboard = (
    lines: string,
    head = ':::dashboard[Heat: *now*]{section="Climate" updated="2026-11-23T04:00Z" credit="A"}',
  ): Dashboard => sectionOf(`${frontMatter}## A\n\nb\n\n${head}\n${lines}\n:::\n`, 'dashboard');

  test('has a title and a section line', () => {
    expect(dashboard('1. a')).toMatchObject({
      title: 'Heat: *now*',
      section: 'Climate',
      updated: '2026-11-23T04:00:00Z',
      credit: [text('A')],
      at: { line: 9, column: 1 },
    });
  });

  test('has links that follow each other as headlines of their own under one label', () => {
    expect(dashboard('1. **Politics:** [A](https://a.example/) [B](https://b.example/)').entries).toEqual([
      {
        number: 1,
        label: 'Politics:',
        items: [
          { content: [link('https://a.example/', 'A', 10, 18)] },
          { content: [link('https://b.example/', 'B', 10, 42)] },
        ],
        at: { line: 10, column: 1 },
      },
    ]);
  });

  test('keeps text with its link as one headline', () => {
    expect(
      dashboard('1. **Health:** Hospitals fill — [13 states](https://a.example/)').entries[0]?.items,
    ).toEqual([{ content: [text('Hospitals fill — '), link('https://a.example/', '13 states', 10, 33)] }]);
  });

  test.each([
    ['1. [A](https://a.example/); [B](https://b.example/)', 2],
    ['1. [A](https://a.example/)\n   [B](https://b.example/)', 2],
    ['1. First\\\n   Second', 2],
    ['1. **L:**\n   - [A](https://a.example/)\n   - Text', 2],
    ['1. [A](https://a.example/) and [B](https://b.example/)', 1],
  ])('%j has %i headlines', (lines, count) => {
    expect(dashboard(lines).entries[0]?.items).toHaveLength(count);
  });

  test('may hold brackets in its title', () => {
    expect(dashboard('1. a', ':::dashboard[A \\[b\\]]').title).toBe('A [b]');
  });
});

test('a sponsor block has a name, an address and blocks', () => {
  const sponsor: Sponsor = sectionOf(
    `${frontMatter}## A\n\nb\n\n:::sponsor{name="Acme & Co" href="https://acme.example"}\nBuy.\n:::\n`,
    'sponsor',
  );

  expect(sponsor).toEqual({
    kind: 'sponsor',
    name: 'Acme & Co',
    href: 'https://acme.example/',
    blocks: [{ kind: 'paragraph', content: [text('Buy.')], at: { line: 10, column: 1 } }],
    at: { line: 9, column: 1 },
  });
});
