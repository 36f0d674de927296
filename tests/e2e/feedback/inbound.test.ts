import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { commandEnv } from '../../support/program/daybrief-process.ts';
import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { PostfixServer } from '../../support/servers/postfix-server.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

const bounceDomain = 'letter.example.org';
const program = join(import.meta.dirname, '../../../bin/daybrief.js');

/** A receiving server: some addresses do not exist, some mailboxes are full, one receiver blocks us. */
function receiver(): Promise<SmtpSink> {
  return SmtpSink.start({
    rule: (address) => {
      if (address.startsWith('reader1@')) return { refuse: '550 5.1.1 No such user here', at: 'rcpt' };
      if (address.startsWith('reader2@')) return { refuse: '552 5.2.2 Mailbox is over quota', at: 'rcpt' };
      if (address.startsWith('reader3@')) {
        return { refuse: '554 5.7.1 Message rejected as spam', at: 'message' };
      }
      return undefined;
    },
  });
}

/** A relay that accepts everything, hands it on, and routes what comes back to the intake. */
function relay(receiving: SmtpSink, route: string, more: readonly string[] = [], settings = {}) {
  return PostfixServer.create(
    {
      relayhost: `[127.0.0.1]:${receiving.port}`,
      transport_maps: `inline:{ { ${bounceDomain} = ${route} } }`,
      ...settings,
    },
    more,
  );
}

async function startIntake(harness: ProgramHarness, protocol: 'smtp' | 'lmtp') {
  const intake = harness.start('inbound', `--${protocol}`, '0');
  await intake.shows('Reports come in by');
  const port = /on 127\.0\.0\.1:(\d+)/u.exec(intake.stderr)?.[1] ?? '';
  return { intake, port };
}

function feedbackOf(harness: ProgramHarness) {
  return harness.query(
    `select canonical, class, feedback.reason, feedback.times, subscriptions.state from feedback
     join subscribers on subscribers.id = feedback.subscriber_id
     join subscriptions on subscriptions.subscriber_id = subscribers.id order by canonical`,
  );
}

const expected = [
  { canonical: 'reader1@example.org', class: 'hard', reason: 'bad-address', times: 1, state: 'suppressed' },
  { canonical: 'reader2@example.org', class: 'soft', reason: 'full', times: 1, state: 'active' },
  { canonical: 'reader3@example.org', class: 'blocked', reason: 'reputation', times: 1, state: 'active' },
];

async function sendTo(harness: ProgramHarness, postfix: PostfixServer): Promise<void> {
  await harness.prepare(6);
  const env = { ...harness.env, SMTP_URL: `smtp://127.0.0.1:${postfix.port}` };
  const sending = spawn(process.execPath, [program, 'send', firstEdition], {
    cwd: harness.folder,
    env: commandEnv(env),
    stdio: 'ignore',
  });
  const [status] = (await once(sending, 'exit')) as [number];
  expect(status).toBe(0);
}

describe('Postfix bounces what a receiver refuses', () => {
  test.each(['smtp', 'lmtp'] as const)('and the intake takes the bounces by %s', async (protocol) => {
    using harness = new ProgramHarness();
    await using receiving = await receiver();
    const { intake, port } = await startIntake(harness, protocol);
    const lmtp = 'lmtp unix - - n - - lmtp';
    await using postfix = await relay(receiving, `${protocol}:[127.0.0.1]:${port}`, [lmtp]);

    await sendTo(harness, postfix);
    await until('three bounces are recorded', () => harness.number('select count(*) from feedback') === 3);
    await until('Postfix has nothing left', () => postfix.queued === 0);

    expect(feedbackOf(harness)).toEqual(expected);
    const { stdout } = await harness.succeed('status', firstEdition);
    expect(stdout).toContain('6 intended = 6 accepted + 0 failed + 0 suppressed + 0 uncertain');
    expect(stdout).toContain('6 accepted = 3 no report + 3 bounced + 0 complained');
    expect((await harness.succeed('explain', 'reader1@example.org')).stdout).toContain('bounced, hard');
    expect((await harness.succeed('outcomes', 'letter')).stdout).toContain('bounced, soft');
    expect((await intake.kill('SIGTERM')).status).toBe(0);
  });

  test('and the intake reads the bounces from a Maildir', async () => {
    using harness = new ProgramHarness();
    await using receiving = await receiver();
    const base = mkdtempSync(join(tmpdir(), 'daybrief-maildir-'));
    chmodSync(base, 0o777);
    await using postfix = await relay(receiving, 'virtual:', ['virtual unix - n n - - virtual'], {
      virtual_mailbox_domains: bounceDomain,
      virtual_mailbox_base: base,
      virtual_mailbox_maps: 'static:bounces/',
      virtual_uid_maps: 'static:65534',
      virtual_gid_maps: 'static:65534',
      virtual_minimum_uid: '1',
    });

    await sendTo(harness, postfix);
    const maildir = join(base, 'bounces');
    await until('three bounces are delivered', () => filesIn(join(maildir, 'new')).length === 3);
    const intake = harness.start('inbound', '--maildir', maildir);
    await until('three bounces are recorded', () => harness.number('select count(*) from feedback') === 3);
    await until('all are marked as seen', () => filesIn(join(maildir, 'cur')).length === 3);

    expect(feedbackOf(harness)).toEqual(expected);
    expect(filesIn(join(maildir, 'new'))).toEqual([]);
    expect((await intake.kill('SIGTERM')).status).toBe(0);
    rmSync(base, { recursive: true });
  });

  test('and the intake takes the bounces from a pipe', async () => {
    using harness = new ProgramHarness();
    await using receiving = await receiver();
    await harness.prepare(6);
    // Postfix runs no command as root, so the data belong to the account that the pipe uses.
    mkdirSync(harness.path('data'), { recursive: true });
    chmodSync(harness.folder, 0o777);
    execFileSync('chown', ['-R', 'nobody', harness.path('data')]);
    const variables = Object.entries({ ...harness.env, TZ: 'UTC' }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const command = ['/usr/bin/env', ...variables, process.execPath, program].join(' ');
    const pipe = `reports unix - n n - 2 pipe flags=Rq user=nobody directory=${harness.folder} argv=${command} inbound --stdin --sender \${sender} --recipient \${recipient}`;
    await using postfix = await relay(receiving, 'reports:', [pipe]);

    await sendAgain(harness, postfix);
    await until('three bounces are recorded', () => harness.number('select count(*) from feedback') === 3);

    expect(feedbackOf(harness)).toEqual(expected);
    await until('Postfix has nothing left', () => postfix.queued === 0);
  });
});

async function sendAgain(harness: ProgramHarness, postfix: PostfixServer): Promise<void> {
  const env = { ...harness.env, SMTP_URL: `smtp://127.0.0.1:${postfix.port}` };
  const sending = spawn(process.execPath, [program, 'send', firstEdition], {
    cwd: harness.folder,
    env: commandEnv(env),
    stdio: 'ignore',
  });
  await once(sending, 'exit');
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
