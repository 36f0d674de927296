import { z } from 'zod';

import { frontMatterShape, markdownField, storyLineShape, textField } from './digest-fields.ts';
import { sectionSchemas } from './sections/section-parsers.ts';

const storySchema = z
  .strictObject({
    kind: z.literal('story').meta({ description: 'The first story is the lead, each later one a brief.' }),
    headline: textField(300, { title: 'Headline', description: 'Plain text.' }),
    ...storyLineShape,
    body: markdownField,
  })
  .meta({ title: 'Story' });

/** A digest as YAML or JSON. Its texts are the same Markdown as in a Markdown digest. */
export const digestSchema = z
  .strictObject({
    $schema: z.string().meta({ description: 'For editors; left out of the edition.' }).optional(),
    ...frontMatterShape,
    greeting: markdownField.optional(),
    sections: z
      .array(z.discriminatedUnion('kind', [storySchema, ...sectionSchemas]))
      .min(1)
      .meta({ title: 'Sections', description: 'Order here is order in the email.' }),
  })
  .meta({ title: 'Daybrief digest', description: "The day's content of one publication." });

export type DigestInput = z.output<typeof digestSchema>;

/** The front matter of a Markdown digest, between its `---` lines. */
export const frontMatterSchema = z.strictObject(frontMatterShape);

/** JSON Schema (draft 2020-12) of a YAML or JSON digest, so that editors complete and check it. */
export function digestJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(digestSchema, { io: 'input', target: 'draft-2020-12' });
}
