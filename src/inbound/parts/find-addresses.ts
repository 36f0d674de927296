/** Characters of addresses as reports write them: RFC 5321 atoms, widened by RFC 6531. */
const address =
  /[\p{L}\p{N}!#$%&'*+/=?^_\u0060{|}~-][\p{L}\p{N}.!#$%&'*+/=?^_\u0060{|}~-]{0,80}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,200}[\p{L}\p{N}])?/gu;

/** The first address in a text; undefined if there is none. */
export function findAddress(text: string): string | undefined {
  return findAddresses(text)[0];
}

/** What a forwarding server says: the address that failed, and below it the original recipient. */
const forwarded =
  /([^\s<>()]{1,100}@[^\s<>()]{1,200})>?\s{1,20}\((?:generated|expanded) from:? <?([^\s<>()]{1,100}@[^\s<>()]{1,200}?)>?\)/iu;

const forwardedFrom = /\((?:generated|expanded) from/iu;

/** The address to which a message was sent, and the one to which a server forwarded it in vain. */
export function findForwarded(
  text: string,
): { readonly original: string; readonly final: string } | undefined {
  const at = text.search(forwardedFrom);
  if (at === -1) return undefined;
  const [, final, original] = forwarded.exec(text.slice(Math.max(0, at - 400), at + 400)) ?? [];
  return final === undefined || original === undefined ? undefined : { original, final };
}

/** All addresses in a text, in order, each once by letter case. */
export function findAddresses(text: string): readonly string[] {
  const found = new Map<string, string>();
  for (const [match] of text.matchAll(address)) {
    const clean = match.replace(/^(?:rfc822;|mailto:|'+)/iu, '').replace(/'+$/u, '');
    if (!found.has(clean.toLowerCase())) found.set(clean.toLowerCase(), clean);
  }
  return [...found.values()];
}
