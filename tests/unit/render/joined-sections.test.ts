import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createMarks } from '../../../src/render/slot-marks.ts';
import { readTemplateOptions } from '../../../src/render/template/template-options.ts';
import { editionView } from '../../../src/render/view/edition-view.ts';
import { sampleInput, someWhere, storyOf, templatesDir } from '../../support/content/render-sample.ts';
import { sampleDigest } from '../../support/content/sample-digest.ts';

/** A button belongs to the story above it, and what follows the button goes on with that story. */

const path = join(templatesDir, 'bulletin/template.yaml');
const template = readTemplateOptions(readFileSync(path, 'utf8'), path);

const story = storyOf([]);
const button = { kind: 'button', label: 'Press', url: 'https://example.org/a', at: someWhere } as const;
const more = { kind: 'continuation', blocks: [], at: someWhere } as const;
const closing = { kind: 'closing', blocks: [], at: someWhere } as const;
const sponsor = { kind: 'sponsor', name: 'Acme', blocks: [], at: someWhere } as const;

test.each([
  ['ends a story', [story, button], ['', 'joinsBelow', 'joinsAbove', '']],
  ['is in a story', [story, button, more], ['', 'joinsBelow', 'joinsAbove', 'joinsBelow', 'joinsAbove', '']],
  [
    'follows another',
    [story, button, button],
    ['', 'joinsBelow', 'joinsAbove', 'joinsBelow', 'joinsAbove', ''],
  ],
  ['follows a sign-off', [story, closing, button], ['', '', '', '', '', '']],
  ['follows a sponsor', [sponsor, button, more], ['', '', '', '', '', '']],
])('a button that %s', (_, sections, expected) => {
  const { view } = editionView(
    { ...sampleInput, digest: { ...sampleDigest, sections } },
    { slots: createMarks(''), count: () => '', times: 'relative', template },
  );

  const joins = view.sections.flatMap((section) => {
    const { joinsAbove, joinsBelow } = Object.assign({ joinsAbove: false, joinsBelow: false }, section);
    return [joinsAbove ? 'joinsAbove' : '', joinsBelow ? 'joinsBelow' : ''];
  });
  expect(joins).toEqual(expected);
});
