import { describe, expect, test } from 'vitest';

import { parseDigest } from '../../../src/content/parse-digest.ts';
import { formatProblem } from '../../../src/domain/editions/problem.ts';
import { frontMatter, parseMarkdown, places, storyText } from './digest-text.ts';

const story = '## A\n\nb\n';

describe('front matter', () => {
  test.each([
    ['', ['front-matter-missing 1:1']],
    ['Good morning.', ['front-matter-missing 1:1', 'story-missing 1:1']],
    ['---\ndate: 2026-11-23\n', ['front-matter-unclosed 1:1', 'story-missing 2:1']],
    [`---\n---\n${story}`, ['key-missing 1:1', 'key-missing 1:1']],
    [`---\ndate: 2026-02-30\nsubject: x\n---\n${story}`, ['date-invalid 2:7']],
    [`---\ndate: 2026-11-23\nsubject: Plus: x\n---\n${story}`, ['yaml-invalid 3:10']],
    [`---\ndate: 2026-11-23\nsubject: "x\n---\n${story}`, ['yaml-invalid 3:10']],
    [`---\ndate: 2026-11-23\nsubject: x\nsubject: y\n---\n${story}`, ['key-repeated 4:1']],
    [`---\ndate: 2026-11-23\nsubject: [x]\n---\n${story}`, ['value-invalid 3:10']],
    [`---\ndate: 2026-11-23\nsubject:\n---\n${story}`, ['value-empty 3:9']],
    [
      `---\ndate: 2026-11-23\nsubject: &a x\neditor: *a\n---\n${story}`,
      ['yaml-alias 3:13', 'yaml-alias 4:9'],
    ],
    [`---\ndate: 2026-11-23\nsubject: "\\u202e"\n---\n${story}`, ['character-forbidden 3:10']],
    [`---\ndate: 2026-11-23\nsubject: "a\\r\\nBcc: b"\n---\n${story}`, ['character-forbidden 3:10']],
    [`---\ndate: 2026-11-23\nsubject: x\neditor: y #1\n---\n${story}`, ['yaml-comment 4:11']],
  ])('%j: %j', (text, expected) => {
    expect(places(parseMarkdown(text))).toEqual(expected);
  });

  test.each([
    ['subjct', 'subject'],
    ['Subject', 'subject'],
    ['title', 'subject'],
    ['author', 'editor'],
    ['pre-header', 'preheader'],
  ])('an unknown key %s is answered with `%s`', (key, meant) => {
    const text = `---\ndate: 2026-11-23\n${key}: x\n---\n${story}`;
    const problem = parseMarkdown(text, 'digests/a.md').problems.find(({ rule }) => rule === 'key-unknown');

    expect(problem).toEqual({
      rule: 'key-unknown',
      severity: 'error',
      message: `The front matter has no key "${key}".`,
      hint: `Did you mean \`${meant}\`?`,
      file: 'digests/a.md',
      line: 3,
      column: 1,
    });
  });

  test('a misspelt key is not called missing too', () => {
    expect(places(parseMarkdown(`---\ndat: 2026-11-23\nsubjcet: x\n---\n${story}`))).toEqual([
      'key-unknown 2:1',
      'key-unknown 3:1',
    ]);
  });

  test('the date is that of the file name', () => {
    const text = frontMatter + story;

    expect(parseMarkdown(text, 'digests/a/2026-11-23.md').problems).toEqual([]);
    expect(places(parseMarkdown(text, 'digests/a/2026-11-24.md'))).toEqual(['date-mismatch 2:7']);
  });

  test.each([
    ['digests/a/2026-11-23.md', []],
    ['digests\\a\\2026-11-23.md', []],
    ['digests/a/2026-13-01.md', ['key-missing 1:1']],
    ['digests/a/morning.md', ['key-missing 1:1']],
  ])('without a date in the front matter, that of the file name %s is taken', (file, problems) => {
    const parsed = parseMarkdown(`---\nsubject: The mill turns again\n---\n${story}`, file);

    expect(places(parsed)).toEqual(problems);
    expect(parsed.digest?.date).toBe(problems.length === 0 ? '2026-11-23' : undefined);
  });

  test('an empty or misspelt date in the front matter is an error in spite of the file name', () => {
    const file = 'digests/a/2026-11-23.md';
    const withLine = (line: string) => `---\n${line}\nsubject: The mill turns again\n---\n${story}`;

    expect(places(parseMarkdown(withLine('date:'), file))).toEqual(['date-invalid 2:6']);
    expect(places(parseMarkdown(withLine('dat: 2026-11-24'), file))).toEqual(['key-unknown 2:1']);
  });

  test('a digest in YAML says its date itself', () => {
    const text = 'subject: A\nsections:\n  - {kind: story, headline: B, body: C}\n';

    expect(places(parseDigest({ text, file: 'a/2026-11-23.yaml', format: 'yaml' }))).toEqual([
      'key-missing 1:1',
    ]);
  });
});

describe('structure', () => {
  test.each([
    ['Only a greeting.', ['story-missing 5:1']],
    ['## \n\nb', ['value-empty 5:1']],
    ['<table>\n## A\n</table>', ['html-words-lost 5:1']],
    ['## A\n\nb\n\n# C\n\nd', ['headline-level 9:1']],
    ['##A\n\nb\n\n## C\n\nd', ['headline-blank 5:1']],
    ['## A', ['story-empty 5:1']],
    ['## A [b](https://c.example)\n\nd', ['headline-link 5:6']],
    ['## A\n\n[call](tel:none)', ['link-invalid 7:1']],
    ['## A\n\nb\n\n###\n\nd', ['subheading-empty 9:1']],
    ['## A\n\n- b\n  - c\n    - d\n      - e', ['markdown-unsupported 10:7']],
    ['## A\n\n> > > > b', ['markdown-unsupported 7:7']],
    [`## A\n\n${'|a'.repeat(7)}|\n${'|-'.repeat(7)}|`, ['table-too-large 7:1']],
    ['## A\n\nb <b>c\n\n<form>d</form>', ['html-dropped 7:3', 'html-words-lost 9:1']],
    ['## A\n\n1)b\n2)c', ['bullet-unknown 7:1']],
    ['## A\n\nb:\n-c\n-d', ['bullet-unknown 8:1']],
    ['## A\n\n- b\n-', ['bullet-empty 8:1']],
    ['## A\n\nb\n\n:::sponsor{name="S"}\nc', ['section-unclosed 9:1']],
    ['## A\n\nb\n\n:::sponsor{name="S"}\nc\n\n## D\n\ne', ['section-unclosed 9:1']],
    ['## A\n\nb\n\n::::sponsor{name="S"}\nc\n:::\n::::', ['section-not-open 11:1']],
    ['## A\n\nb\n\n:::', ['section-not-open 9:1']],
    ['## A\n\nb\n\n:::dashbord[C]\n1. d\n:::', ['section-unknown 9:1']],
    ['## A\n\nb\n\n:::video[C]\nd\n:::', ['section-unknown 9:1']],
    ['## A\n\nb\n\n::dashboard[C]\n1. d\n:::', ['section-invalid 9:1']],
    ['## A\n\nb\n\n::: dashboard[C]\n1. d\n:::', ['section-invalid 9:1']],
    ['## A\n\nb\n\n:::dashboard[C\n1. d\n:::', ['key-missing 9:1', 'section-invalid 9:13']],
    ['## A\n\nb\n\n:::dashboard\n1. d\n:::', ['key-missing 9:1']],
    ['## A\n\nb\n\n:::dashboard[C]\nd\n:::', ['dashboard-not-a-list 10:1']],
    ['## A\n\nb\n\n:::dashboard[C]\n:::', ['dashboard-empty 9:1']],
    ['## A\n\nb\n\n:::dashboard[C]\n1. **d:**\n2. e\n:::', ['dashboard-entry-empty 10:1']],
    ['## A\n\nb\n\n:::dashboard[C]\n1. **d** e\n:::', ['label-colon 10:1']],
    ['## A\n\nb\n\n:::sponsor[S]\n:::', ['section-invalid 9:1', 'key-missing 9:1', 'story-empty 9:1']],
    ['## A\n\nb\n\n:::sponsor{name="S" href="ftp://c.example"}\nd\n:::', ['link-invalid 9:27']],
  ])('%j: %j', (body, expected) => {
    expect(places(parseMarkdown(frontMatter + body)).toSorted()).toEqual(expected.toSorted());
  });
});

describe('attributes', () => {
  test.each([
    ['{sectoin="x"}', ['key-unknown 6:2']],
    ['{published="2026-11-23T05:60"}', ['time-invalid 6:13']],
    ['{section="x" published="2026-02-30T05:10Z"}', ['time-invalid 6:25']],
    ['{section=x}', ['attributes-invalid 6:10']],
    ['{section=}', ['attributes-invalid 6:10']],
    ['{section=“x”}', ['attributes-invalid 6:10']],
    ['{section="x}', ['attributes-invalid 6:10']],
    ['{section="x", credit="y"}', ['attributes-invalid 6:13']],
    ['{section="x" section="y"}', ['attributes-invalid 6:14']],
    ['{section="x"', ['attributes-invalid 6:1']],
    ['{section="x"} y', ['attributes-invalid 6:15']],
    ['{section=""}', ['value-empty 6:11']],
    ['b\n\n{section="x"}', ['attributes-misplaced 8:1']],
  ])('%j: %j', (line, expected) => {
    expect(places(parseMarkdown(`${frontMatter}## A\n${line}\n\nb\n`))).toEqual(expected);
  });
});

describe('links and images', () => {
  test.each([
    ['a [b](javascript:alert(1)) c', 'link-scheme 7:3', undefined],
    ['a [b](data:text/html,x) c', 'link-scheme 7:3', undefined],
    ['a [b](htps://c.example) d', 'link-scheme 7:3', 'Did you mean `https`?'],
    ['a [b](c.example/d) e', 'link-scheme 7:3', 'Did you mean https://c.example/d?'],
    ['a [b](/c) d', 'link-scheme 7:3', 'Write the whole address.'],
    ['a [b](c@d.example) e', 'link-scheme 7:3', 'Did you mean mailto:c@d.example?'],
    ['a [b](https://) c', 'link-invalid 7:3', 'Write https://example.org/page.'],
    ['a [b](https://c:d@e.example/f) g', 'link-credentials 7:3', 'Write https://e.example/... without it.'],
    ['a [b](https://c.example/&#10;d) e', 'link-invalid 7:3', 'Retype it.'],
    ['a [b](mailto:c) d', 'link-invalid 7:3', undefined],
    ['a [b](mailto:c@d.example?subject=e%0d%0aBcc:f@g.example) h', 'link-invalid 7:3', undefined],
    ['a [b](mailto:c@d.example?bcc=e@f.example) g', 'link-invalid 7:3', undefined],
    ['a [](https://c.example) d', 'link-text-missing 7:3', 'Write [where it goes](...).'],
    ['a [b]() c', 'link-empty 7:3', 'Write [text](https://...).'],
    ['a ![b](c.jpg) d', 'image-in-text 7:3', undefined],
    ['![](c.jpg)', 'image-alt-missing 7:1', undefined],
    ['![b](../c.jpg)', 'image-source 7:1', 'Put it beside the digest.'],
    ['![b](c/%2e%2e/%2E%2E/d.jpg)', 'image-source 7:1', 'Put it beside the digest.'],
    ['![b](/c.jpg)', 'image-source 7:1', 'Put it beside the digest.'],
    ['![b](c%5Cd.jpg)', 'image-source 7:1', 'Write folders with "/".'],
    ['![b](file:///c.jpg)', 'image-source 7:1', undefined],
    ['![b](http://c.example/d.jpg)', 'image-source 7:1', 'Did you mean https://c.example/d.jpg?'],
    ['![b](c%00d.jpg)', 'image-source 7:1', undefined],
  ])('%j: %s', (text, expected, hint) => {
    const parsed = parseMarkdown(storyText(text));

    expect(places(parsed)).toEqual([expected]);
    if (hint !== undefined)
      expect(parsed.problems.find(({ rule }) => expected.startsWith(rule))?.hint).toBe(hint);
    expect(parsed.digest).toBeUndefined();
  });
});

describe('characters', () => {
  test.each([
    ['a\u202Eb', 'character-forbidden 7:2'],
    ['a\0b', 'character-forbidden 7:2'],
    ['a\u001Bb', 'character-forbidden 7:2'],
    ['a\u202Db', 'character-forbidden 7:2'],
    ['ab \uD800', 'character-forbidden 7:4'],
    ['b &#x202e;', 'character-forbidden 7:1'],
    ['`b` **&#x2067;**', 'character-forbidden 7:7'],
  ])('%j: %s', (text, expected) => {
    expect(places(parseMarkdown(storyText(text)))).toEqual([expected]);
  });

  test('marks of right-to-left text, emoji and joiners pass', () => {
    expect(parseMarkdown(storyText('\u200Fשלום\u200E 👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 می‌خواهم')).problems).toEqual([]);
  });
});

test('reports every mistake of a file at once, in the order of the file, one line each', () => {
  const text = `---
date: 2026-11-23
subjct: Grid
---
Hi [there](htp://a.example).

## 1 big thing: Storms
{sectoin="Energy"}

![](lines.jpg)

:::dashbord[Heat]
1. **Politics:**
:::
`;

  const lines = parseMarkdown(text, 'digests/a/2026-11-23.md').problems.map(formatProblem);

  expect(lines).toEqual([
    'digests/a/2026-11-23.md:3:1: error: The front matter has no key "subjct". Did you mean `subject`? [key-unknown]',
    'digests/a/2026-11-23.md:5:4: error: The link "htp://a.example" begins with "htp:"; http, https, mailto, tel and sms are allowed. Did you mean `http`? [link-scheme]',
    'digests/a/2026-11-23.md:8:2: error: The line under a headline has no key "sectoin". Did you mean `section`? [key-unknown]',
    'digests/a/2026-11-23.md:10:1: error: The image has no text for people who do not see it. Say between the brackets what it shows: ![Lines down near Tulsa](...). [image-alt-missing]',
    'digests/a/2026-11-23.md:12:1: error: There is no section "dashbord"; `:::dashboard`, `:::sponsor`, `:::note`, `:::closing`, `:::continuation`, `:::button` or `:::contents` is expected. Did you mean `dashboard`? [section-unknown]',
    'digests/a/2026-11-23.md:13:1: error: This dashboard entry has no headline. Write 1. **Politics:** [Headline](https://...). [dashboard-entry-empty]',
  ]);
});

test('a digest with mistakes can still be looked at for more of them, but is no digest', () => {
  const { digest, draft } = parseMarkdown(storyText('a [b](c:d)'));

  expect(digest).toBeUndefined();
  expect(draft).toMatchObject({ subject: 'A subject', sections: [{ kind: 'lead', headline: 'A headline' }] });
});

test.each([
  ['an unknown key', 'date: 2026-11-23\nsubjct: A subject'],
  ['no subject', 'date: 2026-11-23'],
  ['a second kind of value', 'date: 2026-11-23\nsubject: [a, b]\npreheader: Plus'],
])('front matter with %s hides nothing that is wrong below it', (_, yaml) => {
  const { digest, draft } = parseMarkdown(`---\n${yaml}\n---\n## A headline\n\nText.\n`);

  expect(digest).toBeUndefined();
  expect(draft).toMatchObject({ date: '2026-11-23', sections: [{ kind: 'lead', headline: 'A headline' }] });
});

test('without a date of the calendar there is nothing to compare a digest with', () => {
  const { digest, draft, problems } = parseMarkdown(
    '---\ndate: soon\nsubject: A\n---\n## A headline\n\nText.\n',
  );

  expect({ digest, draft }).toEqual({});
  expect(problems.map(({ rule }) => rule)).toEqual(['date-invalid']);
});

test('reports at most a hundred problems', () => {
  const { problems } = parseMarkdown(storyText('a [b](c:d)\n\n'.repeat(150)));

  expect(problems).toHaveLength(101);
  expect(problems.at(-1)?.message).toBe('There are 50 more problems; fix these first.');
});
