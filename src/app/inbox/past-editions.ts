import { canonicalUrl } from '../../domain/candidates/canonical-url.ts';
import { fold, headlineKey, isSameHeadline, minShare } from '../../domain/candidates/same-headline.ts';
import type { HeadlineKey } from '../../domain/candidates/same-headline.ts';
import { sectionParts } from '../../domain/editions/digest-parts.ts';
import { blockLines } from '../../domain/editions/digest-parts.ts';
import type { Digest, Inline, Section } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import type { IsoDate } from '../../domain/units.ts';
import type { DigestFiles, InboxItem } from '../ports/inbox.ts';

/** Where a publication ran a story before. */
export interface RanBefore {
  readonly date: IsoDate;
  readonly headline: string;
}

/** A story or a line of a dashboard in an earlier digest. */
interface PastStory extends RanBefore {
  readonly key: HeadlineKey;
  readonly urls: ReadonlySet<string>;
}

type Known = Pick<InboxItem, 'source' | 'headline' | 'edition'>;

export interface PastEditions {
  /** The latest edition that had the same address, or else the same headline. */
  find(item: Known): RanBefore | undefined;
}

/**
 * Reads what the digests of a publication ran of some items. A digest whose text has nothing of them is not parsed:
 * a year of digests would take seconds.
 */
export async function readPastEditions(
  slug: string,
  items: readonly Known[],
  files: Pick<DigestFiles, 'list'>,
): Promise<PastEditions> {
  const traces = items.map(traceOf);
  const stories: PastStory[] = [];
  for (const past of (await files.list(slug)).toReversed()) {
    const folded = fold(await past.text());
    if (!traces.some((isIn) => isIn(folded))) continue;
    const read = await past.digest();
    if (read !== undefined) stories.push(...storiesOf(read, past.date));
  }
  return {
    find({ source, headline = '', edition }) {
      const url = canonicalUrl(source);
      const key = headlineKey(headline);
      // The digest that an item was used for is no repetition.
      const others = stories.filter(({ date }) => date !== edition);
      const ran =
        (url === undefined ? undefined : others.find(({ urls }) => urls.has(url))) ??
        others.find((story) => isSameHeadline(story.key, key));
      return ran === undefined ? undefined : { date: ran.date, headline: ran.headline };
    },
  };
}

/** Returns whether a digest can have run an item: the end of its address, or most words of its headline are there. */
function traceOf({ source, headline = '' }: Known): (folded: string) => boolean {
  const end = canonicalUrl(source)
    ?.split(/[/?]/u)
    .findLast((part) => part !== '');
  const ending = end === undefined ? undefined : fold(decodeSafely(end));
  const { words } = headlineKey(headline);
  return (folded) => {
    if (ending !== undefined && (folded.includes(ending) || folded.includes(fold(end ?? '')))) return true;
    const there = [...words].filter((word) => folded.includes(word)).length;
    return words.size > 0 && there >= words.size * minShare;
  };
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function storiesOf(digest: Digest, date: IsoDate): readonly PastStory[] {
  return digest.sections.flatMap((section): readonly PastStory[] => {
    if (section.kind === 'sponsor') return [];
    if (section.kind === 'dashboard') {
      return section.entries.flatMap(({ items }) =>
        items.map(({ content }) => toStory(date, inlineText(content), urlsIn(content))),
      );
    }
    const [headline = ''] = sectionParts(section)
      .headings.filter((heading) => heading !== '')
      .slice(-1);
    return [toStory(date, headline, urlsOf(section))];
  });
}

function toStory(date: IsoDate, headline: string, urls: readonly string[]): PastStory {
  const canonical = urls.map(canonicalUrl).filter((url) => url !== undefined);
  return { date, headline, key: headlineKey(headline), urls: new Set(canonical) };
}

function urlsOf(section: Section): readonly string[] {
  const headlineUrl = 'headlineUrl' in section ? section.headlineUrl : undefined;
  const inText = sectionParts(section)
    .blocks.flatMap(blockLines)
    .flatMap(({ content }) => urlsIn(content));
  return headlineUrl === undefined ? inText : [headlineUrl, ...inText];
}

function urlsIn(content: readonly Inline[]): readonly string[] {
  return content.flatMap((part) => {
    if (part.kind === 'link') return [part.url];
    return 'children' in part ? urlsIn(part.children) : [];
  });
}
