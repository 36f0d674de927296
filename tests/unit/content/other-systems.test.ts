import { describe, expect, test } from 'vitest';

import type { Block, Digest } from '../../../src/domain/editions/digest.ts';
import { inlineText } from '../../../src/domain/editions/inline-text.ts';
import { renderDigest, storyWith } from '../../support/content/render-digest.ts';
import { blocksOf, digestOf, frontMatter, parseMarkdown, places } from './digest-text.ts';

/** Headlines of stories, and what stands above the first one. */
function outline({ greeting, sections }: Digest): readonly string[] {
  const headlines = sections.map((section) => ('headline' in section ? section.headline : section.kind));
  return [greeting.map(wordsOf).join(' / '), ...headlines];
}

function wordsOf(block: Block): string {
  return 'content' in block ? inlineText(block.content) : block.kind;
}

describe('headlines', () => {
  test.each([
    ['`##`, below a title with `#`', '# T\n\na\n\n## B\n\nc\n\n## D\n\ne', ['T / a', 'B', 'D']],
    ['`###`, below a title with `#`', '# T\n\n### B\n\nc\n\n### D\n\ne', ['T', 'B', 'D']],
    ['`#` in each of them', '# B\n\nc\n\n# D\n\ne', ['', 'B', 'D']],
    ['a title and stories with `#`', '# T\n\n# B\n\nc\n\n# D\n\ne', ['T', 'B', 'D']],
    ['one `#` alone', 'a\n\n# B\n\nc', ['a', 'B']],
    ['`###` in each of them', 'a\n\n### B\n\nc\n\n### D\n\ne', ['a', 'B', 'D']],
    ['underlined', 'T\n===\n\nB\n---\n\nc\n\nD\n-----\nd', ['T', 'B', 'D']],
    ['underlined with dashes alone', 'a.\n\nB\n---\n\nc\n\nIs D?\n---\n\nd', ['a.', 'B', 'Is D?']],
    ['bold lines', '**Hi.**\n\n---\n\n**B**\n\nc\n\n**D**\n\nd', ['Hi.', 'B', 'D']],
    ['bold first lines', '**B**\nc\n\n**D**  \nd', ['', 'B', 'D']],
    ['`##` closed by `##`', '## B ##\n\nc', ['', 'B']],
  ])('may be %s', (_, body, expected) => {
    expect(outline(digestOf(frontMatter + body))).toEqual(expected);
  });

  test.each([
    ['`##` inside `#` stories', '# B\n\nc\n\n## D\n\ne\n\n# F\n\ng', [3]],
    ['`####` inside `###` stories', '### B\n\nc\n\n#### D\n\ne\n\n##### F\n\ng', [3, 4]],
    ['`###` inside `##` stories', '## B\n\nc\n\n### D\n\ne', [3]],
  ])('keep their order: %s', (_, body, levels) => {
    const [lead] = digestOf(frontMatter + body).sections;
    const blocks = lead !== undefined && 'blocks' in lead ? lead.blocks : [];

    expect(blocks.flatMap((block) => (block.kind === 'subheading' ? [block.level] : []))).toEqual(levels);
  });

  test.each([
    ['dashes under a sentence', '## A\n\nb.\n---\n\nc', ['', 'A']],
    ['dashes under two lines', 'a\nb\n---\n\n## C\n\nd', ['a b', 'C']],
    ['a bold line in a story', '## A\n\n**b**\n\nc', ['', 'A']],
    ['a lead-in', 'a\n\n**Why it matters:** b\n\n**B**\n\nc', ['a / b', 'B']],
    ['a bold line at the end', '**A**\n\nb\n\n**Bye**', ['', 'A']],
  ])('are not made of %s', (_, body, expected) => {
    expect(outline(digestOf(frontMatter + body))).toEqual(expected);
  });

  test('of two levels at the top are explained', () => {
    expect(places(parseMarkdown(`${frontMatter}# A\n\nb\n\n## C\n\nd\n\n# E\n\nf\n`))).toEqual([
      'headline-levels 5:1',
    ]);
  });

  test('that are a title have no attributes', () => {
    const source = `${frontMatter}# T\n{section="World"}\n\n## A\n\nb\n`;

    expect(places(parseMarkdown(source))).toEqual(['attributes-misplaced 6:1']);
  });

  test('with `#` below `##` are a slip, and the hint has the line to write', () => {
    const { problems } = parseMarkdown(`${frontMatter}## A\n\nb\n\n# C and D\n\nd\n`);

    expect(problems).toMatchObject([{ rule: 'headline-level', hint: 'Write "## C and D".', line: 9 }]);
  });

  test.each(['## A {#a}', '## A {.b}', '## A {: .b}'])('%s lose what is for other systems', (line) => {
    const { digest, problems } = parseMarkdown(`${frontMatter}${line}\n\nb\n`);

    expect(problems).toMatchObject([{ rule: 'attributes-dropped', severity: 'warning', line: 5 }]);
    expect(digest?.sections).toMatchObject([{ headline: 'A' }]);
  });
});

describe('raw HTML', () => {
  test.each([
    ['<center>Read me</center>', '>Read me</p>'],
    ['<p>One</p><p>Two</p>', '>Two</p>'],
    ['<div align="center">\n\n**Bold** words\n\n</div>', '<strong>Bold</strong> words'],
    ['a <b>bold <i>and more</i></b> b', '<strong>bold <em>and more</em></strong>'],
    ['a <del>b</del> c', '<s>b</s>'],
    ['a <code>b</code> c', '>b</code>'],
    ['x m<sup>2</sup> and H<sub>2</sub>O', 'x m² and H₂O'],
    [
      'a <a href="https://example.org/x?a=1&amp;b=2">the plan</a> b',
      'href="https://example.org/x?a=1&amp;b=2"',
    ],
    ['<img src="images/a.png" alt="A bag">', 'alt="A bag"'],
    ['<p align=center><img alt="A bag" src="images/a.png" width=600></p>', 'alt="A bag"'],
    [
      '<a href="https://example.org/x"><img src="images/a.png" alt="A bag"></a>',
      'href="https://example.org/x"',
    ],
    ['<figure><img src="images/a.png" alt="A bag"><figcaption>By A</figcaption></figure>', '<em>By A</em>'],
    ['<ul><li>One</li><li>Two</li></ul>', '>Two</li>'],
    ['<ol>\n<li>One</li>\n</ol>', '<ol'],
    ['<h3>Money</h3>', '>Money</h3>'],
    ['<blockquote>It holds.</blockquote>', '<blockquote'],
    ['<aside>\n💡 **Mind:** the gap\n</aside>', '<strong>Mind:</strong>'],
    ['<!-- a --> Words', '>Words</p>'],
    ['- One\n  <br>\n  Two', 'Two'],
    ['> <p>Quoted</p>', 'Quoted'],
  ])('with a meaning in Markdown is read: %s', async (body, shown) => {
    const { problems, html } = await renderDigest(storyWith(`\nText.\n\n${body}`));

    expect(problems.filter((problem) => !/credit|preheader|link-twice/u.test(problem))).toEqual([]);
    expect(html.replaceAll(/\s?style="[^"]*"/gu, '')).toContain(shown);
  });

  test.each([
    ['<table><tr><td>a</td></tr></table>', ['!html-words-lost 9']],
    ['<script>alert(1)</script>', ['html-dropped 9']],
    ['<script>a</script><p onclick="x">b</p>', ['!html-words-lost 9']],
    ['<div><iframe src="https://a.example"></iframe></div>', ['html-dropped 9']],
    ['a <u>b</u> c', ['html-dropped 9']],
    ['a <b>c', ['html-dropped 9']],
    ['<a href="javascript:alert(1)">the plan</a>', ['!link-scheme 9']],
    ['<img src="images/a.png">', ['!image-alt-missing 9']],
    ['<p><img alt="A bag" src=images/a.png></p>', ['!html-image-lost 9']],
    ['Text <a href=https://a.example/b>the plan</a>', ['markup-html 9']],
    ['<img src="http://a.example/b.png" alt="A bag">', ['!image-source 9']],
    ['Text\n\n<div>\n\n<!-- words', ['!html-words-lost 13']],
  ])('without one is reported: %s', async (body, expected) => {
    const { problems } = await renderDigest(storyWith(`\n${body}\n\nMore.`));

    expect(problems).toEqual(expect.arrayContaining(expected));
  });

  test('hides no words from the checks', async () => {
    const { problems } = await renderDigest(storyWith('\n<p>Hello {{ name }}</p>'));

    expect(problems).toContain('!merge-tag 9');
  });

  test('has its places in the file', () => {
    const { problems } = parseMarkdown(`${frontMatter}## A\n\n> <div>\n> b\n> <a href="x:y">c d</a></div>\n`);

    expect(problems).toMatchObject([{ rule: 'link-scheme', line: 9, column: 3 }]);
  });
});

describe('lines of a paragraph', () => {
  test.each([
    ['that begin with bullets of word processors', '• a\n• b'],
    ['that begin with a bullet, below a sentence', 'c:\n• a\n• b'],
    ['that begin with dashes', '– a\n– b'],
    ['that begin with emoji', 'c:\n🚆 a\n🌧️ b'],
    ['that begin with the digits of Arabic', '١. a\n٢. b'],
    ['that begin with letters', 'a. x\nb. y'],
    ['that begin with labels', '**Where:** a\n**When:** b\n*Who*: c'],
    ['that are fields', 'Status: sent\nLast edited: today'],
  ])('%s stay lines of their own', async (_, body) => {
    const { text, problems } = await renderDigest(storyWith(`\n${body}`));

    expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
    expect(text).toContain(body.replaceAll('*', ''));
  });

  test.each([
    ['one emoji at the beginning of a line', 'It rains\n🌧️ all day.', 'It rains 🌧️ all day.'],
    ['a dash', 'It rains\n– all day.', 'It rains – all day.'],
    ['bold words', '**One** and\n**two** are bold.', 'One and two are bold.'],
    ['a term and what it means', 'Fardel\n: a bundle', 'Fardel: a bundle'],
  ])('run on behind %s', async (_, body, shown) => {
    expect((await renderDigest(storyWith(`\n${body}`))).text).toContain(shown);
  });

  test('that are an image are images, with their captions below', () => {
    const blocks = blocksOf('Look:\n![A bag](a.png)\n*By A.*\n![A hat](b.png)');

    expect(blocks.map(({ kind }) => kind)).toEqual(['paragraph', 'image', 'paragraph', 'image']);
  });

  test('lose the attributes of links for other systems', () => {
    const { digest, problems } = parseMarkdown(
      `${frontMatter}## A\n\nb [c](https://d.example){:target="_blank"} e\n`,
    );

    expect(problems).toMatchObject([{ rule: 'attributes-dropped', severity: 'warning', line: 7 }]);
    expect(JSON.stringify(digest)).not.toContain('_blank');
  });
});

describe('quotes', () => {
  test('may hold a headline, a list and an image, in email, page and text', async () => {
    const quote = '> ### Together\n>\n> Words\n>\n> - One\n> - Two\n>\n> ![A bag](images/a.png "A")';
    const { html, page, text } = await renderDigest(storyWith(`\n${quote}`));

    for (const shown of [html, page]) {
      expect(/<blockquote[\s\S]*<\/blockquote>/u.exec(shown)?.[0]).toMatch(
        /Together[\s\S]*Words[\s\S]*<li[\s\S]*One[\s\S]*Two[\s\S]*alt="A bag"/u,
      );
    }
    expect(text).toContain('> Together\n>\n> Words\n>\n> - One\n> - Two\n>\n> [Image: A bag (A)]');
  });

  test('may name the speaker in their last line', async () => {
    const { html, text } = await renderDigest(storyWith('\n> It holds.\n> — A. *Name*'));

    expect(html).toMatch(/class="grey"[^>]*>A\. <em>Name<\/em><\/p>/u);
    expect(text).toContain('> It holds.\n>\n> — A. Name');
  });
});

test('rules between stories say nothing; one within a story is reported', () => {
  const body = '---\n\na\n\n***\n\n## B\n\n---\n\nc\n\n* * *\n\n## D\n\ne\n\n---\n\nf\n\n___\n';

  expect(places(parseMarkdown(frontMatter + body))).toEqual(['rule-dropped 23:1']);
});

test('lists have three levels, in email, page and text', async () => {
  const { text, html } = await renderDigest(storyWith('\n- a\n  - b\n    - c\n\n      d\n- e'));

  expect(text).toContain('- a\n  - b\n    - c\n      d\n- e');
  expect(html.match(/<ul/gu)).toHaveLength(3);
});

describe('front matter of another system', () => {
  const read = (yaml: string, body = '## A\n\nb\n') => parseMarkdown(`---\n${yaml}\n---\n${body}`);

  test('is left out key by key, with a warning each', () => {
    const { digest, problems } = read(
      'date: 2026-11-25T06:00:00Z\nsubject: S\ntitle: T\ntags: [a]\nauthor: N\nlayout: post',
    );

    expect(problems.map(({ rule, severity, line }) => [rule, severity, line])).toEqual([
      ['date-time-left-out', 'warning', 2],
      ...[4, 5, 6, 7].map((line) => ['key-left-out', 'warning', line]),
    ]);
    expect(problems.at(3)?.hint).toBe('To show it, write `editor: ...`.');
    expect(digest).toMatchObject({ date: '2026-11-25', subject: 'S' });
  });

  test.each([
    ['a draft', 'date: 2026-11-25\nsubject: S\ndraft: true', ['draft 4:1']],
    [
      'no subject',
      'date: 2026-11-25\ntitle: T\ntags: [a]',
      ['key-missing 1:1', 'key-left-out 3:1', 'key-left-out 4:1'],
    ],
    ['a slip', 'date: 2026-11-25\nsubjct: S\ntags: [a]', ['key-unknown 3:1', 'key-left-out 4:1']],
  ])('is refused with %s', (_, yaml, expected) => {
    expect(places(read(yaml))).toEqual(expected);
  });

  test.each([
    ['+++\ntitle = "a"\n+++\n\n## A\n\nb\n', 'front-matter-foreign 1:1'],
    [`${frontMatter}+++\ntitle = "a"\n+++\n\n## A\n\nb\n`, 'front-matter-foreign 5:1'],
    [`${frontMatter}\n---\ntitle: a\ntags:\n  - b\n---\n\n## A\n\nb\n`, 'front-matter-foreign 6:1'],
  ])('is not shown as text: %j', (source, expected) => {
    expect(places(parseMarkdown(source))).toContain(expected);
  });
});
