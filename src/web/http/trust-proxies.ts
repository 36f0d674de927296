import { BlockList, isIP } from 'node:net';

import { withoutPort } from '../../limits/networks-of.ts';

/**
 * Returns true for the addresses of trusted proxies, with or without a port.
 *
 * @param networks IP addresses and networks in CIDR notation
 */
export function trustProxies(networks: readonly string[]): false | ((address: string) => boolean) {
  if (networks.length === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (proxy) => {
    const address = withoutPort(proxy);
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}
