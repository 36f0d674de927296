import { expect, test } from 'vitest';

import { ProviderGroups } from '../../../src/delivery/provider-groups.ts';
import { NameServer } from '../../support/servers/name-server.ts';
import type { Said } from '../../support/servers/name-server.ts';

function mx(name: string, ...hosts: readonly string[]): Said {
  return hosts.map((exchange, preference) => ({ type: 'MX', name, data: { preference, exchange } }));
}

const records: Readonly<Record<string, readonly string[]>> = {
  'firm.example': ['aspmx.l.google.com', 'alt1.aspmx.l.google.com'],
  'office.example': ['office-example.mail.protection.outlook.com'],
  'mac.example': ['mx01.mail.icloud.com'],
  'own.example': ['mx.own.example'],
  'lookalike.example': ['mx.notgoogle.com'],
};

function answers(_type: string, name: string): Said {
  return mx(name, ...(records[name] ?? []));
}

test('groups domains by the hosts of their MX records, and asks once', async () => {
  await using server = await NameServer.start(answers);
  using groups = new ProviderGroups({ servers: [server.address], clock: () => 0 });

  const found = await Promise.all(Object.keys(records).map((domain) => groups.find(domain)));

  expect(found).toEqual(['google', 'microsoft', 'apple', 'own.example', 'lookalike.example']);
  expect(groups.known('Firm.Example')).toEqual({ group: 'google', isFinal: true });
  await groups.find('firm.example');
  expect(server.asked.filter((question) => question === 'MX firm.example')).toHaveLength(1);
});

test('knows the domains of providers without a question', async () => {
  await using server = await NameServer.start(answers);
  using groups = new ProviderGroups({ servers: [server.address], clock: () => 0 });

  expect(groups.known('GMail.com')).toEqual({ group: 'google', isFinal: true });
  expect(await groups.find('web.de')).toBe('gmx');
  expect(server.asked).toEqual([]);
});

test('takes a domain for a group of its own while the DNS is asked, and if it fails', async () => {
  await using server = await NameServer.start(() => 'in-trouble');
  let now = 0;
  using groups = new ProviderGroups({ servers: [server.address], clock: () => now });

  const found = groups.find('firm.example');
  expect(groups.known('firm.example')).toEqual({ group: 'firm.example', isFinal: false });
  expect(await found).toBe('firm.example');
  expect(groups.known('firm.example').isFinal).toBe(true);
  now += 6 * 60_000;
  expect(groups.known('firm.example').isFinal).toBe(false);
});

test('asks again after six hours, and keeps what it knew if the DNS then fails', async () => {
  let isBroken = false;
  await using server = await NameServer.start((type, name) =>
    isBroken ? 'in-trouble' : answers(type, name),
  );
  let now = 0;
  using groups = new ProviderGroups({ servers: [server.address], clock: () => now });
  await groups.find('firm.example');

  now += 7 * 3_600_000;
  isBroken = true;

  expect(groups.known('firm.example')).toEqual({ group: 'google', isFinal: false });
  expect(await groups.find('firm.example')).toBe('google');
});

test('has at most eight questions under way', async () => {
  let open = 0;
  let most = 0;
  await using server = await NameServer.start((type, name) => {
    open += 1;
    most = Math.max(most, open);
    queueMicrotask(() => (open -= 1));
    return answers(type, name);
  });
  using groups = new ProviderGroups({ servers: [server.address], clock: () => 0 });

  await Promise.all(Array.from({ length: 200 }, (_, index) => groups.find(`domain${index}.example`)));

  expect(server.asked).toHaveLength(200);
  expect(most).toBeLessThanOrEqual(8);
});

test('a domain that does not exist is a group of its own', async () => {
  await using server = await NameServer.start(() => 'no-such-name');
  using groups = new ProviderGroups({ servers: [server.address], clock: () => 0 });

  expect(await groups.find('gone.example')).toBe('gone.example');
});
