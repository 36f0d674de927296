import { z } from 'zod';

import type { Position } from '../../domain/editions/digest.ts';
import { didYouMean, nearest } from './did-you-mean.ts';
import { enumerate, quoteFound } from './quote-words.ts';
import type { Report } from './report.ts';

interface IssuePlaces {
  readonly report: Report;
  readonly schema: z.ZodType;
  readonly value: unknown;
  /** "The front matter", "A dashboard": what unknown keys are said not to belong to. */
  readonly what: string;
  readonly placeOf: (path: readonly PropertyKey[], part: 'key' | 'value') => Position;
  /** Words that people write for a key by another name: `title` for `subject`. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** Reports what a schema found to the curator: each issue as a sentence, with its place and what to do. */
export function reportIssues(issues: readonly z.core.$ZodIssue[], places: IssuePlaces): void {
  /** A key that was written wrong is not missing too. */
  const meant = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    for (const key of issue.keys) meant.add(reportUnknownKey([...issue.path, key], places));
  }
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') continue;
    const isMissing = valueAt(places.value, issue.path) === undefined;
    if (isMissing && meant.has(nameOf(issue.path))) continue;
    const at = places.placeOf(isMissing ? issue.path.slice(0, -1) : issue.path, 'value');
    places.report.error({ ...explain(issue, places), at });
  }
}

/** Returns the name of the key that was probably meant. */
function reportUnknownKey(path: readonly PropertyKey[], places: IssuePlaces): string {
  const key = String(path.at(-1) ?? '');
  const parent = path.slice(0, -1);
  const known = keysAt(places.schema, parent, places.value).filter((name) => name !== '$schema');
  const lower = key.toLowerCase();
  const { synonyms = {} } = places;
  const synonym = Object.hasOwn(synonyms, lower) && parent.length === 0 ? synonyms[lower] : undefined;
  const meant = synonym ?? nearest(key, known);
  const owner = parent.length === 0 ? places.what : `\`${nameOf(parent)}\``;
  const listed = known.length === 0 ? undefined : `It may hold ${enumerate(known)}.`;
  places.report.error({
    rule: 'key-unknown',
    message: `${owner} has no key ${quoteFound(key)}.`,
    hint: meant === undefined ? listed : `Did you mean \`${meant}\`?`,
    at: places.placeOf(path, 'key'),
  });
  return meant === undefined ? '' : nameOf([...parent, meant]);
}

function explain(
  issue: z.core.$ZodIssue,
  { what, value }: IssuePlaces,
): { rule: string; message: string; hint?: string | undefined } {
  const name = nameOf(issue.path);
  const subject = name === '' ? what : `\`${name}\``;
  const found = valueAt(value, issue.path);
  if (issue.code === 'custom') {
    const { rule, hint } = (issue.params ?? {}) as { rule?: string; hint?: string };
    return { rule: rule ?? 'value-invalid', message: `${subject} ${issue.message}.`, hint };
  }
  if (issue.code === 'invalid_type' && found === undefined) {
    const hint = `Add a \`${String(issue.path.at(-1) ?? '')}\`.`;
    return { rule: 'key-missing', message: `${subject} is missing.`, hint };
  }
  if (issue.code === 'invalid_type') {
    const message = `${subject} is ${kindOf(found)}; ${expected(issue.expected)} is expected.`;
    // `color: #1a5fb4` is a key with a comment and no value.
    const hint =
      found === null && issue.path.at(-1) === 'color' ? 'Put it in quotation marks: "#1a5fb4".' : undefined;
    return { rule: 'value-invalid', message, hint };
  }
  if (issue.code === 'too_small') {
    return { rule: 'value-empty', message: `${subject} is empty; at least one entry is expected.` };
  }
  if (issue.code === 'invalid_value' || issue.code === 'invalid_union')
    return explainChoice(issue, subject, found);
  return { rule: 'value-invalid', message: `${subject} is not valid: ${issue.message}.` };
}

function explainChoice(
  issue: z.core.$ZodIssueInvalidValue | z.core.$ZodIssueInvalidUnion,
  subject: string,
  found: unknown,
): { rule: string; message: string; hint?: string | undefined } {
  const options = 'values' in issue ? issue.values : 'options' in issue ? issue.options : undefined;
  const choices = (options ?? []).map(String);
  if (found === undefined) {
    return {
      rule: 'key-missing',
      message: `${subject} is missing; ${enumerate(choices, 'or')} is expected.`,
    };
  }
  const text = typeof found === 'string' ? quoteFound(found) : kindOf(found);
  const message = `${subject} is ${text}; ${enumerate(choices, 'or')} is expected.`;
  return {
    rule: 'value-invalid',
    message,
    hint: typeof found === 'string' ? didYouMean(found, choices) : undefined,
  };
}

/** `sections[2].headline`, counted from 1 as people do. */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step + 1}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)
        ? (inner as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}

function kindOf(value: unknown): string {
  if (value === null || value === '') return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'object' ? 'a group of keys' : `the ${typeof value} ${JSON.stringify(value)}`;
}

function expected(type: string): string {
  if (type === 'string') return 'a text';
  if (type === 'array') return 'a list';
  return type === 'object' ? 'a group of keys' : type === 'boolean' ? 'true or false' : 'a whole number';
}

/** The keys that the schema knows at a path; of a union, those of the member with the value's `kind`. */
function keysAt(schema: unknown, path: readonly PropertyKey[], value: unknown): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return keysAt(schema.unwrap(), path, value);
  if (schema instanceof z.ZodPipe) return keysAt(schema.in, path, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const kind = valueAt(value, ['kind']);
    const key = schema.options.find(
      (option) => option instanceof z.ZodObject && option.shape['kind']?.safeParse(kind).success === true,
    );
    return key === undefined ? [] : keysAt(key, path, value);
  }
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(schema.shape);
    return keysAt(schema.shape[String(step)], rest, valueAt(value, [step]));
  }
  if (schema instanceof z.ZodArray && step !== undefined) {
    return keysAt(schema.element, rest, valueAt(value, [step]));
  }
  return [];
}
