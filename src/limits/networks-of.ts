import ipaddr from 'ipaddr.js';

/**
 * Returns the networks whose attempts are counted together: an IPv4 address, or the IPv6 /64, /56 and /48
 * (what one customer may have by RFC 6177) that contain the address.
 *
 * @param address an IP address, with a port if a proxy wrote one into `X-Forwarded-For` (`192.0.2.1:4711`,
 *   `[2001:db8::1]:4711`); every other text is the network `unknown`
 */
export function networksOf(address: string): readonly [string, ...string[]] {
  const text = withoutPort(address);
  if (!ipaddr.isValid(text)) return ['unknown'];
  const parsed = ipaddr.process(text);
  if (!(parsed instanceof ipaddr.IPv6)) return [parsed.toString()];
  const { parts } = parsed;
  const of56 = [...parts.slice(0, 3), (parts[3] ?? 0) & 0xff_00];
  return [`${hex(parts.slice(0, 4))}::/64`, `${hex(of56)}::/56`, `${hex(parts.slice(0, 3))}::/48`];
}

function hex(parts: readonly number[]): string {
  return parts.map((part) => part.toString(16)).join(':');
}

/** Returns an IP address without the port that some proxies add. */
export function withoutPort(address: string): string {
  const [, ipv6, ipv4] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/u.exec(address) ?? [];
  return ipv6 ?? ipv4 ?? address;
}
