import { Command } from 'commander';
import { describe, expect, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { kinds } from '../../../src/errors/catalogue.ts';
import type { Services } from '../../../src/wire/open-services.ts';
import { acting, runCli } from '../../support/program/run-cli.ts';

const compose = () =>
  new Command('compose')
    .argument('<edition>')
    .option('--out <folder>')
    .action(() => undefined);
const subscribers = () =>
  new Command('subscribers').addCommand(new Command('import').argument('<file>').action(() => undefined));
const commands = [compose, subscribers];

describe('a command that ends well', () => {
  test('prints its result as text, and with --json as one object', async () => {
    const commands = [acting((context) => context.result({ accepted: 3 }, () => '3 accepted'))];

    expect(await runCli(['act'], { commands })).toEqual({ status: 0, stdout: '3 accepted\n', stderr: '' });
    expect((await runCli(['act', '--json'], { commands })).stdout).toBe('{"accepted":3}\n');
    expect((await runCli(['--json', 'act'], { commands })).stdout).toBe('{"accepted":3}\n');
  });

  test('may still choose its exit status', async () => {
    const commands = [acting((context) => (context.exitStatus = 7))];

    expect((await runCli(['act'], { commands })).status).toBe(7);
  });

  test('talks on stderr', async () => {
    const commands = [acting((context) => context.note('Hello.'))];

    expect(await runCli(['act'], { commands })).toEqual({ status: 0, stdout: '', stderr: 'Hello.\n' });
  });

  test('prints no control characters that came from outside', async () => {
    const hostile = 'a\u001B[2Jb\rc\u202Ed\u0000';
    const commands = [
      acting((context) => {
        context.note(hostile);
        context.result({}, () => hostile);
      }),
    ];

    const { stdout, stderr } = await runCli(['act'], { commands });

    expect(stdout).toBe('a\\u{1b}[2Jb\\u{d}c\\u{202e}d\\u{0}\n');
    expect(stderr).toBe(stdout);
  });
});

describe('settings', () => {
  test('come from options before the environment', async () => {
    const commands = [
      acting(async (context) => {
        const { home } = await context.config();
        context.result({}, () => home);
      }),
    ];

    const { stdout } = await runCli(['--home', '/flag', 'act'], { commands, env: { DAYBRIEF_HOME: '/env' } });

    expect(stdout).toBe('/flag\n');
  });

  test('that are wrong end with 3 and all their sentences', async () => {
    const commands = [acting((context) => context.config())];

    const { status, stderr } = await runCli(['act'], { commands, env: { PORT: 'x', LOG_LEVEL: 'y' } });

    expect(status).toBe(3);
    expect(stderr).toMatch(
      /^error: The settings have 2 mistakes\.\n {2}PORT is .+\n {2}LOG_LEVEL is .+\nhint: .+\n$/u,
    );
  });

  test('that look mistyped are warned of once', async () => {
    const commands = [acting((context) => Promise.all([context.config(), context.config()]))];

    const { status, stderr } = await runCli(['act'], { commands, env: { DAYBRIEF_HOEM: 'x' } });

    expect(status).toBe(0);
    expect(stderr).toBe(
      'warning: DAYBRIEF_HOEM is not a variable Daybrief reads. Did you mean DAYBRIEF_HOME?\n',
    );
  });

  test('are not looked at by a command that needs none', async () => {
    expect((await runCli(['--help'], { commands, env: { PORT: 'x' } })).status).toBe(0);
  });
});

describe('services', () => {
  test('are opened once and closed after the command, also after one that failed', async () => {
    const happened: string[] = [];
    const openServices = () => {
      happened.push('open');
      const services = { [Symbol.asyncDispose]: () => Promise.resolve(void happened.push('close')) };
      // The frame uses nothing of services but their end.
      return Promise.resolve(services as unknown as Services);
    };
    const commands = [
      acting(async (context) => {
        await context.openServices();
        await context.openServices();
        happened.push('act');
        throw new AppError('EDITION_STATE', 'No.');
      }),
    ];

    const { status } = await runCli(['act'], { commands, openServices });

    expect(status).toBe(6);
    expect(happened).toEqual(['open', 'act', 'close']);
  });

  test('reports services that cannot be opened as one error, once', async () => {
    const error = new AppError('STORE_UNAVAILABLE', 'The database cannot be opened.');
    const commands = [acting((context) => context.openServices())];

    const { status, stderr } = await runCli(['act'], { commands, openServices: () => Promise.reject(error) });

    expect(status).toBe(5);
    expect(stderr).toBe('error: The database cannot be opened.\n');
  });
});

describe('being stopped', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('by %s aborts the command and ends with %i', async (signal, expected) => {
    const told = Promise.withResolvers<{ emit(name: string, signal: string): unknown }>();
    const commands = [
      acting(async ({ signal: stop }) => {
        const { promise, reject } = Promise.withResolvers<never>();
        stop.addEventListener('abort', () => reject(stop.reason));
        (await told.promise).emit(signal, signal);
        await promise;
      }),
    ];

    const { status, stderr } = await runCli(['act'], { commands, onStart: told.resolve });

    expect(status).toBe(expected);
    expect(stderr).toBe('');
  });

  test('leaves signals alone until a command asks to hear of them', async () => {
    let listeners = -1;
    const commands = [acting(() => undefined)];

    await runCli(['act'], { commands, onStart: (process) => (listeners = process.listenerCount('SIGINT')) });

    expect(listeners).toBe(0);
  });
});

describe('help', () => {
  test('is what no arguments at all ask for', async () => {
    const { status, stdout, stderr } = await runCli([], { commands });

    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toBe((await runCli(['--help'], { commands })).stdout);
  });

  test('lists commands, examples and every exit status in lines of at most 100', async () => {
    const { stdout } = await runCli(['--help'], { commands });

    for (const part of ['compose', 'subscribers', 'Examples:', 'Exit status:'])
      expect(stdout).toContain(part);
    for (const { exitStatus } of Object.values(kinds))
      expect(stdout).toMatch(new RegExp(`^ {2}${exitStatus} `, 'mu'));
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test.each([[['compose', '--help']], [['help', 'compose']]])('%j is about that command', async (argv) => {
    const { status, stdout } = await runCli(argv, { commands });

    expect(status).toBe(0);
    expect(stdout).toContain('Usage: daybrief compose');
    expect(stdout).toContain('--json');
  });
});
