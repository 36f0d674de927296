import type { Answer } from 'dns-packet';
import { expect, test } from 'vitest';

import { createMailDomainCheck } from '../../../src/delivery/check-mail-domain.ts';
import { NameServer } from '../../support/servers/name-server.ts';
import type { Said } from '../../support/servers/name-server.ts';

function mx(...exchanges: readonly string[]): readonly Answer[] {
  return exchanges.map((exchange, preference) => ({
    type: 'MX',
    name: 'example.org',
    data: { preference, exchange },
  }));
}

const ipv4: Answer = { type: 'A', name: 'example.org', data: '192.0.2.1' };
const ipv6: Answer = { type: 'AAAA', name: 'example.org', data: '2001:db8::1' };

test.each<[string, Readonly<Record<string, Said>>, string]>([
  ['has a mail server', { MX: mx('mail.example.org', 'other.example.org') }, 'takes-mail'],
  ['says that it takes none', { MX: mx('.') }, 'null-mx'],
  ['has an IPv4 address alone', { A: [ipv4] }, 'takes-mail'],
  ['has an IPv6 address alone', { AAAA: [ipv6] }, 'takes-mail'],
  [
    'has an address, while the other kind cannot be asked for',
    { A: [ipv4], AAAA: 'in-trouble' },
    'takes-mail',
  ],
  ['is there and has neither', {}, 'no-mail-server'],
  ['is not there', { MX: 'no-such-name' }, 'no-such-domain'],
  ['has a name server in trouble', { MX: 'in-trouble' }, 'unknown'],
  ['has one that fails over addresses', { A: 'in-trouble' }, 'unknown'],
  ['has one that says nothing', { MX: 'silent' }, 'unknown'],
])('a domain that %s', async (_what, said, found) => {
  await using server = await NameServer.start((type) => said[type] ?? []);
  const timeoutMs = Object.values(said).includes('silent') ? 250 : 60_000;
  const check = createMailDomainCheck({ servers: [server.address], timeoutMs });

  expect(await check('example.org')).toBe(found);
});

test('a domain is asked after once, and again only where there was no answer', async () => {
  const said: Said[] = ['in-trouble'];
  await using server = await NameServer.start(() => said.shift() ?? mx('mail.example.org'));
  const check = createMailDomainCheck({ servers: [server.address], timeoutMs: 60_000 });

  const found = [await check('example.org'), await check('example.org'), await check('example.org')];

  expect(found).toEqual(['unknown', 'takes-mail', 'takes-mail']);
  expect(server.asked).toEqual(['MX example.org', 'MX example.org']);
});

test('of very many domains the newest answers are kept', async () => {
  await using server = await NameServer.start(() => mx('mail.example.org'));
  const check = createMailDomainCheck({ servers: [server.address], timeoutMs: 60_000 });

  for (let index = 0; index <= 1_000; index += 1) await check(`d${index}.example`);
  await check('d1000.example');
  await check('d0.example');

  expect(server.asked.filter((question) => question === 'MX d1000.example')).toHaveLength(1);
  expect(server.asked.filter((question) => question === 'MX d0.example')).toHaveLength(2);
});
