import { z } from 'zod';

import { checkLinkUrl } from '../check-url.ts';
import { textField } from '../digest-fields.ts';
import { readAttributeValues } from '../markdown/attribute-values.ts';
import { isSilent } from '../markdown/to-blocks.ts';
import type { SectionParser } from './section-parser.ts';

const labelField = textField(60, {
  title: 'Label',
  description: 'What pressing it does.',
  examples: ['Read the full report'],
});
const attributesShape = {
  href: z.string().meta({
    title: 'Link',
    description: 'Where it leads: a page, an email address, a telephone number.',
    format: 'uri',
    examples: ['https://example.org/report'],
  }),
};
const attributesSchema = z.strictObject(attributesShape);

const schema = z
  .strictObject({ kind: z.literal('button'), label: labelField, ...attributesShape })
  .meta({ title: 'Button', description: 'One thing to press.' });

/** `:::button[Label]{href="..."}`: one thing to press. */
export const buttonParser: SectionParser<'button', typeof schema> = {
  schema,
  attributeKeys: Object.keys(attributesShape),
  fromMarkdown(head, content, context) {
    const at = context.at(head.offset);
    const { report } = context;
    const what = 'A button';
    const values = readAttributeValues(attributesSchema, head.attributes, { what, at, context });
    const label = labelField.safeParse(head.label ?? '');
    if (!label.success) {
      const message = 'A button has a label of at most 60 characters in square brackets.';
      report.error({ rule: 'section-invalid', message, hint: ':::button[Read the report]{href="..."}', at });
    }
    if (!content.every(isSilent)) {
      const message = 'A button has a label and a link, and no text inside.';
      report.error({ rule: 'section-invalid', message, hint: 'Put the text above or below it.', at });
    }
    const url = checkLinkUrl(values?.href ?? '');
    if (!url.ok && values !== undefined) report.error({ ...url, at });
    return label.success && url.ok ? { kind: 'button', label: label.data, url: url.url, at } : undefined;
  },
  fromStructured({ label, href }, path, context) {
    const url = checkLinkUrl(href);
    const at = context.yaml.placeOf([...path, 'href'], 'value');
    if (!url.ok) context.source.report.error({ ...url, at });
    return { kind: 'button', label, url: url.ok ? url.url : '', at };
  },
};
