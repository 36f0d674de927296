import { z } from 'zod';

import { markdownField } from '../digest-fields.ts';
import { isSilent, toBlocks } from '../markdown/to-blocks.ts';
import { readBody } from '../structured/structured-context.ts';
import type { SectionParser } from './section-parser.ts';

const schema = z.strictObject({ kind: z.literal('closing'), body: markdownField }).meta({ title: 'Closing' });

/** `:::closing`: the sign-off, or other text that belongs to no story. */
export const closingParser: SectionParser<'closing', typeof schema> = {
  schema,
  attributeKeys: [],
  fromMarkdown(head, content, context) {
    const at = context.at(head.offset);
    if (head.label !== undefined || (head.attributes?.attributes.length ?? 0) > 0) {
      const message = 'A closing has no title and no attributes.';
      context.report.error({ rule: 'section-invalid', message, hint: 'Write :::closing.', at });
    }
    const blocks = toBlocks(content, context);
    if (content.every(isSilent)) {
      const message = 'The closing is empty.';
      context.report.error({ rule: 'story-empty', message, hint: 'Write it or delete it.', at });
    }
    return { kind: 'closing', blocks, at };
  },
  fromStructured({ body }, path, context) {
    return {
      kind: 'closing',
      blocks: readBody(body, path, context),
      at: context.yaml.placeOf(path, 'value'),
    };
  },
};
