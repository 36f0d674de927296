import { copyFileSync, rmSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { firstDate, firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { Terminal } from '../../support/program/terminal.ts';
import { PostgresServer } from '../../support/servers/postgres-server.ts';
import { runAlone, withDatabase } from '../../support/servers/postgres.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.create();
});
afterAll(() => server[Symbol.asyncDispose]());

const recipients = 30;
const taken = 12;

const backups = ['before-approval', 'mid-send', 'after'] as const;

/** Sends an edition with a backup before, amid and after it; then one subscriber leaves, one is suppressed, one erased. */
async function createSent(env: Record<string, string>) {
  const sink = await SmtpSink.start({ answers: taken - 2 });
  const harness = new ProgramHarness({ relay: `${sink.port}?sessions=2`, env });
  if ('DATABASE_URL' in env) await harness.succeed('migrate');
  await harness.import(Array.from({ length: recipients }, (_, index) => `reader${index + 1}@example.org`));
  await harness.succeed('backup', 'before-approval');
  await harness.succeed('approve', firstEdition);
  const sending = harness.start('send', firstEdition);
  await sink.taken(taken);
  await harness.succeed('backup', 'mid-send');
  sink.answerAll();
  expect((await sending.end()).status).toBe(0);
  await harness.succeed('backup', 'after');
  await harness.succeed('subscribers', 'unsubscribe', 'letter', 'reader1@example.org');
  await harness.succeed('subscribers', 'suppress', 'reader2@example.org');
  await harness.succeed('subscribers', 'erase', 'reader3@example.org', '--yes');
  return {
    sink,
    harness,
    async [Symbol.asyncDispose]() {
      harness[Symbol.dispose]();
      await sink[Symbol.asyncDispose]();
    },
  };
}

async function onPostgres(name: string): Promise<Record<string, string>> {
  await runAlone(server.url, [`create database ${name}`]);
  return {
    DATABASE_URL: withDatabase(server.url, name),
    DAYBRIEF_SECRET: 'the secret of this newsroom here',
  };
}

const expected = {
  'before-approval': {
    onHold: [],
    publishedSince: [{ publication: 'letter', date: firstDate }],
  },
  'mid-send': {
    onHold: [{ publication: 'letter', date: firstDate, state: 'sending' }],
    publishedSince: [],
  },
  after: { onHold: [], publishedSince: [] },
} as const;

test.each(['SQLite', 'PostgreSQL'] as const)(
  'each backup restored on %s mails nobody again, and keeps opt-outs made since',
  async (store) => {
    const env = store === 'SQLite' ? {} : await onPostgres('restored');
    await using sent = await createSent(env);
    const { harness, sink } = sent;
    expect(sink.messages).toHaveLength(recipients);

    for (const backup of backups) {
      const result = await harness.json('restore', backup);
      const worker = harness.start('worker');
      await worker.shows('The worker is ready');
      const again = await harness.run('send', firstEdition, '--as-approved');
      const resumed = await harness.run('resume', firstEdition);
      const scheduled = await harness.run('schedule', firstEdition, '--as-approved');
      await worker.kill('SIGTERM');

      expect(result).toMatchObject({ ...expected[backup], unsubscribed: 1, suppressed: 1, erased: 1 });
      expect(again.status).not.toBe(0);
      expect(resumed.status).not.toBe(0);
      expect(scheduled.status).not.toBe(0);
      expect(sink.messages).toHaveLength(recipients);
      const { stdout } = await harness.succeed('subscribers', 'export', 'letter');
      expect(stdout).toMatch(/"reader1@example\.org".*"unsubscribed"/u);
      expect(stdout).toMatch(/"reader2@example\.org".*"suppressed"/u);
      expect(stdout).not.toContain('reader3@');
      harness.write('people.csv', 'email\nreader3@example.org\nreader1@example.org\n');
      await harness.run('subscribers', 'import', 'letter', 'people.csv');
      const after = await harness.succeed('subscribers', 'export', 'letter');
      expect(after.stdout).not.toContain('reader3@');
      expect(after.stdout).toMatch(/"reader1@example\.org".*"unsubscribed"/u);
    }
  },
);

test('an edition on hold since a restore can be approved, released and then sent, or cancelled', async () => {
  await using sent = await createSent({});
  const { harness, sink } = sent;
  await harness.succeed('restore', 'before-approval');

  await harness.succeed('approve', firstEdition);
  const held = await harness.run('send', firstEdition);
  const { stdout: shown } = await harness.succeed('status', firstEdition);
  await harness.succeed('release', firstEdition);
  const released = await harness.run('send', firstEdition);

  expect(held.status).toBe(4);
  expect(held.stderr).toContain('is on hold since a backup was restored');
  expect(shown).toContain(
    `on hold since a backup was restored, and may have been sent since: \`daybrief release`,
  );
  expect(released.status).toBe(0);
  expect(released.stdout).toContain('27 intended = 27 accepted');
  expect(sink.messages).toHaveLength(recipients + 27);
  const again = await harness.run('release', firstEdition);
  expect(again.status).toBe(6);
});

test('a backup that somebody copied over the database sends nothing until `restore` has checked it', async () => {
  await using sent = await createSent({});
  const { harness, sink } = sent;
  for (const suffix of ['-wal', '-shm']) rmSync(harness.path(`data/daybrief.db${suffix}`), { force: true });
  copyFileSync(harness.path('mid-send'), harness.path('data/daybrief.db'));

  const worker = await harness.run('worker');
  const send = await harness.run('send', firstEdition, '--as-approved');
  expect([worker.status, send.status]).toEqual([4, 4]);
  expect(worker.stderr).toContain('a backup has taken its place. Nothing is sent from it.');

  const checked = await harness.succeed('restore');
  expect(checked.stdout).toContain('The database is checked.');
  expect(checked.stdout).toContain('1 unsubscribe, 1 suppression, 1 erasure');
  expect(checked.stdout).toContain(`${firstEdition}, sending in the backup, is on hold.`);
  const running = harness.start('worker');
  await running.shows('The worker is ready');
  await running.kill('SIGTERM');
  expect(sink.messages).toHaveLength(recipients);

  await harness.succeed('release', firstEdition);
  await harness.succeed('cancel', firstEdition);
  expect(sink.messages).toHaveLength(recipients);
});

test('`restore` without a file changes nothing of a database that nobody replaced', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ relay: sink.port });
  await harness.prepare(2);
  const worker = harness.start('worker');
  await worker.shows('The worker is ready');
  await worker.kill('SIGTERM');

  const checked = await harness.succeed('restore');

  expect(checked.stdout).toContain('nothing was changed');
  expect((await harness.succeed('send', firstEdition)).stdout).toContain('2 intended = 2 accepted');
});

test('a page that was withdrawn after the backup is withdrawn in it, too', async () => {
  await using sent = await createSent({});
  const { harness } = sent;
  await harness.succeed('withdraw', firstEdition, '--note', 'There was no storm.');

  const { stdout } = await harness.succeed('restore', 'after');

  expect(stdout).toContain(`The page of ${firstEdition} is withdrawn again.`);
  expect((await harness.succeed('status', firstEdition)).stdout).toContain('page withdrawn');
});

test('a restore is refused while a process has the database open, and of a file that is no backup', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ relay: sink.port });
  await harness.prepare(2);
  await harness.succeed('backup', 'good');
  const worker = harness.start('worker');
  await worker.shows('The worker is ready');

  const busy = await harness.run('restore', 'good');
  await worker.kill('SIGTERM');
  harness.write('text', 'not a database');
  harness.write('empty', '');
  const results = [];
  for (const name of ['text', 'empty', 'missing', 'digests'])
    results.push(await harness.run('restore', name));

  expect(busy.status).toBe(6);
  expect(busy.stderr).toContain('Stop every `daybrief start`');
  for (const { status, stderr } of results) {
    expect(status).toBe(4);
    expect(stderr).toMatch(/^error: .+ cannot be restored: .+\.$/mu);
  }
  await until('the database is as before', async () => harness.number('select count(*) from editions') === 1);
  expect((await harness.succeed('send', firstEdition)).stdout).toContain('2 intended = 2 accepted');
  expect((await harness.succeed('restore', 'good')).stdout).toContain(`${firstEdition} was published after`);
});

test('on a terminal restore asks before it replaces a database that can be read, and says what each contains', async () => {
  using harness = new ProgramHarness();
  await harness.import(['reader1@example.org']);
  await harness.succeed('backup', 'small');
  await harness.import(['reader2@example.org', 'reader3@example.org']);
  const options = { cwd: harness.folder, env: harness.env };

  using declining = new Terminal(['restore', 'small'], options);
  await declining.shows('[y/N]');
  declining.answer('n');
  expect(await declining.end()).toBe(0);
  expect(declining.screen).toContain(
    'The present database can be read: 3 active subscriptions and 0 published editions.',
  );
  expect(declining.screen).toContain('Nothing was changed.');
  expect(harness.number("select count(*) from subscriptions where state = 'active'")).toBe(3);

  using agreeing = new Terminal(['restore', 'small'], options);
  await agreeing.shows('[y/N]');
  agreeing.answer('y');
  expect(await agreeing.end()).toBe(0);
  expect(agreeing.screen).toContain('It contains 1 active subscription and 0 published editions.');
  expect(agreeing.screen).toContain('It contained 3 active subscriptions and 0 published editions.');
  expect(harness.number("select count(*) from subscriptions where state = 'active'")).toBe(1);
});

test('on a terminal restore does not ask with --yes, nor where there is nothing to lose', async () => {
  using harness = new ProgramHarness();
  await harness.import(['reader1@example.org']);
  await harness.succeed('backup', 'small');
  const options = { cwd: harness.folder, env: harness.env };

  using sure = new Terminal(['restore', 'small', '--yes'], options);
  expect(await sure.end()).toBe(0);
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(harness.path(`data/daybrief.db${suffix}`), { force: true });
  using lost = new Terminal(['restore', 'small'], options);
  expect(await lost.end()).toBe(0);

  expect(sure.screen + lost.screen).not.toContain('[y/N]');
});

test.each(['SQLite', 'PostgreSQL'] as const)(
  'without a terminal restore on %s goes on, and says what the backup lacks',
  async (store) => {
    const env = store === 'SQLite' ? {} : await onPostgres('newer');
    await using sent = await createSent(env);
    const { harness } = sent;
    await harness.import(['late1@example.org', 'late2@example.org']);

    const restored = await harness.succeed('restore', 'before-approval');
    const again = await harness.succeed('restore', 'before-approval');

    expect(restored.stdout).toMatch(
      /The backup lacks 1 edition published since \(letter\/[\d-]+\) and 2 subscriptions added since \(\d{4}-\d\d-\d\dT\d\d:\d\dZ\)/u,
    );
    expect(restored.stdout).toContain('The database from before is kept as');
    expect(again.stdout).not.toContain('The backup lacks');
  },
);
