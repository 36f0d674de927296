import type { RootContent } from 'mdast';
import type { z } from 'zod';

import type { Section } from '../../domain/editions/digest.ts';
import type { AttributeList } from '../markdown/read-attributes.ts';
import type { BlockContext } from '../markdown/to-inlines.ts';
import type { YamlPath } from '../structured/read-yaml.ts';
import type { StructuredContext } from '../structured/structured-context.ts';

/** Kinds of sections that a Markdown digest opens with `:::`. The others begin with a `##` headline. */
export type DirectiveKind = Exclude<Section['kind'], 'lead' | 'brief'>;

/** The line that opens a `:::` section. */
export interface DirectiveHead {
  readonly kind: DirectiveKind;
  /** The text in square brackets. */
  readonly label?: string;
  readonly attributes?: AttributeList;
  /** Of the first colon. */
  readonly offset: number;
}

/** How one kind of section is read from both formats of a digest. */
export interface SectionParser<Kind extends DirectiveKind, Schema extends z.ZodType> {
  /** The section in a YAML or JSON digest. */
  readonly schema: Schema;
  /** Keys in the braces of the opening line. */
  readonly attributeKeys: readonly string[];
  /** Reports what is wrong; returns undefined if no section can be made of it. */
  readonly fromMarkdown: (
    head: DirectiveHead,
    content: readonly RootContent[],
    context: BlockContext,
  ) => Extract<Section, { kind: Kind }> | undefined;
  readonly fromStructured: (
    input: z.output<Schema>,
    path: YamlPath,
    context: StructuredContext,
  ) => Extract<Section, { kind: Kind }>;
}
