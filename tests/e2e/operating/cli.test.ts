import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import packageJson from '../../../package.json' with { type: 'json' };
import { loadCommands } from '../../../src/cli/commands.ts';
import type { CliContext } from '../../../src/cli/context.ts';
import { daybrief, DaybriefProcess } from '../../support/program/daybrief-process.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const program = join(import.meta.dirname, '../../../bin/daybrief.js');
const stackTrace = /^\s+at .+[:(]/mu;

/** The commands' names, as they call themselves. */
const commands = await loadCommands([]);
const names = commands.map((create) => create({} as CliContext).name());

describe('what needs no publication', () => {
  test.each([[[]], [['--help']], [['help']]])('%j prints help on stdout and ends with 0', async (args) => {
    const { status, stdout, stderr } = await daybrief(args, { cwd: tempFolder() });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const name of names) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'mu'));
    expect(stdout).toContain('Exit status:');
  });

  test('--version prints the version of package.json', async () => {
    const { status, stdout } = await daybrief(['--version'], { cwd: tempFolder() });

    expect({ status, stdout }).toEqual({ status: 0, stdout: `${packageJson.version}\n` });
  });

  test.each(names)('%s --help explains that command and makes no file', async (name) => {
    const cwd = tempFolder();

    const { status, stdout, stderr } = await daybrief([name, '--help'], { cwd });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`Usage: daybrief ${name}`);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('a mistake ends in a sentence and its status', () => {
  test.each([
    ['an unknown command', ['compsoe'], 2, 'Did you mean compose?'],
    ['an unknown option', ['status', '--jsno'], 2, 'Did you mean --json?'],
    ['a missing argument', ['compose'], 2, "Missing required argument 'edition'."],
    ['an unknown publication', ['compose', 'nosuch'], 2, 'nosuch'],
    ['a publication that is a path', ['compose', '../../etc'], 2, 'etc'],
    ['an edition nobody knows', ['status', 'nosuch/2026-11-23'], 2, 'nosuch'],
    ['control characters', ['comp\u001B[2Jose'], 2, 'comp\\u{1b}[2Jose'],
    ['a very long argument', ['compose', 'a'.repeat(50_000)], 2, 'error: '],
  ])('%s', async (_, args, expected, said) => {
    const { status, stdout, stderr } = await daybrief(args, { cwd: tempFolder() });

    expect(status).toBe(expected);
    expect(stdout).toBe('');
    expect(stderr).toContain(said);
    expect(stderr).toMatch(/^error: /mu);
    expect(stderr).not.toMatch(stackTrace);
  });

  test.each([
    [{ PORT: 'x' }, 'PORT is "x"'],
    [{ BASE_URL: 'javascript:alert(1)' }, 'BASE_URL is "javascript:alert(1)"'],
    [{ DAYBRIEF_SECRET: 'hunter2' }, 'DAYBRIEF_SECRET is a value of 7 characters'],
    [{ DATABASE_URL: 'mysql://name:hunter2@db/x' }, 'DATABASE_URL is a value of 25 characters'],
    [{ REDIS_URL: 'http://:hunter2@db' }, 'REDIS_URL is a value of 18 characters'],
    [{ SMTP_URL: 'http://name:hunter2@mail' }, 'SMTP_URL'],
    [{ DAYBRIEF_HOME: 'a\u0007b' }, 'DAYBRIEF_HOME contains a control character'],
  ])('the environment %j', async (env, said) => {
    const { status, stdout, stderr } = await daybrief(['status'], { cwd: tempFolder(), env });

    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toMatch(stackTrace);
  });

  test('a home that is a file', async () => {
    const cwd = tempFolder();
    writeFileSync(join(cwd, 'file'), '');

    const { status, stderr } = await daybrief(['migrate', '--home', 'file'], { cwd });

    expect([3, 5]).toContain(status);
    expect(stderr).toMatch(/^error: .+\nhint: .+/mu);
    expect(stderr).not.toMatch(stackTrace);
  });

  test('a database that is not one', async () => {
    const cwd = tempFolder();
    mkdirSync(join(cwd, 'data'));
    writeFileSync(join(cwd, 'data', 'daybrief.db'), 'not a database at all, '.repeat(500));

    const { status, stderr } = await daybrief(['migrate'], { cwd });

    expect(status).toBe(5);
    expect(stderr).toMatch(/^error: .+\nhint: .+/mu);
    expect(stderr).not.toMatch(stackTrace);
  });

  test('is one JSON object on stdout with --json', async () => {
    const { status, stdout } = await daybrief(['compose', 'nosuch', '--json'], { cwd: tempFolder() });

    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { exitStatus: 2, message: expect.stringContaining('nosuch') },
    });
  });
});

test('a reader of the output who leaves early is no failure', async () => {
  const running = new DaybriefProcess(['--help'], { cwd: tempFolder() });
  running.child.stdout?.destroy();

  const { status, stderr } = await running.end();

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

describe('a checkout whose packages are not installed', () => {
  test('the message tells to run npm ci', async () => {
    const checkout = tempFolder();
    for (const folder of ['bin', 'src'])
      cpSync(join(program, '../..', folder), join(checkout, folder), { recursive: true });
    cpSync(join(import.meta.dirname, '../../../package.json'), join(checkout, 'package.json'));

    const { status, stderr } = await runNode(process.execPath, join(checkout, 'bin/daybrief.js'));

    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: Daybrief cannot be loaded: .+\nhint: Run `npm ci` .+\n$/u);
  });
});

/** The Node of the machine rather than the one of `npm ci`, where there is one. */
const systemNodes = ['/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path));

test('whatever Node the machine has, the program answers with its version or with a sentence', async () => {
  for (const node of [process.execPath, ...systemNodes]) {
    const { status, stdout, stderr } = await runNode(node, program, '--version');

    if (status === 0) expect(stdout).toBe(`${packageJson.version}\n`);
    else
      expect({ status, stderr }).toEqual({
        status: 3,
        stderr: expect.stringMatching(/^error: Daybrief needs Node 24/u),
      });
  }
});

async function runNode(node: string, ...args: readonly string[]) {
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  return { status: child.exitCode, stdout, stderr };
}
