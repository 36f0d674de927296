import { afterEach, beforeEach, expect, test } from 'vitest';

import { ProgramHarness } from '../../support/program/program-harness.ts';
import { Terminal } from '../../support/program/terminal.ts';

const password = 'correct horse battery staple';
let harness: ProgramHarness;

beforeEach(() => {
  harness = new ProgramHarness();
});

afterEach(() => {
  harness[Symbol.dispose]();
});

function open(...args: readonly string[]): Terminal {
  return new Terminal(args, { cwd: harness.folder, env: harness.env });
}

async function add(): Promise<string> {
  using terminal = open('users', 'add', 'Lena@Example.org', '--role', 'approver:letter');
  await terminal.shows('Password of');
  terminal.answer(password);
  await terminal.shows('The same again');
  terminal.answer(password);
  expect(await terminal.end()).toBe(0);
  return terminal.screen;
}

test('a password is asked for twice and never shown; the account and who made it are listed', async () => {
  const screen = await add();

  expect(screen).toContain('lena@example.org is added as approver:letter');
  expect(screen).not.toContain('horse');
  const { users } = await harness.json<{ users: readonly object[] }>('users', 'list');
  expect(users).toMatchObject([{ email: 'lena@example.org', roles: ['approver:letter'], disabledAt: null }]);
  const { entries } = await harness.json<{ entries: readonly object[] }>('audit');
  expect(entries).toMatchObject([
    { action: 'account-added', subject: 'lena@example.org', origin: 'command-line' },
  ]);
});

test('two passwords that differ change nothing', async () => {
  await add();
  using terminal = open('users', 'reset', 'lena@example.org');
  await terminal.shows('Password of');
  terminal.answer('another horse battery staple');
  await terminal.shows('The same again');
  terminal.answer('another horse battery stable');

  expect(await terminal.end()).toBe(2);
  expect(terminal.screen).toContain('The two passwords differ.');
  expect((await harness.json<{ entries: readonly object[] }>('audit')).entries).toHaveLength(1);
});

test('without a terminal and without a line on standard input no account is made', async () => {
  const { status, stderr } = await harness.spawn('users', 'add', 'jo@example.org', '--role', 'viewer');

  expect(status).toBe(2);
  expect(stderr).toContain('No password was given.');
  expect((await harness.json<{ users: readonly object[] }>('users', 'list')).users).toEqual([]);
});

test('what is done to editions and subscribers on the command line is exported as CSV and JSON lines', async () => {
  await harness.prepare(2);
  await harness.succeed('subscribers', 'suppress', 'reader1@example.org', '--reason', '=asked by phone');

  const csv = await harness.succeed('audit', '--format', 'csv');
  const lines = await harness.succeed('audit', '--format', 'jsonl');

  expect(csv.stdout).toContain('"suppressed","subscriber","\'=asked by phone"');
  expect(csv.stdout).toContain('"approved","edition"');
  expect(csv.stdout + lines.stdout).not.toContain('reader1');
  expect(
    lines.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { action: string }).action),
  ).toEqual(['suppressed', 'approved']);
});
