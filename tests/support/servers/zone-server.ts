import { isIPv4 } from 'node:net';

import type { Answer } from 'dns-packet';

import { NameServer } from './name-server.ts';
import type { Said } from './name-server.ts';

/**
 * Records by name and type, as `'letter.test TXT': ['v=spf1 -all']`. MX values are `10 mx.letter.test`. A value may be
 * one of the ways in which `NameServer` fails; the key `*` is for every question.
 */
export type Zone = Record<string, readonly string[] | Exclude<Said, readonly Answer[]>>;

/** A real DNS server on loopback with the records of a zone, which may change while it runs. */
export function startZone(zone: Zone): Promise<NameServer> {
  return NameServer.start((type, question) => {
    const name = question.toLowerCase();
    const found = zone['*'] ?? zone[`${name} ${type}`];
    if (typeof found === 'string') return found;
    if (found !== undefined) return found.map((value) => toAnswer(type, name, value));
    // RFC 8020: a name exists if there is one below it.
    const isThere = Object.keys(zone).some((key) => {
      const [owner = ''] = key.split(' ');
      return owner === name || owner.endsWith(`.${name}`);
    });
    return isThere ? [] : 'no-such-name';
  });
}

function toAnswer(type: string, name: string, value: string): Answer {
  switch (type) {
    case 'TXT':
      return { type, name, data: value.match(/.{1,255}/gsu) ?? [''] };
    case 'MX': {
      const [preference = '', exchange = ''] = value.split(' ');
      return { type, name, data: { preference: Number(preference), exchange } };
    }
    case 'A':
    case 'AAAA':
    case 'PTR':
      return { type, name, data: value };
    default:
      throw new Error(`A zone has no records of the type ${type}.`);
  }
}

/** The name under which the DNS has the name of an address: `1.2.0.192.in-addr.arpa`. */
export function reverseName(address: string): string {
  if (!isIPv4(address)) throw new Error('Only IPv4.');
  return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
}
