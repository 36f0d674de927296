import { expect, test } from 'vitest';

import { loadCommands } from '../../../src/cli/commands.ts';
import type { CliContext } from '../../../src/cli/context.ts';
import { runCli } from '../../support/program/run-cli.ts';

test.each([
  ['outcomes', '--editions', 'many'],
  ['outcomes', '--editions', '0'],
  ['outcomes', '--editions', '1001'],
  ['outcomes', '--days', '0'],
  ['subscribers', 'list', 'sample', '--limit', '0'],
  ['subscribers', 'list', 'sample', '--after', '1e3'],
  ['resume', 'sample/2026-11-23', '--revision', '-1'],
])('%s %s %s %s: a number out of range is a wrong command line', async (...argv) => {
  const { status, stderr } = await runCli(argv, { commands: await loadCommands(argv) });

  expect(status).toBe(2);
  expect(stderr).toMatch(/is invalid\. It must be a whole number from [01] to \d+\./u);
});

test('outcomes from a day that is later than the last one is a wrong command line', async () => {
  const argv = ['outcomes', '--from', '2026-11-24', '--to', '2026-11-23'];
  const { status, stderr } = await runCli(argv, { commands: await loadCommands(argv) });

  expect(status).toBe(2);
  expect(stderr).toContain('error: `--from` is later than `--to`.');
});

test('watching needs an edition to watch', async () => {
  const { status, stderr } = await runCli(['status', '--watch'], { commands: await loadCommands([]) });

  expect(status).toBe(2);
  expect(stderr).toContain('error: `status --watch` needs an edition.');
});

test.each([
  [['compose', 'sample'], 'compose'],
  [['--home', 'compose', 'status'], 'status'],
  [['--json', 'web', '--port', '80'], 'web'],
  [['--log-level=debug', 'copy-data'], 'copy-data'],
])('of %j only the command %s is loaded', async (argv, name) => {
  const commands = await loadCommands(argv);

  expect(commands.map((create) => create({} as CliContext).name())).toEqual([name]);
});

test.each([[[]], [['--help']], [['help', 'compose']], [['compos']], [['constructor']]])(
  'for %j all commands are loaded',
  async (argv) => {
    const commands = await loadCommands(argv);

    expect(commands.length).toBeGreaterThan(30);
  },
);

test('every command is found by the name that it has', async () => {
  for (const create of await loadCommands([])) {
    const name = create({} as CliContext).name();
    const [found] = await loadCommands([name]);
    expect(found?.({} as CliContext).name()).toBe(name);
  }
});
