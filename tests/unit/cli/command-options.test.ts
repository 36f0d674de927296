import { expect, test } from 'vitest';

import { commands } from '../../../src/cli/commands.ts';
import { runCli } from '../../support/run-cli.ts';

test.each([
  ['outcomes', '--editions', 'many'],
  ['outcomes', '--editions', '0'],
  ['outcomes', '--editions', '1001'],
  ['outcomes', '--days', '0'],
  ['subscribers', 'list', 'sample', '--limit', '0'],
  ['subscribers', 'list', 'sample', '--after', '1e3'],
  ['resume', 'sample/2026-11-23', '--revision', '-1'],
])('%s %s %s %s: a number out of range is a wrong command line', async (...argv) => {
  const { status, stderr } = await runCli(argv, { commands });

  expect(status).toBe(2);
  expect(stderr).toMatch(/is invalid\. It must be a whole number from [01] to \d+\./u);
});

test('watching needs an edition to watch', async () => {
  const { status, stderr } = await runCli(['status', '--watch'], { commands });

  expect(status).toBe(2);
  expect(stderr).toContain('error: `status --watch` needs an edition.');
});
