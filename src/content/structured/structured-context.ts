import type { Block, SectionLine } from '../../domain/editions/digest.ts';
import { parseBlocks } from '../markdown/parse-blocks.ts';
import { parseSmallPrint } from '../markdown/parse-line.ts';
import type { Source } from '../markdown/read-attributes.ts';
import type { LineMap } from '../report/line-map.ts';
import type { YamlPath, YamlValue } from './read-yaml.ts';
import { scalarPlaces } from './scalar-places.ts';

/** A YAML or JSON digest while it is read. */
export interface StructuredContext {
  readonly source: Source;
  readonly yaml: YamlValue;
}

/** Reads the Markdown of a section's `body` and reports an empty one. */
export function readBody(body: string, path: YamlPath, context: StructuredContext): readonly Block[] {
  const blocks = parseBlocks(textSource(body, [...path, 'body'], context));
  if (body.trim() === '') {
    const at = context.yaml.placeOf([...path, 'body'], 'value');
    context.source.report.error({ rule: 'story-empty', message: '`body` is empty.', hint: 'Write it.', at });
  }
  return blocks;
}

/** Replaces the text of a credit by its inlines: it may hold links. */
export function withCredit<Line extends { readonly credit?: string | undefined }>(
  { credit, ...line }: Line,
  path: YamlPath,
  context: StructuredContext,
): Omit<Line, 'credit'> & Pick<SectionLine, 'credit'> {
  if (credit === undefined) return line;
  const { at, report } = textSource(credit, [...path, 'credit'], context);
  const content = parseSmallPrint(credit, { report, placeOf: at });
  return { ...line, ...(content === undefined ? {} : { credit: content }) };
}

/** Returns a scalar's text as a source whose places are those in the file. */
export function textSource(text: string, path: YamlPath, { source, yaml }: StructuredContext): Source {
  const at: LineMap = scalarPlaces(yaml.scalarAt(path), source);
  return { text: text.replaceAll(/\r\n?/g, '\n'), at, report: source.report };
}
