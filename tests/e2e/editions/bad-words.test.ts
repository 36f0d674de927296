import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  expectPrintable,
  expectSentence,
  hostileWords,
  stackTrace,
} from '../../support/content/hostile-input.ts';
import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { politeScript, ScriptedServer } from '../../support/smtp/scripted-server.ts';

/** With subscribers and an approved edition; each test has a copy. */
const prepared = new ProgramHarness();
beforeAll(() => prepared.prepare(2));
afterAll(() => prepared[Symbol.dispose]());

describe('arguments', () => {
  const commands: readonly (readonly [readonly string[], readonly number[]])[] = [
    [['compose'], [2]],
    [['approve'], [2]],
    [['send'], [2]],
    [['pause'], [2]],
    [['resume'], [2]],
    [['cancel'], [2]],
    [['status'], [2]],
    [['outcomes'], [2]],
    [['explain'], [4]],
    [['subscribers', 'show'], [4]],
    [['subscribers', 'erase', '--yes'], [4]],
    [['subscribers', 'add', 'letter'], [4]],
    [['subscribers', 'unsubscribe', 'letter'], [4]],
    [['subscribers', 'list'], [2]],
    [['subscribers', 'export'], [2]],
    [['subscribers', 'import', 'letter'], [2]],
    [
      ['compose', firstEdition, '--out'],
      [0, 2, 5],
    ],
    [['approve', firstEdition, '--hash'], [6]],
    [['resume', firstEdition, '--revision'], [2]],
    [['outcomes', '--editions'], [2]],
    [['--log-level'], [2]],
    [['migrate', '--home'], [3]],
  ];

  test.concurrent.each(commands)('%j takes no hostile text for what it asks for', async (args, statuses) => {
    using harness = new ProgramHarness({ like: prepared });

    const finished = await harness.run(...args, hostileWords);

    expect(statuses).toContain(finished.status);
    expect(finished.stderr).not.toMatch(stackTrace);
    expectPrintable(finished);
    expect(harness.number('select count(*) from subscribers')).toBe(2);
    expect(harness.number('select count(*) from deliveries')).toBe(0);
    expect(harness.files().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test.concurrent.each(['compose', 'status', 'pause', 'outcomes'])(
    '%s takes no path for a publication',
    async (command) => {
      using harness = new ProgramHarness({ like: prepared });

      const finished = await harness.run(command, '../digests/letter');

      expect(finished.status).toBe(2);
      expectSentence(finished);
    },
  );
});

describe('settings', () => {
  test.concurrent('hostile in any variable end with 3, all of them at once, without a secret', async () => {
    const names = ['DAYBRIEF_HOME', 'DAYBRIEF_SECRET', 'SMTP_URL', 'BASE_URL', 'HOST', 'PORT', 'LOG_LEVEL'];
    using harness = new ProgramHarness({
      env: Object.fromEntries(names.map((name) => [name, hostileWords])),
    });

    const finished = await harness.run('status');

    expect(finished.status).toBe(3);
    expectSentence(finished);
    for (const name of names) expect(finished.stderr).toContain(name);
  });

  test.concurrent.each([
    ['templates that are not there', { DAYBRIEF_TEMPLATES: './nowhere' }, ['compose', firstEdition], 3],
    ['digests that are not there', { DAYBRIEF_DIGESTS: './nowhere' }, ['compose', firstEdition], 2],
    ['digests that are a file', { DAYBRIEF_DIGESTS: './people.csv' }, ['compose', firstEdition], 2],
    ['a home below a file', { DAYBRIEF_HOME: './people.csv/home' }, ['status'], 5],
    ['a home where nothing can be made', { DAYBRIEF_HOME: '/proc/nope/home' }, ['migrate'], 5],
    ['results where nothing can be made', {}, ['compose', firstEdition, '--out', '/proc/nope'], 5],
    ['a .env of another program', {}, ['status'], 0],
  ])('%s', async (what, env, args, status) => {
    using harness = new ProgramHarness({ like: prepared, env });
    if (what.includes('.env'))
      harness.write('.env', Buffer.from('API_KEY=x\nexport A="b\n\u0000\n=\n', 'utf8'));

    const finished = await harness.run(...args);

    expect(finished.status).toBe(status);
    if (status !== 0) expectSentence(finished);
  });
});

describe('a server that', () => {
  test.concurrent('answers with hostile texts is told about in printable ones, and everybody else is served', async () => {
    const replies: Readonly<Record<string, string>> = {
      escapes: `550 5.7.1 ${hostileWords.replaceAll(/[\r\n]/gu, '')} no\r\n`,
      huge: `554 5.7.1 ${'x'.repeat(60_000)}\r\n`,
      lines: `${'550-5.7.1 one more\r\n'.repeat(500)}550 5.7.1 end\r\n`,
      latin: '550 5.1.1 Empf\u00E4nger unbekannt\r\n',
    };
    const polite = politeScript();
    await using server = await ScriptedServer.start((line, socket) => {
      const name = /^RCPT TO:<(\w+)@/u.exec(line)?.[1] ?? '';
      return name in replies ? Buffer.from(replies[name] ?? '', 'latin1') : polite(line, socket);
    });
    using harness = new ProgramHarness({ like: prepared, relay: `${server.port}?sessions=1` });
    await harness.import(Object.keys(replies).map((name) => `${name}@example.org`));

    const sent = await harness.run('send', firstEdition);
    const shown = await Promise.all([
      harness.run('status', firstEdition),
      harness.run('outcomes', 'letter'),
      ...Object.keys(replies).map((name) => harness.run('explain', `${name}@example.org`)),
    ]);

    expect(sent.stdout).toContain('6 intended = 2 accepted + 4 failed + 0 suppressed + 0 uncertain');
    // More than one in a hundred failed for another reason than the address.
    expect(sent.status).toBe(7);
    for (const one of shown) expect(one.status).toBe(0);
    for (const one of [sent, ...shown]) expectPrintable(one);
    expect(shown[5]?.stdout).toContain('Empfänger unbekannt');
  });

  test.concurrent.each([
    ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n'],
    ['greets without end', `220-${'x'.repeat(1024 * 1024)}`],
    ['greets with octets', Buffer.alloc(2_000, 0x80)],
    ['refuses us', `554 5.7.1 \u001B[2J go away\r\n`],
  ])('%s is told about by --dry-run, which ends with 5', async (_, greeting) => {
    await using server = await ScriptedServer.start((line, socket) => {
      if (line !== '') return undefined;
      socket.end(greeting);
      return undefined;
    });
    using harness = new ProgramHarness({ like: prepared, relay: server.port });

    const finished = await harness.run('send', firstEdition, '--dry-run');

    expect(finished.status).toBe(5);
    expectPrintable(finished);
    expect(finished.stdout).toContain(`127.0.0.1:${server.port}`);
    expect(finished.stderr).not.toMatch(stackTrace);
  });
});
