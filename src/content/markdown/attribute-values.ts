import { z } from 'zod';

import type { Position, SectionLine } from '../../domain/editions/digest.ts';
import { sectionLineShape, storyLineShape } from '../digest-fields.ts';
import { reportIssues } from '../report/report-issues.ts';
import { parseSmallPrint } from './parse-line.ts';
import type { AttributeList } from './read-attributes.ts';
import type { BlockContext } from './to-inlines.ts';

/** The attributes of a note. */
const sectionLineSchema = z.strictObject(sectionLineShape);
/** The attribute line under a headline. */
const storyLineSchema = z.strictObject(storyLineShape);

type StoryLine = WithCredit<z.output<typeof storyLineSchema>>;

export function readStoryLine(list: AttributeList | undefined, context: BlockContext): StoryLine {
  return readLine(storyLineSchema, list, { what: 'The line under a headline', context }) ?? {};
}

export function readSectionLine(
  list: AttributeList | undefined,
  what: string,
  context: BlockContext,
): SectionLine {
  return readLine(sectionLineSchema, list, { what, context }) ?? {};
}

type WithCredit<Line> = Omit<Line, 'credit'> & Pick<SectionLine, 'credit'>;

/** Reads attributes among which is a credit, which may hold links. */
export function readLine<Line extends { readonly credit?: string | undefined }>(
  schema: z.ZodType<Line>,
  list: AttributeList | undefined,
  { what, context }: { readonly what: string; readonly context: BlockContext },
): WithCredit<Line> | undefined {
  if (list === undefined) return undefined;
  const at = context.at(list.offset);
  const values = readAttributeValues(schema, list, { what, at, context });
  if (values === undefined) return undefined;
  const { credit, ...line } = values;
  const placeOf = attributePlaces('credit', list, context);
  const content = parseSmallPrint(credit, { report: context.report, placeOf });
  return { ...line, ...(content === undefined ? {} : { credit: content }) };
}

/** Places in the value of an attribute. */
export function attributePlaces(
  key: string,
  list: AttributeList,
  { at }: BlockContext,
): (offset: number) => Position {
  const start = list.attributes.find((attribute) => attribute.key === key)?.valueOffset ?? list.offset;
  return (offset) => at(start + offset);
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
