import { z } from 'zod';

import { checkRules, isCheckRule } from '../domain/editions/check-rules.ts';
import type { CheckRuleId } from '../domain/editions/check-rules.ts';
import { isCalendarDate, parseInstant } from '../domain/time/calendar.ts';
import { findForbidden } from './check-text.ts';
import { checkWebUrl } from './check-url.ts';
import { didYouMean } from './report/did-you-mean.ts';
import { quoteFound } from './report/quote-words.ts';
import { refuse } from './report/refuse-value.ts';
import { isTypedTime } from './typed-times.ts';

/** Description of a field in the JSON Schema. */
interface FieldMeta {
  readonly title: string;
  readonly description: string;
  readonly examples?: readonly string[];
}

/** One line of text: trimmed, and every run of blanks replaced by one space. */
export function textField(maxLength: number, meta: FieldMeta) {
  return z
    .string()
    .meta({ ...meta, minLength: 1 })
    .transform((value, context) => {
      const text = value.replaceAll(/\s+/g, ' ').trim();
      const [bad] = findForbidden(value);
      if (text === '')
        refuse(context, 'value-empty', 'is empty; a text is expected', 'Write one or leave it out.');
      if (bad !== undefined) refuse(context, 'character-forbidden', `holds ${bad.name}`, 'Delete it.');
      if (text.length > maxLength) {
        refuse(
          context,
          'value-too-long',
          `is ${text.length} characters long; at most ${maxLength} are allowed`,
        );
      }
      return text;
    });
}

const dateField = z
  .string()
  .meta({
    title: 'Date',
    description: "The day of the edition, in the publication's time zone.",
    format: 'date',
    examples: ['2026-11-23'],
  })
  .transform((value, context) => {
    if (!isCalendarDate(value)) {
      const found = `is ${quoteFound(value)}; a date of the calendar as YYYY-MM-DD is expected`;
      refuse(context, 'date-invalid', found, 'Write it as 2026-11-23.');
    }
    return value;
  });

function instantField(meta: FieldMeta) {
  return z
    .string()
    .meta({ ...meta, examples: ['05:10', 'yesterday 17:00', '2h', '2026-11-23T05:10-05:00'] })
    .transform((value, context) => {
      const instant = parseInstant(value);
      if (instant !== undefined) return instant;
      if (isTypedTime(value)) return value;
      const found = `is ${quoteFound(value)}; a time is expected`;
      refuse(context, 'time-invalid', found, timeHint);
      return value;
    });
}

const timeHint = 'Write it as "05:10", "yesterday 17:00", "Mon 7am", "2h" or 2026-11-23T05:10-05:00.';

export const sectionLineShape = {
  section: textField(60, {
    title: 'Section',
    description: 'The part of the news it belongs to, shown beside its age.',
    examples: ['World', 'Energy'],
  }).optional(),
  published: instantField({
    title: 'Published',
    description: 'When it came out; shown as its age.',
  }).optional(),
  updated: instantField({
    title: 'Updated',
    description: 'When it was last changed; shown as its age.',
  }).optional(),
  credit: textField(200, {
    title: 'Credit',
    description: 'Who made the text, the data or the illustration; links may stand in it.',
    examples: ['Illustration: A. Name/Studio'],
  }).optional(),
};

/** A choice that YAML writes as `true`, and an attribute line as `{lead}` or `lead="true"`. */
function flagField(meta: FieldMeta) {
  const written = z.enum(['true', 'false']).transform((value) => value === 'true');
  return z.union([z.boolean(), written]).meta({ ...meta });
}

/** Attributes that may be written without a value. */
export const flagKeys: readonly string[] = ['lead'];

/** The line under a headline of a story. */
export const storyLineShape = {
  ...sectionLineShape,
  kicker: textField(60, {
    title: 'Kicker',
    description: 'The counting words before the headline; "none" leaves the headline as it is.',
    examples: ['1 big thing:', 'none'],
  }).optional(),
  by: textField(200, {
    title: 'Byline',
    description: 'Who wrote the story, shown below its headline.',
    examples: ['Jo Park and Lena Ortiz'],
  }).optional(),
  lead: flagField({
    title: 'Lead',
    description: 'Shown as large as the first story.',
  }).optional(),
};

/** The id of a check whose level can be set. */
const checkRuleField = z.string().transform((value, context): CheckRuleId => {
  if (isCheckRule(value)) return value;
  const ids = Object.keys(checkRules);
  const hint = didYouMean(value, ids) ?? 'daybrief lint --rules lists them.';
  refuse(context, 'check-unknown', `is ${quoteFound(value)}; the name of a check is expected`, hint);
  return 'link-vague';
});

const waiverField = z
  .strictObject({
    rule: checkRuleField.meta({ title: 'Check', description: 'Its name, as `daybrief lint` shows it.' }),
    on: dateField.meta({ title: 'Date', description: 'Date of the digest it is for.' }),
    why: textField(200, { title: 'Reason', description: 'Why this edition need not pass it.' }),
  })
  .meta({ title: 'Waiver' });

export const frontMatterShape = {
  date: dateField,
  subject: textField(200, {
    title: 'Subject',
    description: 'Subject line; at most 60 characters show on a phone.',
  }),
  preheader: textField(250, {
    title: 'Preheader',
    description: 'What the inbox shows after the subject; at most 100 characters.',
  }).optional(),
  editor: textField(100, { title: 'Editor', description: 'Name for the byline.' }).optional(),
  names: z
    .array(textField(100, { title: 'Name', description: 'A name that spelling need not know.' }))
    .max(200)
    .meta({ title: 'Names', description: 'Names in this edition that the dictionary need not have.' })
    .optional(),
  waive: z
    .array(waiverField)
    .max(20)
    .meta({ title: 'Waivers', description: 'Checks that this edition need not pass.' })
    .optional(),
  numbered: flagField({
    title: 'Numbered',
    description: 'Stories without counting words of their own get their number.',
  }).optional(),
};

/** A web address, checked and normalized. */
export function linkField(meta: FieldMeta) {
  return z
    .string()
    .meta({ ...meta, format: 'uri' })
    .transform((value, context) => {
      const url = checkWebUrl(value.trim());
      if (url.ok) return url.url;
      refuse(context, url.rule, `is wrong: ${url.message.replace(/\.$/, '')}`, url.hint);
      return value;
    });
}

const markdownHelp =
  'Markdown: paragraphs, "- " bullets, "> " quotes, ![images](file "credit"), [links](https://...), **bold**.';

export const markdownField = z.string().meta({ title: 'Text', description: markdownHelp });
