const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const qualified = new RegExp(String.raw`^(?=.{4,253}$)(?:${label}\.)+(?!\d+$)${label}$`, 'iu');

/**
 * How this machine introduces itself: its name where that is a fully qualified host name, else an
 * address literal. RFC 5321 section 4.1.4 allows nothing else.
 */
export function ehloName(hostname: string): string {
  return qualified.test(hostname) ? hostname.toLowerCase() : '[127.0.0.1]';
}
