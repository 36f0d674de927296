/** Who can open a link to a host: this machine alone, a private network, or everybody. */
export type HostReach = 'machine' | 'network' | 'world';

/**
 * Says from where a host can be reached, by its name or number alone.
 *
 * @param hostname as `URL.hostname` gives it: IPv4 in decimal, IPv6 in brackets and compressed
 */
export function hostReach(hostname: string): HostReach {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/gu, '')
    .replace(/\.$/u, '');
  if (host.includes(':')) return ipv6Reach(host);
  const octets = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/u.exec(host);
  if (octets !== null) return ipv4Reach(Number(octets[1]), Number(octets[2]));
  if (host === 'localhost' || host.endsWith('.localhost')) return 'machine';
  // RFC 6762, RFC 8375 and the reserved `.internal`; a name without a dot is known to one network only.
  const isLocal = !host.includes('.') || /\.(?:local|internal|intranet|lan|home\.arpa)$/u.test(host);
  return isLocal ? 'network' : 'world';
}

/** RFC 6890 section 2.2.2. */
function ipv4Reach(first: number, second: number): HostReach {
  if (first === 127 || first === 0) return 'machine';
  const isPrivate =
    first === 10 ||
    (first === 172 && second >> 4 === 1) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >> 6 === 1);
  return isPrivate ? 'network' : 'world';
}

/** RFC 6890 section 2.2.3; `::ffff:` stands before an IPv4 address. */
function ipv6Reach(host: string): HostReach {
  if (host === '::1' || host === '::') return 'machine';
  const mapped = /^::ffff:([\da-f]{1,4}):[\da-f]{1,4}$/u.exec(host);
  if (mapped !== null) {
    const upper = Number.parseInt(mapped[1] ?? '', 16);
    return ipv4Reach(upper >> 8, upper & 255);
  }
  const first = Number.parseInt(host.split(':')[0] ?? '', 16);
  // Unique local (fc00::/7) and link-local (fe80::/10) addresses.
  return first >> 9 === 0xfc00 >> 9 || first >> 6 === 0xfe80 >> 6 ? 'network' : 'world';
}
