import { expect, test } from 'vitest';

import { hostReach } from '../../../src/domain/host-reach.ts';

test.each([
  ['machine', ['localhost', 'LOCALHOST.', 'news.localhost', '127.1', '0x7f.1', '2130706433', '127.9.9.9']],
  ['machine', ['0.0.0.0', '0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[0:0:0:0:0:0:0:1]']],
  ['network', ['10.1.2.3', '172.16.0.1', '172.31.255.1', '192.168.1.1', '169.254.169.254', '100.64.0.1']],
  ['network', ['[fd00::1]', '[fe80::1]', '[::ffff:10.0.0.1]', 'printer', 'news.local', 'news.home.arpa.']],
  ['world', ['example.org', '172.32.0.1', '172.15.0.1', '100.128.0.1', '8.8.8.8', '[2606:4700::1]']],
  ['world', ['localhost.example.org', '10.example.org', '[::ffff:8.8.8.8]', 'local.example']],
] as const)('%s: %j', (reach, hosts) => {
  const found = hosts.map((host) => [host, hostReach(new URL(`http://${host}:8080/`).hostname)]);

  expect(found).toEqual(hosts.map((host) => [host, reach]));
});
