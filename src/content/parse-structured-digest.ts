import type {
  Dashboard,
  DashboardEntry,
  DashboardItem,
  Digest,
  Section,
  Sponsor,
  Story,
} from '../domain/editions/digest.ts';
import { checkLinkUrl } from './check-url.ts';
import { digestSchema } from './digest-schema.ts';
import type { DigestInput } from './digest-schema.ts';
import type { LineMap } from './line-map.ts';
import { parseBlocks, parseLine } from './markdown/parse-blocks.ts';
import type { Source } from './markdown/read-attributes.ts';
import { splitKicker } from './markdown/split-kicker.ts';
import { reportIssues } from './report-issues.ts';
import { reportJsonSyntax } from './structured/parse-json-syntax.ts';
import { readYaml } from './structured/read-yaml.ts';
import type { YamlPath, YamlValue } from './structured/read-yaml.ts';
import { scalarPlaces } from './structured/scalar-places.ts';

type SectionInput = DigestInput['sections'][number];
type Input<K extends SectionInput['kind']> = Extract<SectionInput, { kind: K }>;

interface Context {
  readonly source: Source;
  readonly yaml: YamlValue;
}

/** Reads a digest in YAML or JSON: the same fields, the same Markdown in its texts. */
export function parseStructuredDigest(source: Source, format: 'yaml' | 'json'): Digest | undefined {
  if (format === 'json' && !reportJsonSyntax(source.text, source)) return undefined;
  // JSON is YAML too, and this reader knows the place of everything.
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
function reportTexts(value: unknown, context: Context): void {
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

function toDigest(input: DigestInput, context: Context): Digest | undefined {
  const { source, yaml } = context;
  let hasLead = false;
  const sections = input.sections.map((section, index): Section => {
    const path = ['sections', index];
    if (section.kind === 'dashboard') return toDashboard(section, path, context);
    if (section.kind === 'sponsor') return toSponsor(section, path, context);
    const kind = hasLead ? 'brief' : 'lead';
    hasLead = true;
    return toStory(section, kind, { path, context });
  });
  if (!hasLead) {
    const at = yaml.placeOf(['sections'], 'key');
    const hint = 'Give one section `kind: story`.';
    source.report.error({ rule: 'story-missing', message: 'The digest has no story.', hint, at });
    return undefined;
  }
  const { date, subject, preheader, editor } = input;
  const keys = ['date', 'subject', 'preheader', 'editor'] as const;
  return {
    date,
    subject,
    ...(preheader === undefined ? {} : { preheader }),
    ...(editor === undefined ? {} : { editor }),
    greeting:
      input.greeting === undefined ? [] : parseBlocks(textSource(input.greeting, ['greeting'], context)),
    sections,
    places: Object.fromEntries(
      keys.filter((key) => input[key] !== undefined).map((key) => [key, yaml.placeOf([key], 'value')]),
    ),
  };
}

function toStory(
  { body, headline, ...line }: Input<'story'>,
  kind: Story['kind'],
  { path, context }: { readonly path: YamlPath; readonly context: Context },
): Story {
  const split = line.kicker === undefined ? splitKicker(headline) : { headline };
  const at = context.yaml.placeOf([...path, 'headline'], 'value');
  return { ...line, ...split, kind, blocks: toBody(body, path, context), at };
}

function toSponsor({ body, ...sponsor }: Input<'sponsor'>, path: YamlPath, context: Context): Sponsor {
  return { ...sponsor, blocks: toBody(body, path, context), at: context.yaml.placeOf(path, 'value') };
}

function toDashboard(input: Input<'dashboard'>, path: YamlPath, context: Context): Dashboard {
  const entries = input.entries.map(({ label, items }, index): DashboardEntry => {
    const entryPath = [...path, 'entries', index];
    return {
      ...(label === undefined ? {} : { label: label.endsWith(':') ? label : `${label}:` }),
      items: items.flatMap((item, place) => toItem(item, [...entryPath, 'items', place], context)),
      at: context.yaml.placeOf(entryPath, 'value'),
    };
  });
  return { ...input, entries, at: context.yaml.placeOf([...path, 'title'], 'value') };
}

function toItem(
  { text, url }: Input<'dashboard'>['entries'][number]['items'][number],
  path: YamlPath,
  context: Context,
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

function toBody(body: string, path: YamlPath, context: Context): Story['blocks'] {
  const blocks = parseBlocks(textSource(body, [...path, 'body'], context));
  if (body.trim() === '') {
    const at = context.yaml.placeOf([...path, 'body'], 'value');
    context.source.report.error({ rule: 'story-empty', message: '`body` is empty.', hint: 'Write it.', at });
  }
  return blocks;
}

function textSource(text: string, path: YamlPath, { source, yaml }: Context): Source {
  const at: LineMap = scalarPlaces(yaml.scalarAt(path), source);
  return { text: text.replaceAll(/\r\n?/g, '\n'), at, report: source.report };
}
