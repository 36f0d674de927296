import { expect, test } from 'vitest';

import { isAllowed, isAllowedSomewhere } from '../../../src/domain/accounts/role.ts';
import type { Permission } from '../../../src/domain/accounts/role.ts';
import { formatGrant, readGrants } from '../../../src/domain/accounts/user.ts';

const every: readonly Permission[] = ['see', 'drafts', 'write', 'approve', 'operate', 'subscribers'];

test.each([
  ['viewer', ['see', 'drafts']],
  ['author', ['see', 'drafts', 'write']],
  ['approver', ['see', 'drafts', 'write', 'approve']],
  ['operator', ['see', 'drafts', 'write', 'operate', 'subscribers']],
  ['admin', every],
])('the role %s allows %j', (role, allowed) => {
  const grants = readGrants([role]);

  expect(every.filter((permission) => isAllowed(grants, permission, 'letter'))).toEqual(allowed);
});

test('a role in one publication is none in another, nor in all of them', () => {
  const grants = readGrants(['operator:letter']);

  expect(isAllowed(grants, 'operate', 'letter')).toBe(true);
  expect(isAllowed(grants, 'operate', 'night')).toBe(false);
  expect(isAllowed(grants, 'operate', '*')).toBe(false);
  expect(isAllowedSomewhere(grants, 'operate')).toBe(true);
  expect(isAllowedSomewhere(grants, 'approve')).toBe(false);
});

test('roles are read as they are written, each once', () => {
  expect(readGrants(['viewer', 'approver:letter', 'viewer']).map(formatGrant)).toEqual([
    'viewer',
    'approver:letter',
  ]);
});

test.each(['owner', 'viewer:', 'viewer:Letter', 'viewer:a:b', ':letter', 'constructor'])(
  '"%s" is not a role',
  (text) => {
    expect(() => readGrants([text])).toThrow(/is not a role/u);
  },
);
