import { z } from 'zod';

import { textField } from '../digest-fields.ts';
import { isSilent } from '../markdown/to-blocks.ts';
import type { SectionParser } from './section-parser.ts';

const titleField = textField(60, {
  title: 'Title',
  description: 'Plain text before the links.',
  examples: ['In this edition'],
});

const schema = z
  .strictObject({ kind: z.literal('contents'), title: titleField.optional() })
  .meta({ title: 'Contents', description: 'Links to the stories below.' });

/** `:::contents[Title]`: links to the stories below it. */
export const contentsParser: SectionParser<'contents', typeof schema> = {
  schema,
  attributeKeys: [],
  fromMarkdown(head, content, context) {
    const at = context.at(head.offset);
    if (!content.every(isSilent) || (head.attributes?.attributes.length ?? 0) > 0) {
      const message = 'The contents have a title at most: the headlines come from the stories below.';
      const hint = 'Write :::contents[In this edition], and ":::" on the next line.';
      context.report.error({ rule: 'section-invalid', message, hint, at });
    }
    const title = titleField.safeParse(head.label ?? '');
    return { kind: 'contents', ...(title.success ? { title: title.data } : {}), at };
  },
  fromStructured({ title }, path, context) {
    const at = context.yaml.placeOf(path, 'value');
    return { kind: 'contents', ...(title === undefined ? {} : { title }), at };
  },
};
