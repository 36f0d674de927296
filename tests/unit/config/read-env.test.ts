import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { loadConfig } from '../../../src/config/load-config.ts';
import { readEnv } from '../../../src/config/read-env.ts';
import { secretVariables, variableNames } from '../../../src/config/variables.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A folder that holds no `.env`. */
const cwd = import.meta.dirname;

describe('an empty environment', () => {
  test('gives a complete config with the defaults', () => {
    const { config, warnings } = loadConfig({}, { cwd: '/srv/daybrief' });

    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      home: '/srv/daybrief/data',
      digests: '/srv/daybrief/digests',
      templates: join(import.meta.dirname, '../../../templates'),
      secrets: [],
      database: { kind: 'sqlite', path: '/srv/daybrief/data/daybrief.db' },
      relays: [{ name: '127.0.0.1:25', host: '127.0.0.1', port: 25, secure: false }],
      delivery: { leaseMs: 15_000, retryBaseMs: 60_000 },
      web: { baseUrl: 'http://localhost:8080', host: '127.0.0.1', port: 8080 },
      log: { level: 'info' },
    });
  });

  test('takes the folder ./templates where it exists', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'templates'));

    expect(loadConfig({}, { cwd: folder }).config.templates).toBe(join(folder, 'templates'));
  });

  test('returns a frozen config', () => {
    const { config } = loadConfig({}, { cwd });

    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.web)).toBe(true);
    expect(Object.isFrozen(config.secrets)).toBe(true);
  });

  test('is the same as one of empty variables', () => {
    const empty = Object.fromEntries(variableNames.map((name) => [name, '']));

    expect(readEnv(empty, { cwd })).toEqual(readEnv({}, { cwd }));
  });
});

describe('where a value comes from', () => {
  test('a flag wins over the environment, and the environment over .env', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, '.env'), 'PORT=1001\nHOST=10.0.0.1\nLOG_LEVEL=warn\n');
    const flags = { PORT: '1003' };

    const { env } = readEnv({ PORT: '1002', HOST: '10.0.0.2' }, { cwd: folder, flags });

    expect(env).toMatchObject({ PORT: 1003, HOST: '10.0.0.2', LOG_LEVEL: 'warn' });
  });

  test('.env may begin with a byte order mark', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, '.env'), '\uFEFFPORT=1001\r\nHOST="10.0.0.1" # comment\r\n');

    expect(readEnv({}, { cwd: folder }).env).toMatchObject({ PORT: 1001, HOST: '10.0.0.1' });
  });

  test.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['larger than 64 KB', (path: string) => writeFileSync(path, 'A=1\n'.repeat(20_000))],
  ])('.env is refused in a sentence when it is %s', (_, make) => {
    const folder = tempFolder();
    make(join(folder, '.env'));

    const error = caught(() => readEnv({}, { cwd: folder }));

    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toMatch(/^The file \.env cannot be read: .+\.$/u);
  });

  test('a wrong value is named with its place', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, '.env'), 'PORT=x\n');

    expect(caught(() => readEnv({}, { cwd: folder })).details[0]).toMatch(
      /^PORT in \.env is "x"; expected /u,
    );
    expect(caught(() => readEnv({}, { cwd, flags: { PORT: 'x' } })).details[0]).toMatch(
      /^PORT on the command line is "x"/u,
    );
  });
});

describe('wrong values', () => {
  test('are all reported at once, each with what is expected and an example', () => {
    const error = caught(() =>
      readEnv({ PORT: '80a', BASE_URL: 'news.example.org', LOG_LEVEL: 'loud', LEASE_SECONDS: '0' }, { cwd }),
    );

    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.exitStatus).toBe(3);
    expect(error.message).toBe('The settings have 4 mistakes.');
    expect(error.details).toHaveLength(4);
    expect(error.details).toContain(
      'PORT is "80a"; expected a port number as a whole number from 0 to 65535, for example PORT=8080.',
    );
    for (const detail of error.details)
      expect(detail).toMatch(/^[A-Z_]+ is .+; expected .+, for example .+\.$/u);
  });

  test.each([
    ['INBOUND_TLS_CERT', 'INBOUND_TLS_KEY'],
    ['INBOUND_TLS_KEY', 'INBOUND_TLS_CERT'],
  ])('%s without %s is refused', (set, missing) => {
    const error = caught(() => readEnv({ [set]: '/etc/mx.pem' }, { cwd }));

    expect(error.details).toEqual([
      expect.stringMatching(
        new RegExp(`^${missing} is not set, but ${set} is; expected both or neither`, 'u'),
      ),
    ]);
  });

  test.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '8e3'],
    ['PORT', '80.5'],
    ['PORT', ' 80'],
    ['HOST', 'http://localhost'],
    ['HOST', 'a b'],
    ['LEASE_SECONDS', '601'],
    ['RETRY_BASE_SECONDS', '0'],
    ['ADMIN_PASSWORD', 'short'],
    ['ALARM_WEBHOOK_URL', 'ftp://alarms.example.org/a'],
    ['ALARM_WEBHOOK_URL', 'https://name:word@alarms.example.org/a'],
    ['ALARM_WEBHOOK_SECRET', 'short'],
    ['DAYBRIEF_SECRET', 'too short'],
    ['DAYBRIEF_SECRET', ',,,'],
    ['DAYBRIEF_SECRET', `${'x'.repeat(40)},short`],
    ['SMTP_URL', 'http://127.0.0.1'],
    ['BASE_URL', 'ftp://example.org'],
    ['BASE_URL', 'https://name:word@example.org'],
    ['BASE_URL', 'https://example.org/?a=1'],
    ['BASE_URL', 'https://example.org/#top'],
    ['BASE_URL', `https://example.org/${'a'.repeat(200)}`],
    ['DAYBRIEF_HOME', 'a\0b'],
    ['DAYBRIEF_HOME', 'a\nb'],
    ['DAYBRIEF_HOME', 'x'.repeat(2000)],
  ])('%s=%j is refused', (name, value) => {
    const error = caught(() => readEnv({ [name]: value }, { cwd }));

    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.details).toHaveLength(1);
    expect(error.details[0]).toMatch(new RegExp(`^${name} `, 'u'));
  });

  test.each([
    'mysql://name:hunter2@db/daybrief',
    'postgres://name:hunter2@db',
    'postgres://name:hunter2@db/daybrief/more',
    'postgres://name:hunter2@db/daybrief#part',
    'postgres://name:hunter2/3@db/daybrief',
    'postgres://name:hunter2?3@db/daybrief',
    'hunter2',
  ])('DATABASE_URL=%s is refused, without a word of its password', (value) => {
    const env = { DATABASE_URL: value, DAYBRIEF_SECRET: 'one secret of everybody' };

    const error = caught(() => readEnv(env, { cwd }));

    expect(error.details).toHaveLength(1);
    expect(error.details[0]).toContain('expected postgres://user:password@host:port/database');
    expect(error.details[0]).not.toContain('hunter2');
  });

  test.each([
    'http://name:hunter2@cache',
    'redis://',
    'redis://:hunter2/3@cache',
    'redis://:hunter2?3@cache',
    'redis://:hunter2@cache/first',
    'redis://:hunter2@cache/0/1',
    'hunter2',
  ])('REDIS_URL=%s is refused, without a word of its password', (value) => {
    const error = caught(() => readEnv({ REDIS_URL: value }, { cwd }));

    expect(error.details).toHaveLength(1);
    expect(error.details[0]).toContain('expected redis://user:password@host:port/number');
    expect(error.details[0]).not.toContain('hunter2');
  });

  test.each(['redis://cache', 'rediss://name:hunter2@cache:6380/3', 'redis://:a%2Fb@[::1]:6379/'])(
    'REDIS_URL=%s is taken',
    (value) => {
      expect(readEnv({ REDIS_URL: value }, { cwd }).env.REDIS_URL).toBe(value);
    },
  );

  test('DATABASE_URL wants a secret that is set, because no folder is shared by all machines', () => {
    const error = caught(() => readEnv({ DATABASE_URL: 'postgres://db/daybrief' }, { cwd }));

    expect(error.details).toEqual([expect.stringMatching(/^DAYBRIEF_SECRET is not set; expected /u)]);
  });

  test('never show a secret, whatever it looks like', () => {
    const visible = fc.stringMatching(/^[!-~]{4,60}$/u);
    fc.assert(
      fc.property(fc.constantFrom(...secretVariables), visible, (name, value) => {
        const wrong = { PORT: 'x', [name]: value };

        const error = caught(() => readEnv(wrong, { cwd }));

        for (const detail of error.details) {
          const [found = ''] = detail.split('; expected ');
          expect(found).toMatch(
            /^PORT is "x"$|^[A-Z_]+ is a value of \d+ characters$|^DAYBRIEF_SECRET is not set$/u,
          );
        }
      }),
    );
  });

  test('of any content end in sentences, never in another error', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...variableNames), fc.string({ unit: 'binary' })), (env) => {
        try {
          readEnv(env, { cwd });
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});

describe('names that look mistyped', () => {
  test('are warned of with the name that was meant', () => {
    expect(readEnv({ DAYBRIEF_HOEM: '/x' }, { cwd }).warnings).toEqual([
      'DAYBRIEF_HOEM is not a variable Daybrief reads. Did you mean DAYBRIEF_HOME?',
    ]);
  });

  test('are warned of in .env even without our prefix', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, '.env'), 'SMTP_ULR=smtp://mail\nOTHER_PROGRAM=1\n');

    expect(readEnv({ SMTP_UR: 'not ours', PATH: '/bin' }, { cwd: folder }).warnings).toEqual([
      'SMTP_ULR in .env is not a variable Daybrief reads. Did you mean SMTP_URL?',
    ]);
  });
});

test('BASE_URL loses its trailing slash and keeps its path', () => {
  const base = (value: string) => readEnv({ BASE_URL: value }, { cwd }).env.BASE_URL;

  expect(base('https://news.example.org/')).toBe('https://news.example.org');
  expect(base('https://example.org/news//')).toBe('https://example.org/news');
  expect(base('http://[::1]:8080')).toBe('http://[::1]:8080');
});

test('DAYBRIEF_SECRET takes several secrets, newest first', () => {
  const value = `${'n'.repeat(16)} , ${'o'.repeat(16)}`;

  expect(readEnv({ DAYBRIEF_SECRET: value }, { cwd }).env.DAYBRIEF_SECRET).toEqual([
    'n'.repeat(16),
    'o'.repeat(16),
  ]);
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');

  test('lists every variable, each once and under a comment', () => {
    const blocks = text.split('\n\n').filter((block) => /^[A-Z]/mu.test(block));
    const listed = text.split('\n').flatMap((line) => /^([A-Z_]+)=/u.exec(line)?.[1] ?? []);

    expect(listed.toSorted()).toEqual(variableNames.toSorted());
    for (const block of blocks) expect(block).toMatch(/^# /u);
  });

  test('sets nothing but the defaults', () => {
    const { env } = readEnv(parseEnv(text), { cwd });

    expect(env).toEqual(readEnv({}, { cwd }).env);
  });
});
