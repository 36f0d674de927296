import { expect, test } from 'vitest';

import { renderDigest, storyWith } from '../../support/content/render-digest.ts';

/** Text as it comes out of word processors, chats, spreadsheets, PDF files and mail programs, and what is shown of it. */

test.each([
  [
    'times signs',
    '5*3*2 is 30, x*y, n*(n-1)*(n-2) and 2*x + 3*y.',
    '5*3*2 is 30, x*y, n*(n-1)*(n-2) and 2*x + 3*y.',
  ],
  [
    'stars that pair up across words',
    'It is x*y, un*clear*ly, 10*10*10 cm.',
    'It is x*y, un*clear*ly, 10*10*10 cm.',
  ],
  ['names of files', 'Edit __init__.py and my_file_name.txt.', 'Edit __init__.py and my_file_name.txt.'],
  ['handles', 'By @_jane_, #_tag_ and /_next_/static.', 'By @_jane_, #_tag_ and /_next_/static.'],
  [
    'names in angle brackets',
    'Press <Enter>, <Media omitted>.',
    'Press &lt;Enter&gt;, &lt;Media omitted&gt;.',
  ],
  ['a comparison', 'If a<b and c>d, stop.', 'If a&lt;b and c&gt;d, stop.'],
  ['a list of a type', 'Returns List<String> items.', 'Returns List&lt;String&gt; items.'],
  ['empty tags of Outlook', '<p class=MsoNormal>Dear all,<o:p></o:p></p>', 'Dear all,'],
  ['the number that an HTML list begins with', '<ol start="3"><li>three</li></ol>', 'three'],
  ['numbers in brackets', '(1) first\n(2) second', '(1) first (2) second'],
  ['cells of a spreadsheet', 'Name\tVotes\nAna\t1,204\nBob\t1,147', 'Name Votes Ana 1,204 Bob 1,147'],
  ['a note in a quote and in a cell', '> So[^1].\n\n| a[^1] |\n|---|\n| b |\n\n[^1]: Said.', '1. Said.'],
  ['emphasis in emphasis', '***all* three** and _**x**_ and *a **b** c*', 'all three and x and a b c'],
  [
    'links with emphasis and code',
    '**[Bold](https://example.org/a)** [a `code` word](https://example.org/d)',
    'Bold a code word',
  ],
  [
    'brackets in links',
    '[text [sic]](https://example.org/b) [x\\]y](https://example.org/c)',
    'text [sic] x]y',
  ],
  [
    'figures',
    '5–10 %, $1.2bn–$1.5bn, 1 000, 1_000, 1.000,50, −5, ~7, <9, >10, 3⅔, 10^6',
    '5–10 %, $1.2bn–$1.5bn, 1 000, 1_000, 1.000,50, −5, ~7, &lt;9, &gt;10, 3⅔, 10^6',
  ],
  ['sequences of emoji', 'A 👩🏽‍💻 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️‍🔥 #️⃣ 🏳️‍⚧️ end', 'A 👩🏽‍💻 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️‍🔥 #️⃣ 🏳️‍⚧️ end'],
  [
    'a quote of a mail',
    '> On Tue, Dec 1 Jane <jane@example.org> wrote:\n>> Hello',
    'Jane jane@example.org wrote: Hello',
  ],
  ['Windows line ends with tabs', '- one\r\n\t- two\r\n\r\nText', 'one two Text'],
  ['old Macintosh line ends', 'First.\r\rSecond.', 'First. Second.'],
  ['mixed indents', ' - a\n   - b\n\t - c\n- d', 'a b c d'],
  ['references to characters', '5 &times; 3 &le; 20 &frac12;', '5 × 3 ≤ 20 ½'],
  ['comments in ways of Markdown', 'A\n\n[//]: # (hidden)\n\nB', 'A B'],
])('%s: each word is shown, in email and page', async (_, body, shown) => {
  const { problems, words, page } = await renderDigest(storyWith(`\n${body}`));

  expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
  for (const text of [words, wordsOf(page)]) expect(text.replaceAll('\u00A0', ' ')).toContain(shown);
});

/** Email has its words set apart by the harness already. */
function wordsOf(page: string): string {
  return page
    .replaceAll(/<ol class="notes">\s*<li>/gu, '1. ')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/ +(?=[.,])/gu, '')
    .replaceAll('&amp;', '&')
    .replaceAll('&#x27;', "'");
}

test('a list in HTML keeps the number that it begins with', async () => {
  const { html, page, text } = await renderDigest(
    storyWith('\n<ol start="3"><li>three</li><li>four</li></ol>'),
  );

  for (const markup of [html, page]) expect(markup).toContain('<ol start="3"');
  expect(text).toContain('3. three\n4. four');
});

test('cells that tabs separate are a table, with columns of figures to the right, and a warning', async () => {
  const { html, text, problems } = await renderDigest(
    storyWith('\nName\tVotes\tShare\nAna\t1,204\t51.2%\nBob\t1,147\t48.8%'),
  );

  expect(text).toContain('Name  Votes  Share\n----  -----  -----\nAna   1,204  51.2%\nBob   1,147  48.8%');
  expect(html.match(/<th [^>]*text-align:right/gu)).toHaveLength(2);
  expect(problems).toContain('table-of-tabs 9');
});

test.each([
  ['bullets of Word', '•\tOne\n•\tTwo', '• One\n• Two'],
  ['numbers of Word', '(a)\tOne\n(b)\tTwo', '(a) One\n(b) Two'],
  ['fields', 'Where:\tTown hall\nWhen:\t9am', 'Where: Town hall\nWhen: 9am'],
])('%s with tabs are lines and no table', async (_, body, shown) => {
  const { text, problems } = await renderDigest(storyWith(`\n${body}`));

  expect(text).toContain(shown);
  expect(problems).not.toContain('table-of-tabs 9');
});

test.each([
  ['[ ] Write\n[x] Call'],
  ['☐ Write\n☑ Call'],
  ['(1) one\n(2) two'],
  ['1.) eins\n2.) zwei'],
  ['§1 Erste\n§2 Zweite'],
  ['A) one\nB) two'],
  ['[01.12.26, 08:15:33] Jane: Hi\n[01.12.26, 08:16:02] Bob: Hi'],
  ['12/1/26, 8:15 AM - Jane: Hi\n12/1/26, 8:16 AM - Bob: Hi'],
])('lines that begin like a list or a chat stay lines: %j', async (body) => {
  expect((await renderDigest(storyWith(`\n${body}`))).text).toContain(body);
});

test.each([
  [
    'links that each have a line',
    '[One](https://example.org/1)\n[Two](https://example.org/2)',
    'One <https://example.org/1>\n\nTwo <https://example.org/2>',
  ],
  ['bars of a poll', 'Yes ████████ 62%\nNo ████ 38%', 'Yes ████████ 62%\nNo ████ 38%'],
  ['dots before a price', 'Coffee ..... $3.50\nTea ..... $2.00', 'Coffee ..... $3.50\nTea ..... $2.00'],
])('%s stay lines', async (_, body, shown) => {
  expect((await renderDigest(storyWith(`\n${body}`))).text).toContain(shown);
});

test('a quotation mark inside the value of an attribute has a backslash before it', async () => {
  const { words, problems } = await renderDigest(
    storyWith('{section="Q&A" by="Jane \\"JJ\\" Doe"}\n\nText.'),
  );

  expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
  expect(words).toContain('By Jane “JJ” Doe');
});

test.each([
  ['a headline', '## A claim[^1]\n\nText.\n\n[^1]: Proof.', 1],
  [
    'a dashboard',
    '## A\n\nText.\n\n:::dashboard[Oil]\n1. **Up:** twice[^1]\n2. Down\n:::\n\n[^1]: Proof.',
    6,
  ],
])('a footnote in %s is an error, because its text would be lost', async (_, body, line) => {
  const front = '---\ndate: 2026-11-25\nsubject: A subject line\n---\n';

  expect((await renderDigest(`${front}${body}\n`)).problems).toContain(`!note-misplaced ${line + 4}`);
});

test.each(['**A claim[^1]:** and more.', '[The report[^1]](https://example.org/r)'])(
  'the mark of a footnote stays where it is: %s',
  async (body) => {
    const { text, html } = await renderDigest(storyWith(`\n${body}\n\n[^1]: Proof.`));

    expect(text).toMatch(/(?:claim|report).*\[1\]/u);
    expect(html).toContain('<sup');
  },
);

test('two hyphens before each turn of a dialogue become dashes', async () => {
  const { text } = await renderDigest(storyWith("\n-- Who's there?\n-- Nobody."));

  expect(text).toContain('— Who’s there?\n— Nobody.');
});

test.each([
  ['2**8 is 256, and 2**10 is 1024.', '!markup-bold 9'],
  ['Delete lib/**/*.js today.', '!markup-bold 9'],
  ['+----+----+\n| Na | Vo |\n+----+----+', '!markup-table 9'],
  ['The commit-\ntee met.', 'word-divided 9'],
  ['The show is ~cancelled~ tonight.', 'markup-mark 9'],
  ['Dear <First Name>, hello.', 'html-as-text 9'],
])('%j is reported', async (body, expected) => {
  const { problems } = await renderDigest(storyWith(`\n${body}`));

  expect(problems).toContain(expected);
});

test.each([
  'Pre- and post-war homes.',
  'Zwei- bis dreimal, Haupt- und Nebensache.',
  'A two- to three-year plan.',
])('a hyphen that waits for its word is none that a line end left: %s', async (body) => {
  expect((await renderDigest(storyWith(`\n${body}`))).problems).not.toContain('word-divided 9');
});

test('each address that is no link is reported, without the punctuation around it', async () => {
  const { problems } = await renderDigest(
    storyWith(
      '\nIs it https://example.org/a? See (https://example.org/wiki/Foo_(bar)), or https://example.org/c...',
    ),
  );

  expect(problems.filter((problem) => problem === 'url-not-linked 9')).toHaveLength(3);
});
