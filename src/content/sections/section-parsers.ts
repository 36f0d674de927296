import type { z } from 'zod';

import type { Section } from '../../domain/editions/digest.ts';
import type { YamlPath } from '../structured/read-yaml.ts';
import type { StructuredContext } from '../structured/structured-context.ts';
import { buttonParser } from './button-parser.ts';
import { contentsParser } from './contents-parser.ts';
import { dashboardParser } from './dashboard-parser.ts';
import { noteParser } from './note-parser.ts';
import { plainParser } from './plain-parser.ts';
import type { DirectiveKind, SectionParser } from './section-parser.ts';
import { sponsorParser } from './sponsor-parser.ts';

/** A parser of this kind of section, whatever its schema. */
type AnyInput<Kind extends DirectiveKind> = Omit<SectionParser<Kind, z.ZodType>, 'fromStructured'>;

/** One parser for each kind of `:::` section; a missing one, or one of another kind, is a type error. */
export const sectionParsers = {
  dashboard: dashboardParser,
  sponsor: sponsorParser,
  note: noteParser,
  closing: plainParser('closing', { title: 'Closing', description: 'The sign-off.' }),
  continuation: plainParser('continuation', {
    title: 'Continuation',
    description: 'More of the story above, behind a sponsor.',
  }),
  button: buttonParser,
  contents: contentsParser,
} satisfies { readonly [Kind in DirectiveKind]: AnyInput<Kind> };

export const directiveKinds = Object.keys(sectionParsers) as readonly DirectiveKind[];

/** Their schemas in a structured digest. */
export const sectionSchemas = Object.values(sectionParsers).map(({ schema }) => schema);

/** Reads a section of a structured digest that its schema has accepted. */
export function readDirectiveSection(
  input: z.output<(typeof sectionSchemas)[number]>,
  path: YamlPath,
  context: StructuredContext,
): Section {
  // TypeScript cannot see that the parser of this kind takes the input of this kind.
  const { fromStructured } = sectionParsers[input.kind] as SectionParser<DirectiveKind, z.ZodType>;
  return fromStructured(input, path, context);
}
