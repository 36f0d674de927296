import type { RootContent } from 'mdast';

import type { Block, Position } from '../../domain/editions/digest.ts';
import { isSilent, toBlocks } from '../markdown/to-blocks.ts';
import type { BlockContext } from '../markdown/to-inlines.ts';
import type { YamlPath } from '../structured/read-yaml.ts';
import { readBody } from '../structured/structured-context.ts';
import type { StructuredContext } from '../structured/structured-context.ts';
import type { DirectiveHead } from './section-parser.ts';

interface PlainSection {
  readonly blocks: readonly Block[];
  readonly at: Position;
}

/** Reads a section that consists of text alone. */
export function readPlainSection(
  head: DirectiveHead,
  content: readonly RootContent[],
  context: BlockContext,
): PlainSection {
  const { kind } = head;
  const at = context.at(head.offset);
  if (head.label !== undefined || (head.attributes?.attributes.length ?? 0) > 0) {
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

/** The same in a YAML or JSON digest. */
export function readPlainBody(body: string, path: YamlPath, context: StructuredContext): PlainSection {
  return { blocks: readBody(body, path, context), at: context.yaml.placeOf(path, 'value') };
}
