import { expect, test } from 'vitest';

import { renderDigest, storyWith } from '../../support/content/render-digest.ts';

test.each([
  ['an image inside a bullet', '- Look:\n\n  ![A bag](images/a.png "Photo: A")\n- Next', 'alt="A bag"'],
  ['a quote inside a bullet', '- Said:\n\n  > It holds.\n- Next', 'It holds.'],
  ['a footnote', 'It rained[^1].\n\n[^1]: For two days.', '1. For two days.'],
  ['a note in one table cell', '| A | B |\n|---|---|\n| c[^x] | d |\n\n[^x]: Estimated.', '1. Estimated.'],
  [
    'two notes with words as names',
    'A[^sun] b[^moon].\n\n[^moon]: Moon.\n\n[^sun]: Sun.',
    '1. Sun. 2. Moon.',
  ],
  ['a task list', '- [ ] Open\n- [x] Done', '☐ Open ☑ Done'],
  ['a fenced block with a headline in it', '```\n## not a headline\n:::\n```', '## not a headline :::'],
  ['reference links', 'Read [the plan][p].\n\n[p]: https://example.org/p', 'the plan'],
  ['an ordered list that was typed lazily', '1. One\n1. Two\n1. Three', 'One Two Three'],
  ['a list with parentheses', '3) Three\n4) Four', 'Three Four'],
  ['a line break as HTML', 'First line<br/>second line', 'First line second line'],
  ['a year at the start of a sentence', '1986. A great year for kites.', '1986. A great year for kites.'],
  ['an escaped star', '5,000\\* people came.', '5,000* people came.'],
  ['a star behind a number', '5,000* people came.', '5,000* people came.'],
  ['braces in code', 'Write `{{ name }}` there.', '{{ name }}'],
  ['a tilde before a number', 'About ~5 % and ~7 % of it.', '~5 % and ~7 %'],
  ['times of day', 'At 5:30pm the ratio was 3:1.', 'At 5:30pm the ratio was 3:1.'],
  ['a bullet in the middle of a sentence', 'Energy • World • Sports', 'Energy • World • Sports'],
  ['dashes between lines', 'A sentence\n– with a thought –\nthat goes on.', '– with a thought –'],
  ['a subheading with bold text', '### **Money**\n\nText.', 'Money Text.'],
  ['an outline', '1.1 First point\n1.2 Second point', '1.1 First point 1.2 Second point'],
  ['a mail address in angle brackets', 'Write to <info@example.org>.', 'Write to info@example.org.'],
  [
    'bullets of Word',
    'o\tFirst\no\tSecond\n\n\uF0B7 Third\n\uF0B7 Fourth',
    '• First • Second • Third • Fourth',
  ],
  [
    'ligatures of PDF files',
    'The \uFB01nance o\uFB03ce is e\uFB00ective.',
    'The finance office is effective.',
  ],
  ['figures that are multiplied', 'It is 2*3*4 = 24, or a*b*c.', 'It is 2*3*4 = 24, or a*b*c.'],
  [
    'gains and losses',
    'Today:\n+ 3 percent\n- 2 percent\n+ €4 million',
    '+ 3 percent - 2 percent + €4 million',
  ],
  ['a gain in a list of its own', 'Today:\n\n+ 3 percent\n+ 4 percent', '+ 3 percent + 4 percent'],
  ['bullets that begin with numbers', 'Today:\n\n- 3 routes\n- 4 buses', 'Today: 3 routes 4 buses'],
  ['escaped stars around words', 'He wrote \\*sic\\* there.\n\n\\*sic\\* again', '*sic* again'],
  ['a table with more cells in one row', '| A | B |\n|---|---|\n| c |\n| d | e |', 'A B c d e'],
])('%s is shown', async (_, body, shown) => {
  const { problems, words, text } = await renderDigest(storyWith(`\n${body}`));
  expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
  expect(`${words} alt="A bag"`).toContain(shown);
  expect(text.length).toBeGreaterThan(100);
});

test.each([
  ['a bold lead-in with the colon outside and a blank', '**Why **: x', ['!markup-bold 9']],
  ['a footnote that is not defined', 'It rained[^1].', ['!markup-note 9']],
  ['merge tags of Mailchimp', 'Hello *|FNAME|*.', ['!merge-tag 9']],
  ['merge tags of Brevo', 'Hello {{ contact.FIRSTNAME }}.', ['!merge-tag 9']],
  ['merge tags of Campaign Monitor', 'Hello [firstname,fallback=there].', []],
  ['Liquid', '{% if a %}x{% endif %}', ['!merge-tag 9']],
  ['a word that is to come', 'The mayor, TK, said so.', ['!placeholder 9']],
  ['a shop called TK Maxx', 'TK Maxx opens here.', []],
  ['lorem ipsum', 'Lorem ipsum dolor sit amet.', ['!placeholder 9']],
  ['an escaped entity', 'Salt &amp;amp; pepper', ['!entity-left 9']],
  ['half a table', 'A | B | C\n|---|---|\n| d | e |', ['!markup-table 9']],
  ['struck with a blank', 'On ~~ Tuesday ~~ it rains.', ['!markup-strike 9']],
  ['a fence in a sentence', 'x :::sponsor', ['!markup-fence 9']],
  ['brackets as bullets', '1)one\n2)two', ['!bullet-unknown 9']],
  ['stars without a space', '*one\n*two', ['!bullet-unknown 9']],
  ['an HTML table with words', '<table><tr><td>Read me</td></tr></table>', ['!html-words-lost 9']],
  ['a comment that is not closed', '<!-- Read me', ['!html-words-lost 9']],
  ['a callout', '> [!note] Mind\n> the gap', ['!markup-callout 9']],
  ['a comment between percent signs', 'One %% is this so? %% two', ['!markup-comment 9']],
  ['a note inside the line', 'One^[or two] three', ['!markup-note 9']],
  ['attributes in the middle of a line', 'One {.big} two', ['!attributes-left 9']],
  ['lines indented like code', 'One:\n\n    a = b\n    c = d', ['code-indented 11']],
  ['a table of seven columns', `${'|a'.repeat(7)}|\n${'|-'.repeat(7)}|`, ['!table-too-large 9']],
  ['a list of four levels', '- a\n  - b\n    - c\n      - d', ['!markdown-unsupported 12']],
  ['placeholders in the headline', 'Text.', ['!merge-tag 7'], 'Hello {{name}}'],
  ['a zero-width space', 'in\u200Bvisible', ['characters-normalized 9']],
  ['a line separator', 'one\u2028two', ['characters-normalized 9']],
  ['a vertical tab', 'one\u000Btwo', ['characters-normalized 9']],
  ['a soft hyphen', 'Donau\u00ADdampf', ['characters-normalized 9']],
])('%s is reported with its line', async (_, body, expected, headline = 'A headline') => {
  const { problems } = await renderDigest(storyWith(`\n${body}`, headline));

  expect(problems).toEqual(expect.arrayContaining(expected));
  if (expected.length === 0) expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
});

test('front matter may follow blank lines, end with dots, and take null for nothing', async () => {
  const source =
    '\n\n---\ndate: 2026-11-25\nsubject: A subject line\neditor: null\npreheader: ~\n...\nHi.\n\n## A headline\n\nText.\n';

  const { problems, html } = await renderDigest(source);

  expect(problems).toEqual(['preheader-missing 5']);
  expect(html).not.toContain('By null');
});

test('a text of invisible characters only is empty', async () => {
  const { problems } = await renderDigest(storyWith('\n\u200B\u00AD\u2060'));

  expect(problems).toContain('!story-empty 7');
});

test('a headline may be a link as a whole, in email, page and text', async () => {
  const { html, page, text, problems } = await renderDigest(
    storyWith('\nText.', '[A new bridge](https://example.org/bridge)'),
  );

  expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
  expect(html).toMatch(
    /<h2[^>]*><a [^>]*href="https:\/\/example\.org\/bridge"[^>]*>A new\u00a0bridge<\/a><\/h2>/u,
  );
  expect(page).toContain('<h2 id="story-1"><a href="https://example.org/bridge">A new bridge</a></h2>');
  expect(text).toContain('A new bridge <https://example.org/bridge>');
});

test.each([
  ['tel:+1 (218) 555-0100', 'tel:+12185550100'],
  ['sms:+12185550100', 'sms:+12185550100'],
  ['sms:+12185550100?body=JOIN', 'sms:+12185550100?body=JOIN'],
  ['mailto:desk@example.org?subject=Hi%20there', 'mailto:desk@example.org?subject=Hi%20there'],
])('the link <%s> leads to %s', async (address, expected) => {
  const { html, problems } = await renderDigest(
    storyWith(`\nYou can [reach the desk](<${address}>) all day.`),
  );

  expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
  expect(html).toContain(`href="${expected}"`);
});

test.each(['click here', 'Hier klicken!', 'cliquez ici', 'haz clic aquí', 'اضغط هنا', 'Read more', 'mehr'])(
  'the link text "%s" says nothing, in whatever language',
  async (words) => {
    const { problems } = await renderDigest(storyWith(`\nSee [${words}](https://example.org/a) for it.`));

    expect(problems).toContain('!link-vague 9');
  },
);

test('a link of its own that announces more gets the host of its address', async () => {
  const { words, problems } = await renderDigest(
    storyWith('\nText.\n\n[Weiterlesen](https://www.example.org/a)'),
  );

  expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
  expect(words).toContain('Weiterlesen at example.org');
});

test.each([
  ['a table without its second row', '| Berth | Ships |\n| North | 4 |', '!markup-table 9'],
  ['a footnote that nothing refers to', 'Text.\n\n[^1]: Counted by hand.', '!note-unused 11'],
  [
    'a sponsor whose name is still to come',
    'Text.\n\n:::sponsor{name="TODO"}\nWords.\n:::',
    '!placeholder 11',
  ],
  ['an image whose text is still to come', '![TK a boat in fog](images/a.png "A")', '!placeholder 9'],
])('%s blocks the edition', async (_, body, problem) => {
  const { problems } = await renderDigest(storyWith(`\n${body}`));

  expect(problems).toContain(problem);
});

test('so does a byline that is still to come', async () => {
  const { problems } = await renderDigest(storyWith('{by="XXX"}\n\nText.'));

  expect(problems).toContain('!placeholder 7');
});

test('a quote of several paragraphs is one quote in plain text', async () => {
  const { text } = await renderDigest(storyWith('\n> One.\n>\n> Two.\n>\n> — Ana Ruiz'));

  expect(text).toContain('> One.\n>\n> Two.\n>\n> — Ana Ruiz\n');
});

test.each([
  ['an outline', '1.1 First point\n1.2 Second point', ['1.1 First point', '1.2 Second point']],
  ['Roman numbers', 'i. one\nii. two\niii. three', ['i. one', 'ii. two', 'iii. three']],
  ['times of day', '9:00 Coffee\n10.30 Uhr: Rede\n2pm Tea', ['9:00 Coffee', '10.30 Uhr: Rede', '2pm Tea']],
  ['bullets of Word', 'o\tFirst\no\tSecond', ['• First', '• Second']],
  [
    'figures',
    'It was\n1.5 percent in May and\n2.5 percent later.',
    ['It was 1.5 percent in May and 2.5 percent later.'],
  ],
  ['one time of day', 'We met at\n9:00 and left.', ['We met at 9:00 and left.']],
])('lines that begin with %s stay apart only if they are a list', async (_, body, lines) => {
  const { text } = await renderDigest(storyWith(`\n${body}`));
  expect(text.replaceAll('\r', '')).toContain(`\n${lines.join('\n')}\n`);
});

test('positions behind ligatures, and behind characters that were taken away, are those of the file', async () => {
  const { problems } = await renderDigest(storyWith('\n\uFB01ne so\u00ADft \uFB03 and {{ name }}.'));
  expect(problems).toContain('!merge-tag 9');
});
