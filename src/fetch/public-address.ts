import ipaddr from 'ipaddr.js';

/** Public by its number, but answers only inside a data centre with data of the machine (Azure's WireServer). */
const metadata = new Set(['168.63.129.16']);

/**
 * True for an address of the public internet. Everything in the IANA special-purpose registries (RFC 6890) is not:
 * loopback, private, link-local with the metadata services, shared, documentation, multicast, and the IPv6 forms that
 * contain an IPv4 address (NAT64, 6to4, Teredo, IPv4-compatible). An IPv4-mapped address counts as its IPv4 address.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (metadata.has(address.toString()) || address.range() !== 'unicast') return false;
  // RFC 4291 section 2.4: 2000::/3 is all that is assigned as global unicast.
  return address instanceof ipaddr.IPv4 || (address.parts[0] ?? 0) >> 13 === 1;
}
