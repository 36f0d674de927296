import { z } from 'zod';

import { markdownField } from '../digest-fields.ts';
import { readPlainBody, readPlainSection } from './plain-section.ts';
import type { SectionParser } from './section-parser.ts';

const schema = z
  .strictObject({ kind: z.literal('continuation'), body: markdownField })
  .meta({ title: 'Continuation', description: 'More of the story above, behind a sponsor.' });

/** `:::continuation`: more of the story above. Text after another `:::` section is one without being marked. */
export const continuationParser: SectionParser<'continuation', typeof schema> = {
  schema,
  attributeKeys: [],
  fromMarkdown: (head, content, context) => ({
    kind: 'continuation',
    ...readPlainSection(head, content, context),
  }),
  fromStructured: ({ body }, path, context) => ({
    kind: 'continuation',
    ...readPlainBody(body, path, context),
  }),
};
