import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request that changes something may come from where it comes: from no page, from a page of ours,
 * or from a site that is allowed to. A browser says where by `Origin` and `Sec-Fetch-Site`, and no page can
 * make it lie; whatever is no browser can say anything and has nobody's rights to misuse.
 *
 * @param options.own our origins
 * @param options.allowed origins of others; a form there may post here
 */
export function isOriginAccepted(
  headers: IncomingHttpHeaders,
  { own, allowed }: { readonly own: readonly string[]; readonly allowed: readonly string[] },
): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && allowed.includes(origin)) return true;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  // Behind localhost or a second name the base URL is not what the browser shows.
  return own.includes(origin) || (host !== undefined && URL.parse(origin)?.host === host);
}
