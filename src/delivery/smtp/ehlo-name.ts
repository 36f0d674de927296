const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const qualified = new RegExp(String.raw`^(?=.{4,253}$)(?:${label}\.)+(?!\d+$)${label}$`, 'iu');

/**
 * Returns the name by which Daybrief greets a relay (RFC 5321 section 4.1.4): the first fully qualified host name.
 * Without one, an address literal to a relay on this machine; remote relays often refuse a literal.
 */
export function ehloName(names: readonly string[], relay: { readonly isLoopback: boolean }): string {
  const name = names.find((candidate) => qualified.test(candidate));
  return name?.toLowerCase() ?? (relay.isLoopback ? '[127.0.0.1]' : 'localhost.localdomain');
}
