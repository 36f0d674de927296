import { z } from 'zod';

import { markdownField, sectionLineShape, textField } from '../digest-fields.ts';
import { readSectionLine } from '../markdown/attribute-values.ts';
import { chooseKicker } from '../markdown/split-kicker.ts';
import { isSilent, toBlocks } from '../markdown/to-blocks.ts';
import { readBody, withCredit } from '../structured/structured-context.ts';
import type { SectionParser } from './section-parser.ts';

const titleField = textField(120, { title: 'Title', description: 'Plain text.' });

const schema = z
  .strictObject({
    kind: z.literal('note'),
    title: titleField.optional(),
    ...sectionLineShape,
    body: markdownField,
  })
  .meta({ title: 'Note', description: 'A box apart from the news.' });

/** `:::note[Title]`: a box apart from the news. */
export const noteParser: SectionParser<'note', typeof schema> = {
  schema,
  attributeKeys: Object.keys(sectionLineShape),
  fromMarkdown(head, content, context) {
    const at = context.at(head.offset);
    const line = readSectionLine(head.attributes, 'A note', context);
    const title = head.label?.replaceAll(/\s+/g, ' ').trim() ?? '';
    const blocks = toBlocks(content, context);
    if (content.every(isSilent)) {
      const message = 'The note is empty.';
      context.report.error({ rule: 'story-empty', message, hint: 'Write it or delete it.', at });
    }
    return { kind: 'note', ...titleOf(title), ...line, blocks, at };
  },
  fromStructured({ body, title = '', ...note }, path, context) {
    return {
      ...withCredit(note, path, context),
      ...titleOf(title),
      blocks: readBody(body, path, context),
      at: context.yaml.placeOf(path, 'value'),
    };
  },
};

function titleOf(text: string): { readonly kicker?: string; readonly title?: string } {
  if (text === '') return {};
  const { headline: title, ...kicker } = chooseKicker(text, undefined);
  return { ...kicker, title };
}
