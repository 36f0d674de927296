import { describe, expect, test } from 'vitest';

import { digestJsonSchema } from '../../../src/content/digest-schema.ts';
import { parseDigest } from '../../../src/content/parse-digest.ts';
import { digestOf, places } from './digest-text.ts';

const yaml = `date: 2026-11-23
subject: A subject
editor: Jo
greeting: |
  Hello **you**.
sections:
  - kind: story
    headline: "1 big thing: Storms"
    section: Energy
    published: 2026-11-23T05:10-05:00
    body: |
      **Why it matters:** [Ice](https://a.example) breaks lines.

      - a
      - b
  - kind: dashboard
    title: Heat
    entries:
      - label: Politics
        items:
          - text: First
            url: https://b.example
          - text: "*Second* and [third](https://c.example)"
  - kind: sponsor
    name: Acme
    href: https://d.example
    body: Buy.
  - kind: story
    headline: Brief
    body: b
`;

const markdown = `---
date: 2026-11-23
subject: A subject
editor: Jo
---
Hello **you**.

## 1 big thing: Storms
{section="Energy" published="2026-11-23T05:10-05:00"}

**Why it matters:** [Ice](https://a.example) breaks lines.

- a
- b

:::dashboard[Heat]
1. **Politics:** [First](https://b.example)\\
   *Second* and [third](https://c.example)
:::

:::sponsor{name="Acme" href="https://d.example"}
Buy.
:::

## Brief

b
`;

const parseYaml = (text: string) => parseDigest({ text, file: 'a.yaml', format: 'yaml' });
const parseJson = (text: string) => parseDigest({ text, file: 'a.json', format: 'json' });

function withoutPlaces(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'at' || key === 'places' ? undefined : inner)),
  );
}

describe('a YAML digest', () => {
  test('says the same as the Markdown digest of the same content', () => {
    expect(parseYaml(yaml).problems).toEqual([]);
    expect(withoutPlaces(parseYaml(yaml).digest)).toEqual(withoutPlaces(digestOf(markdown)));
  });

  test('knows the place of a mistake inside a text', () => {
    const text = `date: 2026-11-23
subject: x
greeting: |
  Hello

  there [a](b:c)
sections:
  - kind: story
    headline: A
    body: See [a](b:c).
  - kind: story
    headline: B
    body: "See [a](b:c)."
  - kind: story
    headline: C
    body: >
      Folded [a](b:c).
`;

    expect(places(parseYaml(text))).toEqual([
      'link-scheme 6:9',
      'link-scheme 10:15',
      'link-scheme 13:16',
      'link-scheme 16:11',
    ]);
  });

  test('reports wrong keys and wrong texts at once', () => {
    const text = `date: 2026-2-3
subject: x
sections:
  - kind: story
    headlin: A
    body: See [a](b:c).
  - kind: stori
  - kind: dashboard
    title: D
    entries:
      - items: []
      - label: x
        itms: [{ text: a }]
`;

    expect(places(parseYaml(text))).toEqual([
      'date-invalid 1:7',
      'key-unknown 5:5',
      'link-scheme 6:15',
      'value-invalid 7:11',
      'value-empty 11:16',
      'key-unknown 13:9',
    ]);
  });

  test.each([
    ['', ['value-invalid 1:1']],
    ['- a', ['value-invalid 1:1']],
    ['date: 2026-11-23\nsubject: 5\nsections: x', ['value-invalid 2:10', 'value-invalid 3:11']],
    [
      'date: 2026-11-23\nsubject: x\nsections:\n  - kind: sponsor\n    name: S\n    body: b\n',
      ['story-missing 3:1'],
    ],
    ['date: 2026-11-23\n---\nsubject: x', ['yaml-invalid 2:1']],
    ['a: &b [1]\nc: *b', ['yaml-alias 1:7', 'yaml-alias 2:4']],
    ['a: !!js/function x', ['yaml-invalid 1:4']],
    [`a: ${'['.repeat(50)}`, ['nested-too-deep 1:44']],
    ['? ? ? ? ? ? ? ? a', ['nested-too-deep 1:1']],
  ])('%j: %j', (text, expected) => {
    expect(places(parseYaml(text))).toEqual(expected);
  });
});

describe('a JSON digest', () => {
  const json = {
    $schema: './digest.schema.json',
    date: '2026-11-23',
    subject: 'x 😀',
    sections: [{ kind: 'story', headline: 'A', body: 'b\n\n[c](https://d.example)' }],
  };

  test.each([undefined, 2, '\t'])('is read with indentation %j', (indent) => {
    const { digest, problems } = parseJson(JSON.stringify(json, undefined, indent));

    expect(problems).toEqual([]);
    expect(digest).toMatchObject({
      subject: 'x 😀',
      sections: [{ blocks: [{ kind: 'paragraph' }, { kind: 'go-deeper' }] }],
    });
  });

  test.each([
    ['', 'json-invalid 1:1'],
    ['{', 'json-invalid 1:2'],
    ['{\n  "date": "x",\n}', 'json-invalid 3:1'],
    ["{'date': 1}", 'json-invalid 1:2'],
    ['{"date": "x" "subject": 1}', 'json-invalid 1:14'],
    ['{"date": "x"} // note', 'json-invalid 1:15'],
    ['{"date": "x\ny"}', 'json-invalid 1:12'],
    ['date: 2026-11-23\nsubject: x', 'json-invalid 1:1'],
    ['{"date": "2026-11-23", "date": "2026-11-23"}', 'key-repeated 1:24'],
    ['[]', 'value-invalid 1:1'],
    [
      '{"date": "2026-11-23", "subject": "a\\ud800", "sections": [{"kind": "story", "headline": "A", "body": "b"}]}',
      'character-forbidden 1:35',
    ],
  ])('%j: %s', (text, expected) => {
    expect(places(parseJson(text))).toEqual([expected]);
  });
});

test('the JSON Schema describes every key, so that editors complete it', () => {
  const schema = digestJsonSchema();

  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Daybrief digest',
    type: 'object',
    required: ['date', 'subject', 'sections'],
    additionalProperties: false,
    properties: { date: { format: 'date' }, sections: { items: { oneOf: { length: 8 } } } },
  });
  const { properties } = schema as { properties: Record<string, { description?: string }> };
  const bare = Object.entries(properties).filter(([, { description = '' }]) => description === '');
  expect(bare).toEqual([]);
});
