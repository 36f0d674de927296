import { z } from 'zod';

import { markdownField } from '../digest-fields.ts';
import { readPlainBody, readPlainSection } from './plain-section.ts';
import type { SectionParser } from './section-parser.ts';

const schema = z
  .strictObject({ kind: z.literal('closing'), body: markdownField })
  .meta({ title: 'Closing', description: 'The sign-off.' });

/** `:::closing`: the sign-off, or other text that belongs to no story. */
export const closingParser: SectionParser<'closing', typeof schema> = {
  schema,
  attributeKeys: [],
  fromMarkdown: (head, content, context) => ({
    kind: 'closing',
    ...readPlainSection(head, content, context),
  }),
  fromStructured: ({ body }, path, context) => ({ kind: 'closing', ...readPlainBody(body, path, context) }),
};
