import { sectionParts } from './digest-parts.ts';
import type { Digest, Position } from './digest.ts';

/** Something in a digest that leads to a web page. */
export interface LinkTarget {
  readonly url: string;
  readonly at: Position;
  /** Headline or name of the section; undefined in the greeting. */
  readonly story: string | undefined;
}

/**
 * Returns every http and https address that a digest leads to, in reading order: links in texts, headlines, "Go
 * deeper" lines, images, sponsors and buttons.
 */
export function digestTargets(digest: Digest): readonly LinkTarget[] {
  const targets = [
    ...collect(digest.greeting, { at: { line: 1, column: 1 }, story: undefined }),
    ...digest.sections.flatMap((section) => {
      const { headings, names } = sectionParts(section);
      const story = [...headings, ...names].findLast((text) => text !== '');
      return collect(section, { at: section.at, story });
    }),
  ];
  return targets.filter(({ url }) => /^https?:/iu.test(url) && URL.canParse(url));
}

interface Place {
  readonly at: Position;
  readonly story: string | undefined;
}

const targetKeys = ['headlineUrl', 'url', 'href'] as const;

/** Every kind of part names its targets by one of three keys, so that a new kind needs no case here. */
function collect(part: unknown, place: Place): LinkTarget[] {
  if (Array.isArray(part)) return part.flatMap((inner: unknown) => collect(inner, place));
  if (typeof part !== 'object' || part === null) return [];
  const { at = place.at } = part as { readonly at?: Position };
  const here = { ...place, at };
  const own = targetKeys.flatMap((key) => {
    const url = (part as Readonly<Record<string, unknown>>)[key];
    return typeof url === 'string' ? [{ ...here, url }] : [];
  });
  return [...own, ...Object.values(part).flatMap((inner: unknown) => collect(inner, here))];
}
