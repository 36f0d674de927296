import { isIPv6 } from 'node:net';

import type { Dns, DnsAnswer, MailExchange } from '../../../src/domain/doctor/dns.ts';

/** Records by `name TYPE`; MX values are `10 mx.letter.test`. */
export type Records = Readonly<Record<string, readonly string[]>>;

/** The records of a test as `Dns`, without a server. */
export function memoryDns(records: Records): Dns {
  const ask = async (name: string, type: string): Promise<DnsAnswer<string>> => {
    const found = records[`${name.toLowerCase()} ${type}`];
    return found === undefined ? { kind: 'none', nameExists: false } : { kind: 'records', records: found };
  };
  return {
    txt: (name) => ask(name, 'TXT'),
    a: (name) => ask(name, 'A'),
    aaaa: (name) => ask(name, 'AAAA'),
    ptr: (address) => ask(address, 'PTR'),
    async mx(name): Promise<DnsAnswer<MailExchange>> {
      const answer = await ask(name, 'MX');
      return answer.kind === 'records' ? { ...answer, records: answer.records.map(toExchange) } : answer;
    },
  };
}

function toExchange(value: string): MailExchange {
  const [priority = '', exchange = ''] = value.split(' ');
  return { priority: Number(priority), exchange };
}

/** The same records for mailauth: as `dns.promises.resolve`. */
export function resolverOf(records: Records) {
  return async (name: string, type: string) => {
    const found = records[`${name.toLowerCase()} ${type}`];
    if (found === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    if (type === 'TXT') return found.map((text) => [text]);
    if (type === 'MX') return found.map(toExchange);
    return type === 'AAAA' ? found.filter(isIPv6) : found;
  };
}
