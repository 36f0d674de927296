import { digestBlocks, digestLines } from '../../domain/editions/digest-parts.ts';
import type { Digest, Inline, Position } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import { isGoDeeper, isVagueLink } from '../../phrases/vague-links.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Report } from '../report/report.ts';

export interface FoundLink {
  readonly url: string;
  readonly text: string;
  readonly at: Position;
  /** A line of its own: "Go deeper", to which the template adds where it leads. */
  readonly isAlone: boolean;
}

/** Checks links: each says where it leads, in the same words for the same target, and subscribers can open it. */
export function lintLinks(digest: Digest, report: Report): void {
  const lines = digestLines(digest);
  const links = digestLinks(digest);
  for (const link of links) lintLink(link, report);
  for (const link of headlineLinks(digest)) reportPrivate(link, report);
  reportOtherWords(links, report);
  for (const { content, at } of lines) reportUnlinked(content, at, report);
  for (const block of digestBlocks(digest)) {
    if (block.kind === 'paragraph' && block.leadIn !== undefined)
      reportUnlinked([{ kind: 'text', value: block.leadIn }], block.at, report);
  }
}

/** The links of a digest's running text, in reading order. */
export function digestLinks(digest: Digest): readonly FoundLink[] {
  return digestLines(digest).flatMap(({ content, at }) => {
    const isAlone = content.length === 1 && content[0]?.kind === 'link';
    return linksIn(content, at).map((link) => Object.assign(link, { isAlone }));
  });
}

/** The stories whose whole headline is a link. */
export function headlineLinks({ sections }: Digest): readonly FoundLink[] {
  return sections.flatMap((section) => {
    if ((section.kind !== 'lead' && section.kind !== 'brief') || section.headlineUrl === undefined) return [];
    return [{ url: section.headlineUrl, text: section.headline, at: section.at, isAlone: true }];
  });
}

function lintLink({ url, text, at, isAlone }: FoundLink, report: Report): void {
  if (isVagueLink(text) && !(isAlone && isGoDeeper(text))) {
    report.error({
      rule: 'link-vague',
      message: `The link text ${quoteFound(text)} does not say where it goes.`,
      hint: 'Link the words that name what is there.',
      at,
    });
  } else if (isOwnAddress(text, url)) {
    report.warn({
      rule: 'link-own-address',
      message: `The link text is the address itself, ${quoteFound(text)}.`,
      hint: 'Write [what is there](address).',
      at,
    });
  } else if (/^(?:https?:\/\/|www\.)\S+$/i.test(text.trim())) {
    report.error({
      rule: 'link-bare-url',
      message: `The link text is the bare address ${quoteFound(text)}.`,
      hint: 'Write [what is there](address).',
      at,
    });
  } else if (!/[\p{L}\p{N}]/u.test(text)) {
    report.error({
      rule: 'link-vague',
      message: `The link text ${quoteFound(text)} holds no word.`,
      hint: 'Link the words that name what is there.',
      at,
    });
  }
  reportPrivate({ url, at }, report);
}

function reportPrivate({ url, at }: Pick<FoundLink, 'url' | 'at'>, report: Report): void {
  if (isPrivate(url)) {
    const message = `The link to ${quoteFound(url)} works on this machine or network only.`;
    report.warn({ rule: 'link-not-public', message, hint: 'Link the public page.', at });
  }
}

/** `<https://example.org/rsvp>`: what is shown is where it leads. */
function isOwnAddress(text: string, url: string): boolean {
  return /^https?:\/\//i.test(text.trim()) && URL.parse(text.trim())?.href === url;
}

function reportOtherWords(links: readonly FoundLink[], report: Report): void {
  const first = new Map<string, FoundLink>();
  for (const link of links) {
    const before = first.get(link.url);
    if (before === undefined) first.set(link.url, link);
    else if (before.text.toLowerCase() !== link.text.toLowerCase()) {
      report.warn({
        rule: 'link-twice',
        message: `The link to ${quoteFound(link.url)} is also on line ${before.at.line}, with the text ${quoteFound(before.text, 40)}.`,
        hint: 'Use the same words, or link once.',
        at: link.at,
      });
    }
  }
}

function reportUnlinked(content: readonly Inline[], at: Position, report: Report): void {
  for (const part of content) {
    if (part.kind === 'strong' || part.kind === 'emphasis') reportUnlinked(part.children, at, report);
    if (part.kind !== 'text') continue;
    for (const [found] of part.value.matchAll(/https?:\/\/[^\s"<>\u201C\u201D\u00AB\u00BB]+/giu)) {
      const message = `The address ${quoteFound(trimAddress(found))} is in the text but is not a link.`;
      report.warn({ rule: 'url-not-linked', message, hint: 'Write [what is there](address).', at });
    }
  }
}

/** Without the punctuation of the sentence around it; "wiki/Foo_(bar)" keeps its bracket. */
function trimAddress(found: string): string {
  const outside = found.includes('[') ? /[.,;:!?'’*…]/u : /[\].,;:!?'’*…]/u;
  let unopened = found.split(')').length - found.split('(').length;
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found.charAt(end - 1);
    if (last === ')' ? unopened <= 0 : !outside.test(last)) break;
    if (last === ')') unopened -= 1;
  }
  return found.slice(0, end);
}

function linksIn(content: readonly Inline[], at: Position): readonly Omit<FoundLink, 'isAlone'>[] {
  return content.flatMap((part) => {
    if (part.kind === 'link') return [{ url: part.url, text: inlineText(part.children), at: part.at ?? at }];
    return 'children' in part ? linksIn(part.children, at) : [];
  });
}

function isPrivate(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return (
    /^(?:localhost|.*\.(?:local|localhost|internal|test|invalid))$/.test(host) ||
    /^(?:127|10|0)\.|^192\.168\.|^169\.254\.|^172\.(?:1[6-9]|2\d|3[01])\.|^\[(?:::1?\]|f[cde])/.test(host)
  );
}
