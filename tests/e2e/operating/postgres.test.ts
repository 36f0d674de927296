import { readFileSync, statSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { digest, firstDate, firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { PostgresServer } from '../../support/servers/postgres-server.ts';
import { runAlone, withDatabase } from '../../support/servers/postgres.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';

/** The same commands where DATABASE_URL is set, and the way from one database to the other. */
const secret = 'the secret that this newsroom keeps';

let sink: SmtpSink;
let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.create();
  sink = await SmtpSink.start({
    rule: (address, times) => {
      if (address.startsWith('gone@')) return { refuse: '550 5.1.1 No such user here', at: 'rcpt' };
      return address.startsWith('silent@') && times === 0 ? { breakOff: 'after-dot' } : undefined;
    },
  });
});

afterAll(async () => {
  await sink[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function onPostgres(name: string): Promise<Record<string, string>> {
  await runAlone(server.url, [`create database ${name}`]);
  return { DATABASE_URL: withDatabase(server.url, name), DAYBRIEF_SECRET: secret };
}

test('the day of a team is the same on PostgreSQL: import, approve, send, status, explain, outcomes', async () => {
  using harness = new ProgramHarness({ relay: `${sink.port}?sessions=2`, env: await onPostgres('day') });
  const names = ['ada', 'bob', 'gone', 'leaver', 'silent'];

  await harness.succeed('migrate');
  await harness.import(names.map((name) => `${name}@day.example.org`));
  await harness.succeed('subscribers', 'unsubscribe', 'letter', 'leaver@day.example.org');
  await harness.succeed('approve', firstEdition);
  const sent = await harness.succeed('send', firstEdition);

  const equation = '4 intended = 3 accepted + 1 failed + 0 suppressed + 0 uncertain';
  expect(sent.stdout).toContain(equation);
  expect((await harness.succeed('status', firstEdition)).stdout).toContain(equation);
  const gone = (await harness.succeed('explain', 'gone@day.example.org')).stdout;
  expect(gone).toMatch(/letter\/2026-11-23 .*failed +bad-address: .*No such user here/u);
  expect(gone).toContain('Suppressed: this address never gets mail again.');
  const silent = (await harness.succeed('explain', 'silent@day.example.org')).stdout;
  expect(silent).toMatch(/accepted +accepted.*; uncertain 1 time/u);
  const { outcomes } = await harness.json<{ outcomes: object[] }>('outcomes', 'letter');
  expect(outcomes).toEqual([
    { publication: 'letter', date: firstDate, outcome: 'thank-you', reason: 'accepted', count: 3 },
    { publication: 'letter', date: firstDate, outcome: 'valid-email', reason: 'bad-address', count: 1 },
  ]);
  expect(harness.files().filter((name) => name.startsWith('data/daybrief.db'))).toEqual([]);
  const again = await harness.run('send', firstEdition);
  expect(again.status).toBe(6);
});

describe('a list that has grown', () => {
  test('moves to PostgreSQL with everything known of it, and its next edition goes out from there', async () => {
    using small = new ProgramHarness({ relay: sink.port, env: { DAYBRIEF_SECRET: secret } });
    await small.import(['ada', 'gone', 'zoe'].map((name) => `${name}@grown.example.org`));
    await small.succeed('approve', firstEdition);
    await small.succeed('send', firstEdition);
    await small.succeed('subscribers', 'erase', 'zoe@grown.example.org', '--yes');
    const before = await small.json('status', firstEdition);
    using grown = new ProgramHarness({ relay: sink.port, env: await onPostgres('grown'), like: small });

    const copied = await grown.json<{ tables: { table: string; rows: number }[] }>(
      'copy-data',
      '--from',
      'sqlite:data/daybrief.db',
    );

    expect(copied.tables).toContainEqual({ table: 'deliveries', rows: 3 });
    expect(await grown.json('status', firstEdition)).toEqual(before);
    grown.write('digests/letter/2026-11-24.md', digest({ date: '2026-11-24' }));
    const zoe = await grown.run('subscribers', 'add', 'letter', 'zoe@grown.example.org');
    expect(zoe.status).toBe(6);
    await grown.succeed('approve', 'letter/2026-11-24');
    const { stdout } = await grown.succeed('send', 'letter/2026-11-24');
    expect(stdout).toContain('1 intended = 1 accepted');
    expect(sink.copies.get('ada@grown.example.org')).toBe(2);
    expect(sink.copies.get('zoe@grown.example.org')).toBe(1);
  });

  test('is not copied while it is being sent, with 4, nor to where something else is, with 6', async () => {
    using small = new ProgramHarness({ relay: sink.port, env: { DAYBRIEF_SECRET: secret } });
    await small.prepare(1);
    using other = new ProgramHarness({ env: await onPostgres('other'), like: small });
    await other.import(['somebody@else.example.org']);
    const copy = () => other.run('copy-data', '--from', 'sqlite:data/daybrief.db');

    const overOther = await copy();
    small.tamper(`update editions set state = 'sending'`);
    const url = other.env['DATABASE_URL'] ?? '';
    const sending = await small.run('copy-data', '--from', 'sqlite:data/daybrief.db', '--to', url);

    expect(overOther.status).toBe(6);
    expect(overOther.stderr).toMatch(/^error: The table \w+ of the target holds other rows.+\nhint: .+/mu);
    expect(sending.status).toBe(4);
    expect(sending.stderr).toContain('The edition of 2026-11-23 is being sent from the source.');
    expect(overOther.stderr + sending.stderr).not.toContain(new URL(url).password);
  });

  test.each([
    [['--from', 'data/daybrief.db'], 2, 'sqlite:<path>'],
    [['--from', 'sqlite:data/daybrief.db'], 2, 'Where to copy to is not said.'],
    [['--from', 'sqlite:data/daybrief.db', '--to', 'mysql://a:hunter2@b/c'], 2, 'postgres://user:password'],
    [['--from', 'sqlite:nothing.db', '--to', 'postgres://a:hunter2@127.0.0.1:1/c'], 2, 'There is no file'],
  ])('is not copied by `copy-data %j`, and a sentence says why', async (args, status, said) => {
    using harness = new ProgramHarness();

    const refused = await harness.run('copy-data', ...args);

    expect(refused.status).toBe(status);
    expect(refused.stderr).toContain(said);
    expect(refused.stderr).not.toContain('hunter2');
  });
});

describe('backup', () => {
  test('of SQLite is a file that takes the place of the database, for its owner only', async () => {
    using harness = new ProgramHarness({ relay: sink.port });
    await harness.prepare(3);

    const { file, sizeBytes } = await harness.json<{ file: string; sizeBytes: number }>('backup', 'copy.db');

    expect(file).toBe(harness.path('copy.db'));
    expect(sizeBytes).toBe(statSync(file).size);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    const status = await harness.json('status', firstEdition);
    harness.write('data/daybrief.db', readFileSync(file));
    expect(await harness.json('status', firstEdition)).toEqual(status);
    const again = await harness.run('backup', 'copy.db');
    expect(again.status).toBe(5);
    expect(again.stderr).toContain('already exists');
    expect(harness.files().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('of PostgreSQL is made by pg_dump, and by a sentence where that is missing', async () => {
    const env = await onPostgres('saved');
    using harness = new ProgramHarness({ env });
    await harness.import(['ada@saved.example.org']);

    const { file } = await harness.json<{ file: string }>('backup');
    using bare = new ProgramHarness({ env: { ...env, PATH: '/nowhere' }, like: harness });
    const refused = await bare.run('backup', 'other.dump');

    expect(file).toMatch(/daybrief-\d{8}-\d{6}\.dump$/u);
    expect(readFileSync(file).subarray(0, 5).toString()).toBe('PGDMP');
    expect(refused.status).toBe(5);
    expect(refused.stderr).toContain('pg_dump, which is not installed here');
    expect(bare.files().filter((name) => name.startsWith('other'))).toEqual([]);
  });
});
