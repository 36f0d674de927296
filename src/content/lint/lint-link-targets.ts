import { isTracker } from '../../domain/candidates/canonical-url.ts';
import type { Digest } from '../../domain/editions/digest.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Report } from '../report/report.ts';
import { digestLinks, headlineLinks } from './lint-links.ts';

/** Hosts that stand for other addresses. */
const shorteners: ReadonlySet<string> = new Set(
  'bit.ly,t.co,tinyurl.com,goo.gl,ow.ly,is.gd,buff.ly,lnkd.in,rb.gy,cutt.ly,t.ly,shorturl.at,tiny.cc,dlvr.it,fb.me,trib.al,rebrand.ly,short.io,amzn.to'.split(
    ',',
  ),
);

/** Where links lead: to the page itself, once. */
export function lintLinkTargets(digest: Digest, publication: Publication, report: Report): void {
  const own = new Set([hostOf(publication.webBaseUrl ?? ''), publication.from.address.split('@')[1] ?? '']);
  const first = new Map<string, { readonly line: number; readonly text: string }>();
  for (const { url, text, at } of [...headlineLinks(digest), ...digestLinks(digest)]) {
    const parsed = /^https?:/.test(url) ? URL.parse(url) : null;
    if (parsed === null) continue;
    const foreign = foreignTracking(parsed, own);
    if (foreign.length > 0) {
      const message = `The link to ${parsed.hostname} has another sender's tracking parameters: ${foreign.join(', ')}.`;
      const hint = `Write ${quoteFound(withoutTracking(parsed, foreign))}.`;
      report.warn({ rule: 'link-tracking', message, hint, at });
    }
    if (shorteners.has(parsed.hostname.replace(/^www\./, ''))) {
      const message = `The link to ${quoteFound(url)} is shortened, so readers cannot see where it leads.`;
      report.warn({ rule: 'link-shortened', message, hint: 'Open it, and link the page it leads to.', at });
    }
    const before = first.get(url);
    if (before === undefined) first.set(url, { line: at.line, text: text.toLowerCase() });
    else if (before.text === text.toLowerCase()) {
      const message = `The link to ${quoteFound(url)} is also on line ${before.line}.`;
      report.note({ rule: 'link-repeated', message, hint: 'Link it once.', at });
    }
  }
}

/** `utm_` parameters are the publication's own where they lead to its own site. */
function foreignTracking({ hostname, searchParams }: URL, own: ReadonlySet<string>): readonly string[] {
  const isOwn = own.has(hostname);
  return [...new Set(searchParams.keys())].filter((key) => isTracker(key) || (!isOwn && /^utm_/i.test(key)));
}

function withoutTracking(url: URL, keys: readonly string[]): string {
  const clean = new URL(url);
  for (const key of keys) clean.searchParams.delete(key);
  return clean.href;
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}
