import { z } from 'zod';

import type { Position, SectionLine } from '../../domain/editions/digest.ts';
import { sectionLineShape, storyLineShape } from '../digest-fields.ts';
import { reportIssues } from '../report-issues.ts';
import type { AttributeList } from './read-attributes.ts';
import type { BlockContext } from './to-inlines.ts';

/** The attributes of a dashboard. */
const sectionLineSchema = z.strictObject(sectionLineShape);
/** The attribute line under a headline. */
const storyLineSchema = z.strictObject(storyLineShape);

export function readStoryLine(
  list: AttributeList | undefined,
  context: BlockContext,
): z.output<typeof storyLineSchema> {
  if (list === undefined) return {};
  const at = context.at(list.offset);
  return readAttributeValues(storyLineSchema, list, { what: 'The line under a headline', at, context }) ?? {};
}

export function readSectionLine(
  list: AttributeList | undefined,
  what: string,
  context: BlockContext,
): SectionLine {
  if (list === undefined) return {};
  const at = context.at(list.offset);
  return readAttributeValues(sectionLineSchema, list, { what, at, context }) ?? {};
}

/** Checks attributes by their schema; reports each issue at its attribute, or at `at`. */
export function readAttributeValues<S extends z.ZodType>(
  schema: S,
  list: AttributeList | undefined,
  { what, at, context }: { readonly what: string; readonly at: Position; readonly context: BlockContext },
): z.output<S> | undefined {
  const attributes = list?.attributes ?? [];
  const value = Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  reportIssues(parsed.error.issues, {
    report: context.report,
    schema,
    value,
    what,
    placeOf(path, part) {
      const attribute = attributes.find(({ key }) => key === path[0]);
      if (attribute === undefined) return at;
      return context.at(part === 'key' ? attribute.keyOffset : attribute.valueOffset);
    },
  });
  return undefined;
}
