import { Command, InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';

import { runCli } from '../../support/program/run-cli.ts';

const compose = () =>
  new Command('compose')
    .argument('<edition>')
    .option('--out <folder>')
    .action(() => undefined);
const subscribers = () =>
  new Command('subscribers').addCommand(new Command('import').argument('<file>').action(() => undefined));
const commands = [compose, subscribers];

describe('a wrong command line', () => {
  test.each([
    [['compsoe', 'x'], "Unknown command 'compsoe'.", 'Did you mean compose? Run `daybrief --help`'],
    [['--jsno'], "Unknown option '--jsno'.", 'Did you mean --json? Run `daybrief --help`'],
    [['compose'], "Missing required argument 'edition'.", 'Run `daybrief compose --help`'],
    [['compose', 'a', 'b'], "Too many arguments for 'compose'.", 'Run `daybrief compose --help`'],
    [
      ['compose', 'a', '--outt', 'b'],
      "Unknown option '--outt'.",
      'Did you mean --out? Run `daybrief compose --help`',
    ],
    [['compose', 'a', '--out'], "Option '--out <folder>' argument missing.", 'Run `daybrief compose --help`'],
    [
      ['subscribers', 'imprt'],
      "Unknown command 'imprt'.",
      'Did you mean import? Run `daybrief subscribers --help`',
    ],
    [
      ['subscribers', 'import'],
      "Missing required argument 'file'.",
      'Run `daybrief subscribers import --help`',
    ],
    [
      ['--log-level', 'loud'],
      "Option '--log-level <level>' argument 'loud' is invalid.",
      'Run `daybrief --help`',
    ],
  ])('%j ends with 2, a sentence and a hint', async (argv, sentence, hint) => {
    const { status, stdout, stderr } = await runCli(argv, { commands });

    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`error: ${sentence}`);
    expect(stderr).toContain(`hint: ${hint}`);
  });

  test('names the commands there are when one is missing', async () => {
    const { status, stdout, stderr } = await runCli(['subscribers'], { commands });

    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: daybrief subscribers');
    expect(stderr).toContain('error: `daybrief subscribers` needs to know which of its commands to run.');
  });

  test('reports a value that an option itself refuses in the same way', async () => {
    const refuse = () => {
      throw new InvalidArgumentError('Expected a number.');
    };
    const commands = [() => new Command('act').option('--count <n>', '', refuse)];

    const { status, stderr } = await runCli(['act', '--count', 'x'], { commands });

    expect(status).toBe(2);
    expect(stderr).toContain("Option '--count <n>' argument 'x' is invalid. Expected a number.\n");
  });

  test('shows control characters in it instead of obeying them', async () => {
    const { stderr } = await runCli(['a\u001B[2J\nb'], { commands });

    expect(stderr).toContain("Unknown command 'a\\u{1b}[2J\\u{a}b'.");
  });
});
