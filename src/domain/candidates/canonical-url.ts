/** Parameters that say where a reader came from, not what the page is. */
const tracking =
  /^(?:utm_.*|mtm_.*|pk_.*|hsa_.*|at_.*|ga_.*|oly_.*|vero_.*|_hs.*|mc_[ce]id|mkt_tok|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id|s_cid|s_kwcid|ncid|cmpid|cmp|ocid|icid|ito|ref|ref_src|ref_url|referrer|source|sr_share|share|smid|smtyp|spm|sh|partner|feature|guccounter|guce_referrer.*|ref_|cvid|xtor|wt_mc|wt\.mc_id|taid|stream|amp|outputtype|output_type)$/iu;

const mobileHost = /^(?:www\d?|m|mobile|amp|touch|wap)\./u;

/**
 * Returns one form for all addresses of a page: without tracking parameters, fragment, AMP, mobile host, scheme and
 * trailing slash, with its parameters in order. Two addresses of one page compare equal; it is no address to link to.
 * Undefined for anything but http and https.
 */
export function canonicalUrl(text: string): string | undefined {
  const url = text.length > 2000 ? null : URL.parse(text.trim());
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const cached = fromAmpCache(url);
  if (cached !== undefined) return canonicalUrl(cached);
  const kept = [...url.searchParams]
    .filter(([name]) => !tracking.test(name))
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const query = new URLSearchParams(kept).toString();
  return `${hostOf(url)}${pathOf(url)}${query === '' ? '' : `?${query}`}`;
}

/** Parameters that a site adds to follow people who share its addresses; no page needs one. */
const sharing =
  /^(?:fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|twclid|yclid|_hs(?:enc|mi)|vero_id|oly_(?:anon|enc)_id|mkt_tok|ref_src|cmpid|ns_mchannel|smid|s_kwcid)$/iu;

/** True for the name of a parameter that follows people who share an address; `utm_` may be a site's own. */
export function isTracker(parameter: string): boolean {
  return sharing.test(parameter);
}

/** Returns the address to link to: without `utm_` and what follows people, and otherwise as it is written. */
export function withoutTracking(url: string): string {
  const [, page = url, query, fragment = ''] = /^([^?#]*)\?([^#]*)(.*)$/su.exec(url) ?? [];
  if (query === undefined) return url;
  const kept = query.split('&').filter((pair) => {
    const [name = ''] = pair.split('=');
    return !/^utm_/iu.test(name) && !isTracker(name);
  });
  return `${page}${kept.length === 0 ? '' : `?${kept.join('&')}`}${fragment}`;
}

function hostOf({ host }: URL): string {
  let short = host.replace(/\.(?=$|:)/u, '');
  // "m.www.example.org" occurs, "m.org" is a host of its own.
  while (mobileHost.test(short) && short.split('.').length > 2) short = short.replace(mobileHost, '');
  return short;
}

function pathOf({ pathname }: URL): string {
  const decoded = decodeSafely(pathname)
    .replaceAll(/\/{2,}/gu, '/')
    .replace(/^\/amp\/(?=.)/u, '/')
    .replace(/(?:\/amp|\.amp|\/amphtml)(?=\/?$|\.html?$)/u, '')
    .replace(/\/(?:index|default)\.(?:html?|php|aspx?)$/u, '/')
    .replace(/\/+$/u, '');
  return encodeURI(decoded);
}

/** `https://www.google.com/amp/s/example.org/a` and `https://example-org.cdn.ampproject.org/c/s/example.org/a`. */
function fromAmpCache({ hostname, pathname, search }: URL): string | undefined {
  const isCache = /(?:^|\.)cdn\.ampproject\.org$/u.test(hostname);
  const isGoogle = /^(?:www\.)?google\.[a-z.]{2,6}$/u.test(hostname);
  const pattern = isCache ? /^\/[acv]\/(s\/)?(.+)$/u : /^\/amp\/(s\/)?(.+)$/u;
  const [, secure, rest] = isCache || isGoogle ? (pattern.exec(pathname) ?? []) : [];
  return rest === undefined ? undefined : `http${secure === undefined ? '' : 's'}://${rest}${search}`;
}

function decodeSafely(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
