import { z } from 'zod';

import { frontMatterShape, sectionLineShape, sponsorShape, textField } from './digest-fields.ts';

const markdownHelp =
  'Markdown: paragraphs, "- " bullets, "> " quotes, ![images](file "credit"), [links](https://...), **bold**.';

const markdown = z.string().meta({ title: 'Text', description: markdownHelp });

const itemSchema = z
  .strictObject({
    text: z
      .string()
      .meta({ title: 'Headline', description: 'Links may stand in it where `url` is left out.' }),
    url: z
      .string()
      .meta({ title: 'Link', description: 'Where the whole headline goes.', format: 'uri' })
      .optional(),
  })
  .meta({ title: 'Headline' });

const storySchema = z
  .strictObject({
    kind: z.literal('story').meta({ description: 'The first story is the lead, each later one a brief.' }),
    kicker: textField(60, {
      title: 'Kicker',
      description: 'The counting words before the headline.',
      examples: ['1 big thing:'],
    }).optional(),
    headline: textField(300, { title: 'Headline', description: 'Plain text.' }),
    ...sectionLineShape,
    body: markdown,
  })
  .meta({ title: 'Story' });

const dashboardSchema = z
  .strictObject({
    kind: z.literal('dashboard'),
    title: textField(120, { title: 'Title', description: 'Plain text.', examples: ['Heat dashboard'] }),
    ...sectionLineShape,
    entries: z
      .array(
        z.strictObject({
          label: textField(60, {
            title: 'Label',
            description: 'Bold words before the headlines.',
            examples: ['Politics:'],
          }).optional(),
          items: z.array(itemSchema).min(1).meta({ description: 'Several headlines may share a label.' }),
        }),
      )
      .min(1)
      .meta({ title: 'Entries', description: 'Numbered in this order.' }),
  })
  .meta({ title: 'Dashboard' });

const sponsorSchema = z
  .strictObject({ kind: z.literal('sponsor'), ...sponsorShape, body: markdown })
  .meta({ title: 'Sponsor' });

/** A digest as YAML or JSON. Texts are the same Markdown that a Markdown digest holds. */
export const digestSchema = z
  .strictObject({
    $schema: z.string().meta({ description: 'For editors; left out of the edition.' }).optional(),
    ...frontMatterShape,
    greeting: markdown.optional(),
    sections: z
      .array(z.discriminatedUnion('kind', [storySchema, dashboardSchema, sponsorSchema]))
      .min(1)
      .meta({ title: 'Sections', description: 'Order here is order in the email.' }),
  })
  .meta({ title: 'Daybrief digest', description: "The day's content of one publication." });

export type DigestInput = z.output<typeof digestSchema>;

/** What a Markdown digest says between its `---` lines. */
export const frontMatterSchema = z.strictObject(frontMatterShape);

/** The attribute line under a headline, and the attributes of a dashboard. */
export const sectionLineSchema = z.strictObject(sectionLineShape);

export const sponsorAttributesSchema = z.strictObject(sponsorShape);

/** JSON Schema (draft 2020-12) of a YAML or JSON digest, so that editors complete and check it. */
export function digestJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(digestSchema, { io: 'input', target: 'draft-2020-12' });
}
