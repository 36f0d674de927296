import { expect, test } from 'vitest';

import { networksOf, withoutPort } from '../../../src/limits/networks-of.ts';

test.each([
  ['192.0.2.7', ['192.0.2.7']],
  ['192.0.2.7:4711', ['192.0.2.7']],
  ['::ffff:192.0.2.7', ['192.0.2.7']],
  ['2001:db8:1:2ab:3::4', ['2001:db8:1:2ab::/64', '2001:db8:1:200::/56', '2001:db8:1::/48']],
  ['[2001:db8:1:2ab:3::4]:4711', ['2001:db8:1:2ab::/64', '2001:db8:1:200::/56', '2001:db8:1::/48']],
  ['[2001:db8::1]', ['2001:db8:0:0::/64', '2001:db8:0:0::/56', '2001:db8:0::/48']],
  ['', ['unknown']],
  ['unix:', ['unknown']],
  ['2001:db8::1:4711:x', ['unknown']],
])('counts the address "%s" in %j', (address, networks) => {
  expect(networksOf(address)).toEqual(networks);
});

test('leaves an IPv6 address without brackets as it is', () => {
  expect(withoutPort('2001:db8::80')).toBe('2001:db8::80');
});
