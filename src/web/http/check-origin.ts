import type { IncomingHttpHeaders } from 'node:http';

/**
 * Returns whether a state-changing request has an allowed origin: no page, one of Daybrief's pages,
 * or from a site that is allowed to. A browser says where by `Origin` and `Sec-Fetch-Site`, and no page can
 * forge it; a program that is no browser can send anything, but has no user's rights to misuse.
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
