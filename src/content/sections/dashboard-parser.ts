import { z } from 'zod';

import type { Dashboard, DashboardEntry, DashboardItem } from '../../domain/editions/digest.ts';
import { checkLinkUrl } from '../check-url.ts';
import { sectionLineShape, textField } from '../digest-fields.ts';
import { readSectionLine } from '../markdown/attribute-values.ts';
import { parseLine } from '../markdown/parse-line.ts';
import { isSilent } from '../markdown/to-blocks.ts';
import { toEntries } from '../markdown/to-dashboard.ts';
import type { YamlPath } from '../structured/read-yaml.ts';
import { textSource, withCredit } from '../structured/structured-context.ts';
import type { StructuredContext } from '../structured/structured-context.ts';
import type { SectionParser } from './section-parser.ts';

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

const schema = z
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
      .meta({ title: 'Entries' }),
    numbered: z
      .boolean()
      .meta({ title: 'Numbered', description: '`false` leaves the numbers out.' })
      .optional(),
    start: z
      .int()
      .min(0)
      .max(9999)
      .meta({ title: 'Start', description: 'The number of the first entry; 1 where it is left out.' })
      .optional(),
  })
  .meta({ title: 'Dashboard', description: 'Headlines with labels, numbered.' });

/** `:::dashboard[Title]`: a list of headlines with labels, numbered as typed; bullets have no numbers. */
export const dashboardParser: SectionParser<'dashboard', typeof schema> = {
  schema,
  attributeKeys: Object.keys(sectionLineShape),
  fromMarkdown(head, content, context) {
    const at = context.at(head.offset);
    const line = readSectionLine(head.attributes, 'A dashboard', context);
    const entries = toEntries(content, context);
    const title = head.label?.replaceAll(/\s+/g, ' ').trim() ?? '';
    if (title === '') {
      const message = 'The dashboard has no title.';
      const hint = 'Write :::dashboard[Heat dashboard].';
      context.report.error({ rule: 'key-missing', message, hint, at });
    }
    if (content.every(isSilent)) {
      const message = 'The dashboard has no entries.';
      const hint = 'Write 1. **Politics:** [Headline](https://...).';
      context.report.error({ rule: 'dashboard-empty', message, hint, at });
    }
    return title === '' || entries.length === 0
      ? undefined
      : { kind: 'dashboard', title, ...line, entries, at };
  },
  fromStructured({ numbered = true, start = 1, ...input }, path, context): Dashboard {
    const entries = input.entries.map(({ label, items }, index): DashboardEntry => {
      const entryPath = [...path, 'entries', index];
      return {
        ...(numbered ? { number: start + index } : {}),
        ...(label === undefined ? {} : { label: label.endsWith(':') ? label : `${label}:` }),
        items: items.flatMap((item, place) => toItem(item, [...entryPath, 'items', place], context)),
        at: context.yaml.placeOf(entryPath, 'value'),
      };
    });
    return {
      ...withCredit(input, path, context),
      entries,
      at: context.yaml.placeOf([...path, 'title'], 'value'),
    };
  },
};

function toItem(
  { text, url }: z.output<typeof itemSchema>,
  path: YamlPath,
  context: StructuredContext,
): readonly DashboardItem[] {
  const { report } = context.source;
  const at = context.yaml.placeOf([...path, 'text'], 'value');
  const content = parseLine(textSource(text, [...path, 'text'], context));
  if (content.length === 0) {
    if (text.trim() === '') report.error({ rule: 'value-empty', message: 'This headline is empty.', at });
    return [];
  }
  if (url === undefined) return [{ content }];
  if (content.some((part) => part.kind === 'link')) {
    const message = 'This headline has a `url`, and another link in its text.';
    report.error({ rule: 'link-twice', message, hint: 'Keep one of them.', at });
    return [];
  }
  const checked = checkLinkUrl(url);
  if (checked.ok) return [{ content: [{ kind: 'link', url: checked.url, children: content, at }] }];
  report.error({ ...checked, at: context.yaml.placeOf([...path, 'url'], 'value') });
  return [];
}
