import { renameSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { runHosted } from '../../support/program/command-host.ts';
import { commandEnv } from '../../support/program/daybrief-process.ts';
import { digest } from '../../support/program/program-harness.ts';
import { Terminal } from '../../support/program/terminal.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ApiSite } from '../../support/web/api-site.ts';
import { today } from '../../support/web/desk-site.ts';

let sink: SmtpSink;
let site: ApiSite;
let token: string;

beforeAll(async () => {
  sink = await SmtpSink.start({
    rule: (address) =>
      address.startsWith('refused') ? { refuse: '550 5.7.1 Policy forbids it', at: 'rcpt' } : undefined,
  });
  site = await ApiSite.open({ SMTP_URL: `smtp://127.0.0.1:${sink.port}` });
  token = await site.token(['read', 'approve', 'send']);
  for (const name of ['reader1', 'reader2', 'refused1'])
    await site.desk.live.subscribe(`${name}@example.org`);
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

function before(days: number): string {
  const date = new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
  site.desk.live.harness.write(`digests/letter/${date}.md`, digest({ date }));
  return `letter/${date}`;
}

async function remotely(...args: readonly string[]) {
  const env = commandEnv({ DAYBRIEF_TOKEN: token });
  const { harness, url } = site.desk.live;
  const finished = await runHosted({ args: ['--remote', url, ...args], cwd: tempFolder(), env });
  // The server of the test does not run in the folder of its files, so it names them by their whole path.
  return { ...finished, stderr: finished.stderr.replaceAll(`${harness.folder}/`, '') };
}

function onTerminal(...args: readonly string[]): Terminal {
  const env = { DAYBRIEF_TOKEN: token };
  return new Terminal(['--remote', site.desk.live.url, ...args], { cwd: tempFolder(), env });
}

function revisionsOf(reference: string): number {
  const [row] = site.desk.live.harness.query<{ revisions: number }>(
    'select count(*) as revisions from revisions join editions on id = edition_id where date = ?',
    reference.split('/')[1],
  );
  return row?.revisions ?? 0;
}

describe('approve with --remote', () => {
  test('shows what it is about to approve, its content hash among it, and approves after a yes', async () => {
    const reference = before(1);
    const { contentHash } = await site.desk.live.services.compose(reference);
    using terminal = onTerminal('approve', reference, '--now');
    await terminal.shows(`Approve ${reference}?`);
    const shown = terminal.screen;
    terminal.answer('y');

    expect(await terminal.end()).toBe(0);
    expect(shown).toContain(contentHash);
    expect(shown).toContain('3 active subscribers');
    expect(terminal.screen).toContain(`Approved revision 1 of ${reference}: ${contentHash}`);
  });

  test('approves nothing after a no', async () => {
    const reference = before(2);
    using terminal = onTerminal('approve', reference, '--now');
    await terminal.shows(`Approve ${reference}?`);
    terminal.answer('n');

    expect(await terminal.end()).toBe(0);
    expect(terminal.screen).toContain('Nothing was approved.');
    expect(revisionsOf(reference)).toBe(0);
  });

  test('refuses a digest that changed after it was shown', async () => {
    const reference = before(2);
    using terminal = onTerminal('approve', reference, '--now');
    await terminal.shows(`Approve ${reference}?`);
    site.desk.live.harness.write(
      `digests/${reference}.md`,
      digest({ date: reference.split('/')[1] ?? '', says: 'Other words.' }),
    );
    terminal.answer('y');

    expect(await terminal.end()).toBe(6);
    expect(terminal.screen).toContain('The digest has the content hash');
    expect(revisionsOf(reference)).toBe(0);
  });

  test('needs the content hash, or --yes, off a terminal', async () => {
    const reference = before(3);
    const without = await remotely('approve', reference, '--now');
    const short = await remotely('approve', reference, '--now', '--hash', 'abc');
    const other = await remotely('approve', reference, '--now', '--hash', '0123456789ab');
    const local = await site.desk.live.harness.run('approve', reference, '--now', '--hash', '0123456789ab');

    expect([without.status, short.status]).toEqual([2, 2]);
    expect(other).toEqual(local);
    expect(other.status).toBe(6);
    expect(revisionsOf(reference)).toBe(0);
  });

  test('refuses a digest with mistakes as the command of the other machine does', async () => {
    const reference = before(4);
    site.desk.live.harness.write(`digests/${reference}.md`, 'TK');
    const local = await site.desk.live.harness.run('approve', reference);

    expect(await remotely('approve', reference, '--yes')).toEqual(local);
    expect(local.status).toBe(4);
  });

  test('means the digest of today without a date', async () => {
    const local = await site.desk.live.harness.succeed('approve', 'letter', '--now');

    expect(await remotely('approve', 'letter', '--now', '--yes')).toEqual(local);
  });
});

describe('send with --remote', () => {
  test('publishes, follows the worker of the other machine, and ends as the command there would', async () => {
    const [here, there] = [before(5), before(6)];
    for (const reference of [here, there]) await site.desk.live.services.approve(reference, { now: true });
    const local = await site.desk.live.harness.run('send', here);
    const worker = site.desk.live.harness.start('worker');
    await worker.shows('The worker is ready');
    const remote = await remotely('send', there);
    await worker.kill('SIGTERM');

    expect(remote.stdout.replaceAll(there, here)).toBe(local.stdout);
    expect([remote.status, local.status]).toEqual([7, 7]);
    expect(local.stdout).toContain('3 intended = 2 accepted + 1 failed');
    expect(sink.copies.get('reader1@example.org')).toBe(2);
  });

  test('says that no worker runs, and leaves the send alone when it is interrupted', async () => {
    const reference = before(7);
    await site.desk.live.services.approve(reference, { now: true });
    using terminal = onTerminal('send', reference);
    await terminal.shows('No worker is running');
    terminal.press('\u0003');
    await terminal.end();

    expect(terminal.screen).toContain('3 intended = 0 accepted');
    const { stdout } = await site.desk.live.harness.succeed('status', reference);
    expect(stdout).toContain(`${reference}: sending`);
  });

  test('never means the edition of another day without a date', async () => {
    const { harness, services } = site.desk.live;
    await services.approve(before(9), { now: true });
    const file = harness.path(`digests/letter/${today}.md`);
    renameSync(file, `${file}.away`);
    onTestFinished(() => renameSync(`${file}.away`, file));

    const local = await harness.run('send', 'letter', '--early');
    const remote = await remotely('send', 'letter', '--early');

    expect(remote).toEqual(local);
    expect(local.stderr).toContain('letter has no edition for today');
  });

  test('refuses what was not approved as the command of the other machine does', async () => {
    const reference = before(8);
    const local = await site.desk.live.harness.run('send', reference);

    expect(await remotely('send', reference)).toEqual(local);
    expect(local.status).toBe(4);
  });
});
