import { z } from 'zod';

import { linkField, markdownField, textField } from '../digest-fields.ts';
import { readAttributeValues } from '../markdown/attribute-values.ts';
import { isSilent, toBlocks } from '../markdown/to-blocks.ts';
import { readBody } from '../structured/structured-context.ts';
import type { SectionParser } from './section-parser.ts';

const shape = {
  name: textField(100, { title: 'Sponsor', description: 'Name shown after "A message from".' }),
  href: linkField({
    title: 'Link',
    description: "The sponsor's page.",
    examples: ['https://example.org'],
  }).optional(),
};

const attributesSchema = z.strictObject(shape);

const schema = z
  .strictObject({ kind: z.literal('sponsor'), ...shape, body: markdownField })
  .meta({ title: 'Sponsor', description: 'A paid message.' });

/** `:::sponsor{name="..." href="..."}`: a paid message. */
export const sponsorParser: SectionParser<'sponsor', typeof schema> = {
  schema,
  attributeKeys: Object.keys(shape),
  fromMarkdown(head, content, context) {
    const at = context.at(head.offset);
    const what = 'A sponsor section';
    const sponsor = readAttributeValues(attributesSchema, head.attributes, { what, at, context });
    const blocks = toBlocks(content, context);
    if (head.label !== undefined) {
      const message = 'A sponsor section has no title in square brackets.';
      context.report.error({ rule: 'section-invalid', message, hint: 'Write :::sponsor{name="..."}.', at });
    }
    if (content.every(isSilent)) {
      const message = 'The sponsor section is empty.';
      context.report.error({ rule: 'story-empty', message, hint: 'Write it or delete it.', at });
    }
    return sponsor === undefined ? undefined : { kind: 'sponsor', ...sponsor, blocks, at };
  },
  fromStructured({ body, ...sponsor }, path, context) {
    const at = context.yaml.placeOf(path, 'value');
    return { ...sponsor, blocks: readBody(body, path, context), at };
  },
};
