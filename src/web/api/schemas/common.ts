import { z } from 'zod';

import { isSlug } from '../../../domain/editions/slug.ts';
import { isCalendarDate } from '../../../domain/time/calendar.ts';

/** JSON Schema of the value that a text in a query is read as, instead of the schema of the text itself. */
export const shownAs = new WeakMap<z.core.$ZodType, z.core.JSONSchema.BaseSchema>();

export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
  .refine(isSlug)
  .describe('Name of a publication, as its folder has it.');

export const date = z.iso
  .date()
  .refine(isCalendarDate)
  .describe("Date of an edition, in the publication's time zone.");

export const time = z.iso.datetime().describe('UTC, RFC 3339.');

export const address = z
  .string()
  .min(1)
  .max(1_000)
  .describe('Email address of a subscriber; capitals make no difference.');

export const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .describe('Why: it stays in the audit log, so name no person in it.');

export const count = z.number().int().min(0);

export const ofPublication = z.strictObject({ slug });
export const ofEdition = z.strictObject({ slug, date });

/** A whole number in a query. */
export function queryNumber(range: { readonly min: number; readonly max: number; readonly default: number }) {
  const schema = z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number')
    .transform(Number)
    .pipe(z.number().int().min(range.min).max(range.max))
    .default(range.default);
  shownAs.set(schema, {
    type: 'integer',
    minimum: range.min,
    maximum: range.max,
    default: range.default,
  });
  return schema;
}

/** Where a page begins, as the page before says it. */
export const cursor = z
  .string()
  .regex(/^[\w-]{1,200}$/)
  .describe('`next` of the page before; every page keeps its other parameters.');

export const limit = queryNumber({ min: 1, max: 200, default: 50 }).describe('Items on a page.');
shownAs.set(limit, {
  type: 'integer',
  minimum: 1,
  maximum: 200,
  default: 50,
  description: 'Items on a page.',
});

/** One page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item).readonly(),
    next: z
      .string()
      .nullable()
      .describe('Cursor of the next page, which the Link header names too; null on the last one.'),
  });
}

/** A number of milliseconds since 1970 as RFC 3339. */
export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function toTimeOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : toTime(ms);
}
