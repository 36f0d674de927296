import { expect, test } from 'vitest';

import { mailboxKey } from '../../../../src/domain/subscribers/mailbox-key.ts';

test.each([
  ['ada@example.org', 'ada@example.org'],
  ['ada+news@example.org', 'ada@example.org'],
  ['ada+a+b@example.org', 'ada@example.org'],
  ['a.d.a@example.org', 'a.d.a@example.org'],
  ['a.d.a+x@gmail.com', 'ada@gmail.com'],
  ['ada@googlemail.com', 'ada@gmail.com'],
  ['+ada@example.org', '+ada@example.org'],
])('counts %s as %s', (canonical, key) => {
  expect(mailboxKey(canonical)).toBe(key);
});
