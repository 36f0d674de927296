import type { RootContent } from 'mdast';
import { z } from 'zod';

import type { Block, Position } from '../../domain/editions/digest.ts';
import { markdownField } from '../digest-fields.ts';
import { isSilent, toBlocks } from '../markdown/to-blocks.ts';
import type { BlockContext } from '../markdown/to-inlines.ts';
import type { YamlPath } from '../structured/read-yaml.ts';
import { readBody } from '../structured/structured-context.ts';
import type { StructuredContext } from '../structured/structured-context.ts';
import type { DirectiveHead, DirectiveKind } from './section-parser.ts';

interface PlainSection<Kind extends DirectiveKind> {
  readonly kind: Kind;
  readonly blocks: readonly Block[];
  readonly at: Position;
}

/** Makes the parser of a kind of section that consists of text alone. */
export function plainParser<Kind extends DirectiveKind>(
  kind: Kind,
  about: { readonly title: string; readonly description: string },
) {
  return {
    schema: z.strictObject({ kind: z.literal(kind), body: markdownField }).meta(about),
    attributeKeys: [] as readonly string[],
    fromMarkdown: (head: DirectiveHead, content: readonly RootContent[], context: BlockContext) => ({
      kind,
      ...readMarkdown(head, content, context),
    }),
    fromStructured: (
      { body }: { readonly body: string },
      path: YamlPath,
      context: StructuredContext,
    ): PlainSection<Kind> => ({
      kind,
      blocks: readBody(body, path, context),
      at: context.yaml.placeOf(path, 'value'),
    }),
  };
}

function readMarkdown(
  { kind, label, attributes, offset }: DirectiveHead,
  content: readonly RootContent[],
  context: BlockContext,
): Omit<PlainSection<DirectiveKind>, 'kind'> {
  const at = context.at(offset);
  if (label !== undefined || (attributes?.attributes.length ?? 0) > 0) {
    const message = `A ${kind} has no title and no attributes.`;
    context.report.error({ rule: 'section-invalid', message, hint: `Write :::${kind}.`, at });
  }
  const blocks = toBlocks(content, context);
  if (content.every(isSilent)) {
    const message = `The ${kind} is empty.`;
    context.report.error({ rule: 'story-empty', message, hint: 'Write it or delete it.', at });
  }
  return { blocks, at };
}
