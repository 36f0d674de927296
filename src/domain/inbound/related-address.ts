/**
 * Returns false if mail to one address that failed at the other was forwarded: they share neither the part before the @
 * nor the domain. Servers rewrite one of them when they deliver to their own mailboxes.
 */
export function isRelatedAddress(one: string, other: string): boolean {
  const [local, domain] = split(one);
  const [otherLocal, otherDomain] = split(other);
  return local === otherLocal || isSameOrBelow(domain, otherDomain);
}

function split(address: string): readonly [local: string, domain: string] {
  const at = address.lastIndexOf('@');
  return [address.slice(0, at).toLowerCase(), address.slice(at + 1).toLowerCase()];
}

function isSameOrBelow(domain: string, other: string): boolean {
  return domain === other || domain.endsWith(`.${other}`) || other.endsWith(`.${domain}`);
}
