import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { commandEnv } from '../../support/program/daybrief-process.ts';
import { ProgramHarness } from '../../support/program/program-harness.ts';
import { serveSite } from '../../support/web/test-site.ts';

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../fixtures/candidates', name), 'utf8');

const program = join(import.meta.dirname, '../../../bin/daybrief.js');

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly headline: string;
    readonly kind: string;
    readonly file: string;
  }[];
}

test('a curator collects items, picks some and begins the next digest with them', async () => {
  using harness = new ProgramHarness();
  harness.write('front.txt', fixture('time-lines.txt'));
  harness.write('roads.txt', fixture('dashboard.txt'));
  harness.write('ice.html', fixture('page-json-ld.html'));

  const added = await harness.succeed('inbox', 'add', 'letter', 'front.txt');
  await harness.succeed('inbox', 'add', 'letter', 'roads.txt');
  await harness.succeed('inbox', 'add', 'ice.html', '--kind', 'lead');
  const { items } = await harness.json<Listed>('inbox', 'list');
  const idOf = (headline: string) => items.find((item) => item.headline.startsWith(headline))?.id ?? headline;

  expect(added.stdout).toContain('Ferries slow down for whales');
  expect(items).toHaveLength(7);

  const picked = await harness.succeed(
    'inbox',
    'pick',
    'letter',
    idOf('Wind farm'),
    idOf('Winter dashboard'),
    idOf('Ice is due'),
  );
  expect(picked.stdout).toMatch(/`daybrief new letter` begins the digest of \d{4}-\d\d-\d\d with them\./u);
  await harness.succeed('inbox', 'drop', 'letter', idOf('Salt'));
  const made = await harness.succeed('new', 'letter/2026-12-01');

  const digest = readFileSync(harness.path('digests/letter/2026-12-01.md'), 'utf8');
  expect(made.stdout).toContain('2026-12-01.md');
  expect(digest.match(/^(?:## |:::d).*/gmu)).toEqual([
    '## [Ice is due tonight, and eight forecasts agree on where](https://harbor.example/weather/ice)',
    '## Wind farm waits for its cable',
    expect.stringContaining(':::dashboard[Winter dashboard]'),
  ]);
  const composed = await harness.run('compose', 'letter/2026-12-01');
  expect(composed.status).toBe(4);
  expect(composed.stderr).toContain('[placeholder]');
  const left = await harness.json<Listed>('inbox', 'list', 'letter');
  expect(left.items.map(({ headline }) => headline)).not.toContain('Salt becomes dearer than sugar');
  expect(left.items).toHaveLength(3);
});

test('a new digest says which days before it have one', async () => {
  using harness = new ProgramHarness();
  const first = await harness.json<{ readonly date: string }>('new', 'letter');
  const second = await harness.succeed('new', 'letter');
  const third = await harness.succeed('new', 'letter');

  expect(second.stdout).toContain(`${first.date} has a digest already.`);
  expect(third.stdout).toContain(`${first.date} to `);
  expect(third.stdout).toContain('have digests already.');
});

test('pasted text is read from standard input, and what is left out of it is counted', () => {
  using harness = new ProgramHarness();
  const args = ['inbox', 'add', 'letter', '-', '--source', 'https://example.org/front', '--json'];
  const { status, stdout } = spawnSync(process.execPath, [program, ...args], {
    input: fixture('sign-up-boxes.txt'),
    cwd: harness.folder,
    env: commandEnv(harness.env),
    encoding: 'utf8',
  });

  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    publication: 'letter',
    form: 'text',
    items: [
      { headline: 'The storm that came early', source: 'https://example.org/front', isNew: true, ran: null },
    ],
  });
  expect((JSON.parse(stdout) as { readonly dropped: readonly string[] }).dropped).toHaveLength(16);
  expect(harness.files().filter((name) => name.includes('/inbox/'))).toHaveLength(1);
});

test('what cannot be added is said in a sentence, and nothing is written', async () => {
  using harness = new ProgramHarness();
  harness.write('image.bin', new Uint8Array(4_000));
  harness.write('long.txt', 'word '.repeat(1_200_000));
  const site = await serveSite((_, response) => response.end('secret'));
  const cases: readonly (readonly [args: readonly string[], status: number, words: string])[] = [
    [['add', 'letter', `http://127.0.0.1:${site.port}/`], 4, 'private or internal network'],
    [['add', 'letter', `http://0x7f.1:${site.port}/`], 4, 'private or internal network'],
    [['add', 'letter', 'file:///etc/passwd'], 4, 'only http and https'],
    [['add', 'letter', 'nowhere.html'], 2, 'no such file'],
    [['add', 'letter', 'image.bin'], 4, 'no text'],
    [['add', 'letter', 'long.txt'], 4, 'larger than 5 MB'],
    [['add', 'nowhere', 'long.txt'], 2, 'no publication'],
    [['add', 'letter'], 2, 'missing'],
    [['pick', 'letter', 'abcdef'], 2, 'no item'],
    [['list', 'nowhere'], 2, 'no publication'],
    [['watch', '--once'], 2, 'no feeds'],
  ];
  for (const [args, status, words] of cases) {
    const finished = await harness.run('inbox', ...args);
    expect([finished.status, finished.stderr]).toEqual([status, expect.stringContaining(words)]);
  }
  expect(site.connections()).toBe(0);
  expect(harness.files().filter((name) => name.includes('/inbox/'))).toEqual([]);
});

test('with several publications, a file alone is not taken for one of them', async () => {
  using harness = new ProgramHarness();
  const yaml = readFileSync(harness.path('digests/letter/publication.yaml'), 'utf8');
  harness.write('digests/second/publication.yaml', yaml);
  harness.write('notes.txt', fixture('briefs.txt'));

  for (const source of ['notes.txt', '-', 'https://example.org/story']) {
    const { status, stderr } = await harness.run('inbox', 'add', source);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`is missing before "${source}"`)]);
    expect(stderr).toContain('letter, second');
  }
  const misspelt = await harness.run('inbox', 'add', 'leter', 'notes.txt');
  expect(misspelt.stderr).toContain('no publication "leter"');
});

test('a worker asks the feeds of publication.yaml', async () => {
  using harness = new ProgramHarness();
  const yaml = readFileSync(harness.path('digests/letter/publication.yaml'), 'utf8');
  harness.write('digests/letter/publication.yaml', `${yaml}feeds: ["http://127.0.0.1:9/rss"]\n`);
  const worker = harness.start('worker');

  // No feed can be on this machine, so the worker writes down why it asked none.
  const states = () => harness.files().includes('digests/letter/inbox/feeds.json');
  await expect.poll(states).toBe(true);
  await expect
    .poll(() => readFileSync(harness.path('digests/letter/inbox/feeds.json'), 'utf8'))
    .toContain('private or internal network');
  worker.child.kill('SIGTERM');
  const stopped = await worker.end();
  expect(stopped.status).toBe(0);
});
