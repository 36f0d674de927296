import { describe, expect, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { catalogue, kinds } from '../../../src/errors/catalogue.ts';
import type { ErrorCode } from '../../../src/errors/catalogue.ts';
import { acting, runCli } from '../../support/program/run-cli.ts';

describe('an error', () => {
  test.each(Object.entries(catalogue) as [ErrorCode, keyof typeof kinds][])(
    '%s ends with the exit status of its kind',
    async (code, kind) => {
      const commands = [
        acting(() => Promise.reject(new AppError(code, 'It went wrong.', { hint: 'Try this.' }))),
      ];

      const { status, stderr } = await runCli(['act'], { commands });

      expect(status).toBe(kinds[kind].exitStatus);
      expect(stderr).toBe('error: It went wrong.\nhint: Try this.\n');
    },
  );

  test('is one object on stdout too with --json', async () => {
    const error = new AppError('DIGEST_INVALID', 'Two mistakes.', { details: ['a:1:1', 'a:2:1'] });
    const commands = [acting(() => Promise.reject(error))];

    const { status, stdout, stderr } = await runCli(['act', '--json'], { commands });

    expect(status).toBe(4);
    expect(stderr).toBe('error: Two mistakes.\n  a:1:1\n  a:2:1\n');
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'DIGEST_INVALID', message: 'Two mistakes.', details: ['a:1:1', 'a:2:1'], exitStatus: 4 },
    });
  });

  test('after a result leaves that result the only object on stdout', async () => {
    const commands = [
      acting((context) => {
        context.result({ accepted: 1 }, () => '');
        throw new AppError('IMPORT_PARTIAL', 'One is left.');
      }),
    ];

    const { status, stdout } = await runCli(['act', '--json'], { commands });

    expect(status).toBe(7);
    expect(stdout).toBe('{"accepted":1}\n');
  });

  test.each([
    ['ENOSPC', 'ENOSPC: no space left on device, write', 5],
    ['ENOENT', "ENOENT: no such file or directory, open 'x.csv'", 2],
    ['EADDRINUSE', 'listen EADDRINUSE: address already in use :::8080', 5],
    ['SQLITE_CORRUPT', 'database disk image is malformed', 5],
  ])('of the system, %s, becomes a sentence with a hint', async (code, message, expected) => {
    const commands = [acting(() => Promise.reject(Object.assign(new Error(message), { code })))];

    const { status, stderr } = await runCli(['act'], { commands });

    expect(status).toBe(expected);
    expect(stderr).toMatch(/^error: [A-Z].+\.\nhint: .+\.\n$/u);
  });

  test.each([
    ['an Error', new TypeError('x is not a function\n    at somewhere (file.ts:1:1)')],
    ['a string', 'oops'],
    ['nothing', undefined],
    ['an object without a prototype', Object.create(null)],
  ])('that is %s nobody expected ends with 1, an apology and no stack', async (_, thrown) => {
    const commands = [acting(() => Promise.reject(thrown))];

    const { status, stderr } = await runCli(['act'], { commands });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: Unexpected error: .+\.\nhint: .+\n$/u);
    expect(stderr).not.toMatch(/\bat .+:\d+:\d+/u);
  });

  test('shows its stack at log level debug only', async () => {
    const commands = [acting(() => Promise.reject(new Error('oops')))];

    for (const run of [
      runCli(['act', '--log-level', 'debug'], { commands }),
      runCli(['--log-level=debug', 'act'], { commands }),
      runCli(['act'], { commands, env: { LOG_LEVEL: 'debug' } }),
    ]) {
      expect((await run).stderr).toMatch(/\bat .+:\d+:\d+/u);
    }
  });
});
