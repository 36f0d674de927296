import type { Digest, Section, Story } from '../domain/editions/digest.ts';
import { digestSchema } from './digest-schema.ts';
import type { DigestInput } from './digest-schema.ts';
import { parseBlocks } from './markdown/parse-blocks.ts';
import type { Source } from './markdown/read-attributes.ts';
import { chooseKicker } from './markdown/split-kicker.ts';
import { reportIssues } from './report/report-issues.ts';
import { readDirectiveSection } from './sections/section-parsers.ts';
import { reportJsonSyntax } from './structured/parse-json-syntax.ts';
import { readYaml } from './structured/read-yaml.ts';
import type { YamlPath } from './structured/read-yaml.ts';
import { readBody, textSource, withCredit } from './structured/structured-context.ts';
import type { StructuredContext } from './structured/structured-context.ts';

type SectionInput = DigestInput['sections'][number];
type Input<K extends SectionInput['kind']> = Extract<SectionInput, { kind: K }>;

/** Reads a digest in YAML or JSON: the same fields, the same Markdown in its texts. */
export function parseStructuredDigest(source: Source, format: 'yaml' | 'json'): Digest | undefined {
  if (format === 'json' && !reportJsonSyntax(source.text, source)) return undefined;
  // JSON is YAML too, and this parser gives the position of every value.
  const yaml = readYaml(source.text, { schema: 'core', ...source });
  if (yaml === undefined) return undefined;
  const parsed = digestSchema.safeParse(yaml.value);
  if (!parsed.success) {
    const what = 'The digest';
    reportIssues(parsed.error.issues, { ...yaml, report: source.report, schema: digestSchema, what });
    reportTexts(yaml.value, { source, yaml });
    return undefined;
  }
  return toDigest(parsed.data, { source, yaml });
}

/** Reads the texts of a digest whose keys are wrong, only to say what is wrong with them too. */
function reportTexts(value: unknown, context: StructuredContext): void {
  const { greeting, sections } = asRecord(value);
  if (typeof greeting === 'string') parseBlocks(textSource(greeting, ['greeting'], context));
  if (!Array.isArray(sections)) return;
  for (const [index, section] of sections.entries()) {
    const { body } = asRecord(section);
    if (typeof body === 'string') parseBlocks(textSource(body, ['sections', index, 'body'], context));
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function toDigest(input: DigestInput, context: StructuredContext): Digest | undefined {
  const { source, yaml } = context;
  let hasLead = false;
  const sections = input.sections.map((section, index): Section => {
    const path = ['sections', index];
    if (section.kind !== 'story') return readDirectiveSection(section, path, context);
    const kind = hasLead && section.lead !== true ? 'brief' : 'lead';
    hasLead = true;
    return toStory(section, kind, { path, context });
  });
  if (!hasLead) {
    const at = yaml.placeOf(['sections'], 'key');
    const hint = 'Give one section `kind: story`.';
    source.report.error({ rule: 'story-missing', message: 'The digest has no story.', hint, at });
    return undefined;
  }
  const { date, subject, preheader, editor, numbered, names, waive } = input;
  const keys = ['date', 'subject', 'preheader', 'editor'] as const;
  return {
    date,
    subject,
    ...(preheader === undefined ? {} : { preheader }),
    ...(editor === undefined ? {} : { editor }),
    ...(numbered === undefined ? {} : { numbered }),
    ...(names === undefined ? {} : { names }),
    ...(waive === undefined ? {} : { waive }),
    greeting:
      input.greeting === undefined ? [] : parseBlocks(textSource(input.greeting, ['greeting'], context)),
    sections,
    places: Object.fromEntries(
      keys.filter((key) => input[key] !== undefined).map((key) => [key, yaml.placeOf([key], 'value')]),
    ),
  };
}

function toStory(
  { body, headline, kicker, lead: _lead, ...line }: Input<'story'>,
  kind: Story['kind'],
  { path, context }: { readonly path: YamlPath; readonly context: StructuredContext },
): Story {
  const split = chooseKicker(headline, kicker);
  const at = context.yaml.placeOf([...path, 'headline'], 'value');
  return { ...withCredit(line, path, context), ...split, kind, blocks: readBody(body, path, context), at };
}
