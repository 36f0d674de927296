import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runHosted } from '../../support/program/command-host.ts';
import { commandEnv } from '../../support/program/daybrief-process.ts';
import { digest } from '../../support/program/program-harness.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { ApiSite } from '../../support/web/api-site.ts';
import { today } from '../../support/web/desk-site.ts';

const edition = `letter/${today}`;

let site: ApiSite;
let token: string;

beforeAll(async () => {
  site = await ApiSite.open();
  token = await site.token(['read', 'approve', 'send', 'subscribers']);
  const { harness, services } = site.desk.live;
  await site.desk.live.subscribe('reader1@example.org');
  harness.write(`digests/${edition}.md`, digest({ date: today }));
  await services.approve(edition, { now: true });
  for (const day of ['2026-01-05', '2026-01-06', '2026-01-07']) {
    harness.tamper(
      `insert into signup_outcomes (day, publication_id, outcome, reason, attempts)
       select '${day}', id, 'valid-email', reason, 3 from publications, (select 'space' as reason union select 'syntax')
       where slug = 'letter'`,
    );
  }
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

async function remotely(
  args: readonly string[],
  env: Readonly<Record<string, string>> = { DAYBRIEF_TOKEN: token },
) {
  const cwd = tempFolder();
  const { harness, url } = site.desk.live;
  const finished = await runHosted({ args: ['--remote', url, ...args], cwd, env: commandEnv(env) });
  // The server of the test does not run in the folder of its files, so it names them by their whole path.
  return { ...finished, stderr: finished.stderr.replaceAll(`${harness.folder}/`, '') };
}

describe('a command with --remote', () => {
  test.each([
    ['status'],
    ['status letter'],
    [`status ${edition}`],
    ['schedule'],
    ['schedule letter'],
    [`schedule ${edition}`],
    [`approve ${edition} --yes --now`],
    [`unschedule ${edition}`],
    [`retry ${edition}`],
    ['outcomes letter'],
  ])('prints what the same command prints on the other machine: %s', async (line) => {
    const words = line.split(' ');
    const local = await site.desk.live.harness.run(...words);
    const remote = await remotely(words);

    expect(remote).toEqual(local);
  });

  test('counts only the outcomes that its options ask for', async () => {
    const words = ['outcomes', 'letter', '--from', '2026-01-05', '--to', '2026-01-06', '--reason', 'space'];
    const local = await site.desk.live.harness.run(...words);
    const remote = await remotely(words);

    expect(remote).toEqual(local);
    const days = Array.from(
      remote.stdout.matchAll(/^letter +(\S+) .* (\S+) +\d+$/gmu),
      ([, ...cells]) => cells,
    );
    expect(days).toEqual([
      ['2026-01-06', 'space'],
      ['2026-01-05', 'space'],
    ]);
  });

  test('releases an edition with the words of the other machine', async () => {
    const { harness } = site.desk.live;
    await harness.succeed('unschedule', edition);
    const local = await harness.succeed('release', edition);
    await harness.succeed('unschedule', edition);

    expect(await remotely(['release', edition])).toEqual(local);
  });

  test.each([
    [['worker'], '`worker` cannot be run with --remote.'],
    [['compose', edition], '`compose` cannot be run with --remote.'],
    [['send', edition, '--to-me'], '`send --to-me` cannot be run with --remote.'],
    [['send', edition, '--dry-run'], '`send --dry-run` cannot be run with --remote.'],
    [['subscribers', 'export', 'letter'], '`subscribers export` cannot be run with --remote.'],
    [['status', edition, '--failed'], '`status --failed` cannot be run with --remote.'],
  ])('is refused if --remote cannot run it: %s', async (words, sentence) => {
    const { status, stderr } = await remotely(words);

    expect(status).toBe(2);
    expect(stderr).toContain(`error: ${sentence}\n`);
  });
});

describe('the token', () => {
  test('comes from a file that only its owner can read', async () => {
    const file = join(tempFolder(), 'token');
    writeFileSync(file, `${token}\n`, { mode: 0o600 });
    const read = await remotely(['status', 'letter'], { DAYBRIEF_TOKEN_FILE: file });
    chmodSync(file, 0o644);
    const refused = await remotely(['status', 'letter'], { DAYBRIEF_TOKEN_FILE: file });

    expect(read.status).toBe(0);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain(`There is no token for --remote: other users can read ${file}.`);
  });

  test('is asked for if there is none', async () => {
    const { status, stderr } = await remotely(['status', 'letter'], {});

    expect(status).toBe(3);
    expect(stderr).toContain('neither DAYBRIEF_TOKEN nor DAYBRIEF_TOKEN_FILE is set');
  });

  test('is not shown where the server refuses it', async () => {
    const wrong = 'daybrief_wrong';
    const env = { DAYBRIEF_TOKEN: wrong, LOG_LEVEL: 'debug' };
    const { status, stdout, stderr } = await remotely(['pause', edition, '--json'], env);

    expect(status).toBe(4);
    expect(stdout).toContain('TOKEN_INVALID');
    expect(stdout + stderr).not.toContain(wrong);
  });
});
