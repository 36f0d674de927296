import type { DigestCompletions } from '../domain/editions/digest-completions.ts';
import { phrasesFor } from '../phrases/phrases-for.ts';
import { flagKeys, frontMatterShape, storyLineShape } from './digest-fields.ts';
import { digestJsonSchema } from './digest-schema.ts';
import { directiveKinds, sectionParsers } from './sections/section-parsers.ts';

/** The part of a JSON Schema that is read here. */
interface Described {
  readonly description?: string;
  readonly const?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: { readonly oneOf?: readonly Described[] };
}

/**
 * What a digest may contain, from the schemas that check it.
 *
 * @param language of the publication, for its lead-ins
 */
export function digestCompletions(language: string): DigestCompletions {
  const { whyItMatters, leadIns } = phrasesFor(language).edition;
  const digest: Described = digestJsonSchema();
  const sections = digest.properties?.['sections']?.items?.oneOf ?? [];
  const sectionOf = (kind: string) => sections.find(({ properties }) => properties?.['kind']?.const === kind);
  return {
    frontMatter: Object.keys(frontMatterShape).map((name) => ({ name, detail: detailIn(digest, name) })),
    story: attributesOf(sectionOf('story'), Object.keys(storyLineShape)),
    sections: directiveKinds.map((kind) => {
      const section = sectionOf(kind);
      const { attributeKeys } = sectionParsers[kind];
      const others = Object.keys(section?.properties ?? {}).filter(
        (key) => key !== 'kind' && !attributeKeys.includes(key),
      );
      return {
        name: kind,
        detail: section?.description ?? '',
        hasTitle: others.some(isTitle),
        hasText: !others.every(isTitle),
        attributes: attributesOf(section, attributeKeys),
      };
    }),
    leadIns: [...new Set([...whyItMatters, ...leadIns])],
  };
}

/** Keys whose value a Markdown digest has in square brackets. */
function isTitle(key: string): boolean {
  return key === 'title' || key === 'label';
}

function attributesOf(section: Described | undefined, names: readonly string[]): DigestCompletions['story'] {
  return names.map((name) => ({
    name,
    detail: detailIn(section, name),
    isFlag: flagKeys.includes(name),
  }));
}

function detailIn(schema: Described | undefined, name: string): string {
  return schema?.properties?.[name]?.description ?? '';
}
