import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { subscribers } from '../../support/program/subscribers-command.ts';
import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

const csv = 'email,name\njo@example.org,Jo\nal@example.org,\nnobody,"=1+1"\n';

async function withFile(text = csv): Promise<SubscribersFixture> {
  const fixture = await SubscribersFixture.create();
  writeFileSync(join(fixture.folder, 'people.csv'), text);
  return fixture;
}

describe('subscribers import', () => {
  test('says that rows are read as active where no column shows a state', async () => {
    await using bare = await withFile('email,remark\nana@example.org,left us in May\n');
    await using shown = await withFile('email,status\nana@example.org,unsubscribed\n');
    const run = async (fixture: SubscribersFixture) =>
      (await subscribers(fixture, ['import', 'morning', 'people.csv', '--dry-run'])).stdout;

    expect(await run(bare)).toContain(
      'Ignored: remark.\nNo column shows a state, so the rows are read as: 1 active. --as says otherwise.',
    );
    expect(await run(shown)).toContain('States in the file: 1 unsubscribed.');
  });

  test('keeps the good rows, lists the bad ones in a rejects file and ends with status 7', async () => {
    await using fixture = await withFile();

    const { status, stdout, stderr } = await subscribers(fixture, ['import', 'morning', 'people.csv']);

    expect(status).toBe(7);
    expect(stdout).toMatch(/2\s+added/);
    expect(stdout).toMatch(/1\s+of them no-at-sign: The address has no @\./);
    expect(stderr).toMatch(/1 row of 3 was rejected\.\n.*people\.csv\.rejects\.csv/);
    expect(readFileSync(join(fixture.folder, 'people.csv.rejects.csv'), 'utf8')).toBe(
      `"line","reason","sentence","email","name"\r\n"4","no-at-sign","The address has no @.","nobody","'=1+1"\r\n`,
    );
  });

  test('takes its own mended rejects file, and renames the rejects of before', async () => {
    await using fixture = await withFile();
    await subscribers(fixture, ['import', 'morning', 'people.csv']);
    const rejects = join(fixture.folder, 'people.csv.rejects.csv');
    const mended = readFileSync(rejects, 'utf8').replace('nobody', 'no@example.org');
    writeFileSync(join(fixture.folder, 'mended.csv'), mended);
    writeFileSync(join(fixture.folder, 'people.csv'), csv.replace('nobody', 'no@example.org'));

    const second = await subscribers(fixture, ['import', 'morning', 'mended.csv']);
    const third = await subscribers(fixture, ['import', 'morning', 'people.csv']);

    expect([second.status, third.status]).toEqual([0, 0]);
    expect((await fixture.service.show('no@example.org')).subscriber?.name).toBe('=1+1');
    expect(existsSync(rejects)).toBe(false);
    expect(readFileSync(join(fixture.folder, 'people.csv.rejects.1.csv'), 'utf8')).toContain('nobody');
  });

  test('keeps corrected rejects under another name and says so, but not a copy of the same ones', async () => {
    await using fixture = await withFile();
    await subscribers(fixture, ['import', 'morning', 'people.csv', '--dry-run']);
    const again = await subscribers(fixture, ['import', 'morning', 'people.csv']);
    const rejects = join(fixture.folder, 'people.csv.rejects.csv');
    writeFileSync(rejects, readFileSync(rejects, 'utf8').replace('nobody', 'corrected by hand'));

    const { stderr } = await subscribers(fixture, ['import', 'morning', 'people.csv', '--map', 'name=email']);

    expect(again.stderr).not.toContain('kept');
    expect(stderr).toContain(`${rejects.slice(0, -4)}.1.csv`);
    expect(readFileSync(`${rejects.slice(0, -4)}.1.csv`, 'utf8')).toContain('corrected by hand');
    expect(readFileSync(rejects, 'utf8')).toContain('nobody');
  });

  test('prints one JSON object, and reads standard input', async () => {
    await using fixture = await SubscribersFixture.create();

    const { status, stdout } = await subscribers(fixture, ['import', 'morning', '-', '--json'], csv);

    expect(status).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({
      publication: 'morning',
      rows: 3,
      added: 2,
      rejected: 1,
      byReason: { 'no-at-sign': 1 },
      dryRun: false,
    });
  });

  test('follows --map, --delimiter and --dry-run', async () => {
    await using fixture = await withFile('Kontakt|Wie\njo@example.org|Jo\n');
    const args = [
      'import',
      'morning',
      'people.csv',
      '--map',
      'email=Kontakt',
      '--map',
      'name=Wie',
      '--delimiter',
      '|',
    ];

    const dry = await subscribers(fixture, [...args, '--dry-run']);
    const knownAfterDry = (await fixture.service.list({ publication: 'morning', limit: 1 })).counts.active;
    const real = await subscribers(fixture, args);

    expect([dry.status, real.status, knownAfterDry]).toEqual([0, 0, 0]);
    expect(dry.stdout).toMatch(/nothing was changed/);
    expect((await fixture.service.show('jo@example.org')).subscriber?.name).toBe('Jo');
  });

  test.each<[string, readonly string[], number, RegExp]>([
    ['a missing file', ['nothing.csv'], 2, /There is no file/u],
    ['a folder', ['folder'], 2, /folder is a folder/],
    ['an unknown field', ['people.csv', '--map', 'mail=x'], 2, /--map mail=x.*email, name/],
    [
      'a mapping without a column',
      ['people.csv', '--map', 'email'],
      2,
      /does not begin with one of the fields/,
    ],
    [
      'an unknown column',
      ['people.csv', '--map', 'email=nome'],
      4,
      /no column "nome".*\n.*--map email="name"/,
    ],
    ['a long delimiter', ['people.csv', '--delimiter', 'ab'], 2, /not a delimiter/],
    [
      'two columns for one field',
      ['people.csv', '--map', 'state=name', '--map', 'state=email'],
      2,
      /two columns for state/,
    ],
    ['rejects over the input', ['people.csv', '--rejects', './people.csv'], 2, /the file to import/],
    ['rejects over another file', ['people.csv', '--rejects', 'other.txt'], 2, /holds no rejects/],
    ['rejects in a missing folder', ['people.csv', '--rejects', 'no/where.csv'], 5, /cannot be written/],
  ])('answers %s with a sentence and its exit status', async (_, args, status, message) => {
    await using fixture = await withFile();
    mkdirSync(join(fixture.folder, 'folder'));
    writeFileSync(join(fixture.folder, 'other.txt'), 'precious');

    const result = await subscribers(fixture, ['import', 'morning', ...args]);

    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.status).toBe(status);
    expect(readFileSync(join(fixture.folder, 'other.txt'), 'utf8')).toBe('precious');
    expect(readFileSync(join(fixture.folder, 'people.csv'), 'utf8')).toBe(csv);
    expect(readdirSync(fixture.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('subscribers export', () => {
  test('writes a file that only its owner may read, and does not overwrite one', async () => {
    await using fixture = await withFile();
    await subscribers(fixture, ['import', 'morning', 'people.csv']);
    const path = join(fixture.folder, 'all.csv');

    const first = await subscribers(fixture, ['export', 'morning', '--output', 'all.csv', '--json']);
    const second = await subscribers(fixture, [
      'export',
      'morning',
      '--output',
      'all.csv',
      '--state',
      'pending',
    ]);
    const kept = readFileSync(path, 'utf8');
    const forced = await subscribers(fixture, [
      'export',
      'morning',
      '-o',
      'all.csv',
      '--state',
      'pending',
      '--force',
    ]);

    expect(JSON.parse(first.stdout)).toEqual({ publication: 'morning', rows: 2, file: path });
    expect(kept.split('\r\n')).toHaveLength(4);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(second.status).toBe(5);
    expect(second.stderr).toMatch(/already exists\.\n.*--force/);
    expect([forced.status, readFileSync(path, 'utf8').split('\r\n').length]).toEqual([0, 2]);
  });

  test('writes CSV to standard output, of which --json makes no sense', async () => {
    await using fixture = await withFile();
    await subscribers(fixture, ['import', 'morning', 'people.csv']);

    const plain = await subscribers(fixture, ['export', 'morning', '--state', 'active']);
    const json = await subscribers(fixture, ['export', 'morning', '--json']);
    const wrong = await subscribers(fixture, ['export', 'morning', '--state', 'gone']);

    expect(plain.stdout).toMatch(
      /^"email","name","state","time_zone","created_at"\r\n(.+@example\.org.+\r\n){2}$/,
    );
    expect([plain.status, json.status, wrong.status]).toEqual([0, 2, 2]);
  });
});

describe('subscribers add, show, list, unsubscribe and erase', () => {
  test('go through the life of one subscriber', async () => {
    await using fixture = await SubscribersFixture.create();
    const steps: readonly [readonly string[], number, RegExp][] = [
      [
        ['add', 'morning', 'Jo@Example.org', '--name', 'Jo Park'],
        0,
        /Jo@example.org is subscribed to morning\./,
      ],
      [['add', 'morning', 'jo@example.org'], 0, /already/],
      [['show', 'JO@example.org'], 0, /Jo Park[^]*morning\s+active/],
      [['list', 'morning'], 0, /1 active[^]*Jo@example.org\s+Jo Park\s+active/],
      [['unsubscribe', 'morning', 'jo@example.org'], 0, /no further edition of morning/],
      [['add', 'morning', 'jo@example.org'], 6, /has unsubscribed[^]*--resubscribe/],
      [['add', 'morning', 'jo@example.org', '--resubscribe'], 0, /brought up to date/],
      [['suppress', 'jo@example.org', '--reason', 'by phone'], 0, /1 address suppressed/],
      [['show', 'jo@example.org'], 0, /never gets mail again[^]*suppressed[^]*by phone/],
      [['unsuppress', 'jo@example.org'], 0, /1 address unsuppressed/],
      [['list', 'morning'], 0, /1 active/],
      [['suppress'], 2, /needs an address or --file/],
      [['suppress', 'x'], 4, /is no address/],
      [['suppress', '--file', 'missing.txt'], 2, /no file missing.txt/],
      [['erase', 'jo@example.org'], 2, /cannot be undone[^]*--yes/],
      [['erase', 'jo@example.org', '--yes'], 0, /was erased/],
      [['show', 'jo@example.org'], 0, /nothing is kept but a keyed hash/],
      [['add', 'morning', 'jo@example.org', '--resubscribe'], 6, /suppressed/],
      [['list', 'morning'], 0, /0 active/],
      [['show', 'al@example.org'], 2, /is no subscriber/],
      [['add', 'morning', 'a@b.c,d@e.f'], 4, /is no address: the address contains a comma/],
      [['list', 'morning', '--limit', '-1'], 2, /whole number/],
    ];

    for (const [args, status, message] of steps) {
      const result = await subscribers(fixture, args);

      expect(result.stdout + result.stderr).toMatch(message);
      expect([args, result.status]).toEqual([args, status]);
    }
  });

  test('print JSON that scripts can go on with', async () => {
    await using fixture = await withFile();
    await subscribers(fixture, ['import', 'morning', 'people.csv']);

    const list = await subscribers(fixture, ['list', 'morning', '--limit', '1', '--json']);
    const { subscribers: listed, nextAfterId } = JSON.parse(list.stdout) as {
      subscribers: { id: number }[];
      nextAfterId: number;
    };
    const next = await subscribers(fixture, ['list', 'morning', '--after', String(nextAfterId), '--json']);

    expect(nextAfterId).toBe(listed[0]?.id);
    expect(JSON.parse(next.stdout)).toMatchObject({
      counts: { active: 2 },
      subscribers: [{ state: 'active' }],
    });
    expect(JSON.parse(next.stdout)).not.toHaveProperty('nextAfterId');
  });

  test('show hostile names without moving the cursor', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.db
      .insertInto('subscribers')
      .values({ address: 'x@y.z', canonical: 'x@y.z', name: '\u001b[2J\u202eevil', created_at: 0 })
      .execute();

    const { stdout } = await subscribers(fixture, ['show', 'x@y.z']);

    expect(stdout).toContain('\\u{1b}[2J\\u{202e}evil');
    expect(stdout).not.toContain('\u001b');
  });
});
