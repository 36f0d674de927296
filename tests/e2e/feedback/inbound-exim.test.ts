import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { firstEdition, ProgramHarness } from '../../support/program/program-harness.ts';
import { EximServer } from '../../support/servers/exim-server.ts';
import type { EximRoute } from '../../support/servers/exim-server.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

const bounceDomain = 'letter.example.org';
const program = join(import.meta.dirname, '../../../bin/daybrief.js');

const refusals: Readonly<Record<string, string>> = {
  'reader1@example.org': '550 5.1.1 No such user here',
  'reader2@example.org': '552 5.2.2 Mailbox is over quota',
  'reader3@example.org': '554 5.7.1 Message rejected as spam',
};

function receiver(): Promise<SmtpSink> {
  return SmtpSink.start({
    rule: (address) => {
      const refuse = refusals[address];
      return refuse === undefined ? undefined : { refuse, at: 'rcpt' };
    },
  });
}

async function bounce(harness: ProgramHarness, route: EximRoute): Promise<void> {
  await using receiving = await receiver();
  await using exim = await EximServer.create({ receiver: receiving.port, bounceDomain, route });
  const env = { ...harness.env, SMTP_URL: `smtp://127.0.0.1:${exim.port}` };
  Object.assign(harness.env, env);
  await harness.succeed('send', firstEdition);
  await until('three bounces are recorded', () => harness.number('select count(*) from feedback') === 3);
  await until('Exim has nothing left', () => exim.queued === 0);
  const rows = harness.query(
    `select canonical, class, feedback.reason, subscriptions.state from feedback
     join subscribers on subscribers.id = feedback.subscriber_id
     join subscriptions on subscriptions.subscriber_id = subscribers.id order by canonical`,
  );
  expect(rows).toEqual([
    { canonical: 'reader1@example.org', class: 'hard', reason: 'bad-address', state: 'suppressed' },
    { canonical: 'reader2@example.org', class: 'soft', reason: 'full', state: 'active' },
    { canonical: 'reader3@example.org', class: 'blocked', reason: 'reputation', state: 'active' },
  ]);
  const { stdout } = await harness.succeed('status', firstEdition);
  expect(stdout).toContain('6 accepted = 3 no report + 3 bounced + 0 complained');
}

describe('Exim bounces what a receiver refuses', () => {
  test.each(['smtp', 'lmtp'] as const)('and the intake takes the bounces by %s', async (protocol) => {
    using harness = new ProgramHarness();
    await harness.prepare(6);
    const intake = harness.start('inbound', `--${protocol}`, '0');
    await intake.shows('Reports come in by');
    const port = Number(/on 127\.0\.0\.1:(\d+)/u.exec(intake.stderr)?.[1]);

    await bounce(harness, { protocol, port });

    expect((await intake.kill('SIGTERM')).status).toBe(0);
  });

  test('and the intake takes the bounces from a pipe', async () => {
    using harness = new ProgramHarness();
    await harness.prepare(6);
    // The pipe runs under another account than the commands.
    mkdirSync(harness.path('data'), { recursive: true });
    chmodSync(harness.folder, 0o777);
    execFileSync('chown', ['-R', 'Debian-exim', harness.path('data')]);
    const variables = Object.entries({ ...harness.env, TZ: 'UTC' }).map(
      ([name, value]) => `${name}=${value}`,
    );
    // Exim passes envelope addresses in the environment; in arguments it refuses what came from outside.
    const command = `exec ${process.execPath} ${program} inbound --stdin`;
    const envelope = String.raw`--sender "\$SENDER" --recipient "\$RECIPIENT"`;
    const pipe = ['/usr/bin/env', ...variables, '/bin/sh', '-c', `'${command} ${envelope}'`];

    await bounce(harness, { pipe, folder: harness.folder });
    expect(harness.number('select count(*) from kept_messages')).toBe(0);
  });
});
