import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ProgramHarness } from '../../support/program/program-harness.ts';
import {
  copyReleaseHome,
  pinnedMailTo,
  releaseSecrets,
  restorePostgres,
  restoreSqlite,
  urlOf,
} from '../../support/release/release-fixture.ts';
import { clockAt, pageUrls } from '../../support/release/release-harness.ts';
import { PostgresServer } from '../../support/servers/postgres-server.ts';
import { runAlone, withDatabase } from '../../support/servers/postgres.ts';
import { fieldsNamed, readRaw } from '../../support/smtp/read-message.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { until } from '../../support/until.ts';

/**
 * A harness whose database version 0.1 left behind, migrated. One edition is half sent and paused; every
 * command starts after its retries are due and before it expires.
 */
const halfSent = 'letter/2026-11-24';
const env = {
  ...clockAt('2026-11-24T07:30Z'),
  BASE_URL: 'https://news.example.org',
  DAYBRIEF_SECRET: releaseSecrets.join(','),
  PORT: '0',
};
/** Whom the half-sent edition, the open mails and the open signup are still sent to. */
const remaining = [
  'busy@example.org',
  'hugo@example.org',
  'joerg@xn--bcher-kva.example',
  'lou@example.org',
  'nat@example.org',
  'silent@example.org',
  'tao@example.org',
  'uma@example.org',
];
const upgraded = new ProgramHarness({ env });

beforeAll(async () => {
  copyReleaseHome(upgraded.folder);
  restoreSqlite(upgraded.path('data/daybrief.db'));
  await upgraded.succeed('migrate');
});

afterAll(() => upgraded[Symbol.dispose]());

test('`status` and `explain` report what version 0.1 recorded', async () => {
  const status = await upgraded.succeed('status', halfSent);
  const erased = await upgraded.json('explain', 'zoe@example.org');
  const deferred = await upgraded.json('explain', 'busy@example.org');

  expect(status.stdout).toContain(`${halfSent}: paused, revision 1`);
  expect(status.stdout).toContain(
    '8 intended = 2 accepted + 0 failed + 0 suppressed + 0 uncertain + 6 pending',
  );
  expect(erased).toMatchObject({ suppressed: true, known: false });
  expect(deferred).toMatchObject({
    suppressed: false,
    deliveries: [{ date: '2026-11-24', state: 'deferred' }, { date: '2026-11-23' }],
  });
});

describe('after `resume` and `worker`', () => {
  let sink: SmtpSink;
  let resumed: ProgramHarness;

  beforeAll(async () => {
    sink = await SmtpSink.start();
    resumed = new ProgramHarness({ like: upgraded, relay: sink.port, env });
    await resumed.succeed('resume', halfSent);
    const worker = resumed.start('worker');
    await until('the edition is sent and no signup or mail is open', () => isDone(resumed));
    await worker.kill('SIGTERM');
  });

  afterAll(async () => {
    resumed[Symbol.dispose]();
    await sink[Symbol.asyncDispose]();
  });

  test('each remaining recipient of the half-sent edition has one copy, and each open mail is sent', () => {
    expect(sink.messages.map(({ to }) => to).toSorted()).toEqual(remaining);
  });

  test('the ledger of the half-sent edition balances, with the delivery that was in flight uncertain', async () => {
    const { stdout } = await resumed.succeed('status', halfSent);

    expect(stdout).toContain('8 intended = 7 accepted + 0 failed + 0 suppressed + 1 uncertain');
    expect(await resumed.json('explain', 'finn@example.org')).toMatchObject({
      deliveries: [{ date: '2026-11-24', state: 'uncertain' }, { date: '2026-11-23' }],
    });
  });

  test.each([
    { address: 'busy@example.org', nth: 2, what: 'a deferred delivery' },
    { address: 'nat@example.org', nth: 1, what: 'an uncertain confirmation mail' },
    { address: 'tao@example.org', nth: 1, what: 'a deferred confirmation mail' },
  ])('the next attempt at $what has the Message-ID and links of the first', async ({ address, nth }) => {
    const raw = sink.messages.find(({ to }) => to === address)?.raw ?? Buffer.alloc(0);

    const first = pinnedMailTo(address, nth);
    expect(fieldsNamed(readRaw(raw), 'Message-ID')).toEqual([first.messageId]);
    expect(await pageUrls(raw)).toEqual(first.urls);
  });
});

test('`resume` and `worker` serve the same recipients from the PostgreSQL database of version 0.1', async () => {
  await using server = await PostgresServer.create();
  await runAlone(server.url, ['create database release']);
  const url = withDatabase(server.url, 'release');
  await restorePostgres(url);
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({
    like: upgraded,
    relay: sink.port,
    env: { ...env, DATABASE_URL: url },
  });

  await harness.succeed('migrate');
  await harness.succeed('resume', halfSent);
  const worker = harness.start('worker');
  await sink.taken(remaining.length);
  await worker.kill('SIGTERM');

  expect(sink.messages.map(({ to }) => to).toSorted()).toEqual(remaining);
  const { stdout } = await harness.succeed('status', halfSent);
  expect(stdout).toContain('8 intended = 7 accepted + 0 failed + 0 suppressed + 1 uncertain');
});

test('`send` publishes an edition that version 0.1 approved, to those who are active', async () => {
  await using sink = await SmtpSink.start();
  using harness = new ProgramHarness({ like: upgraded, relay: sink.port, env });

  const sent = await harness.succeed('send', 'letter/2026-11-25', '--early', '--as-approved');

  expect(sent.stdout).toContain('8 intended = 8 accepted');
  expect(sink.copies.has('zoe@example.org')).toBe(false);
  expect(sink.copies.has('gone@example.org')).toBe(false);
  expect(sink.copies.has('eve@example.org')).toBe(false);
});

test('links in mail that version 0.1 sent open their pages, under the older and the newer secret', async () => {
  using harness = new ProgramHarness({ like: upgraded, env });
  const { open, press } = await openPages(harness);

  const older = await press(urlOf(pinnedMailTo('bob@example.org', 1), 'unsubscribe'));
  const newer = await press(urlOf(pinnedMailTo('ada@example.org', 3), 'unsubscribe'));
  const olderPreferences = await open(urlOf(pinnedMailTo('eve@example.org', 1), 'preferences'));
  const newerPreferences = await open(urlOf(pinnedMailTo('lou@example.org', 2), 'preferences'));
  const confirmed = await press(urlOf(pinnedMailTo('kim@example.org', 1), 'confirm'));
  const managed = await open(urlOf(pinnedMailTo('ada@example.org', 2), 'manage'));

  const answers = [older, newer, olderPreferences, newerPreferences, confirmed, managed];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await olderPreferences.text()).toContain('Eve Doe');
  expect(await managed.text()).toContain('ada@example.org');
  expect(stateOf(harness, 'bob@example.org')).toBe('unsubscribed');
  expect(stateOf(harness, 'ada@example.org')).toBe('unsubscribed');
  expect(stateOf(harness, 'kim@example.org')).toBe('active');
});

test('the archive shows an edition that version 0.1 sent, with its image', async () => {
  using harness = new ProgramHarness({ like: upgraded, env });
  const { open } = await openPages(harness);

  const page = await open('https://news.example.org/p/letter/archive/2026-11-23');
  const html = await page.text();
  const image = await open(/src="([^"]*\/images\/[^"]+)"/u.exec(html)?.[1] ?? '');

  expect(page.status).toBe(200);
  expect(html).toContain('The storms are early');
  expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/png']);
});

function isDone(harness: ProgramHarness): boolean {
  const query = `select (select count(*) from editions where date = '2026-11-24' and state = 'sent')
    and not exists (select 1 from signups where done = 0) and not exists (select 1 from mails where done = 0)`;
  return harness.number(query) === 1;
}

function stateOf(harness: ProgramHarness, address: string): string | undefined {
  const [row] = harness.query<{ readonly state: string }>(
    `select state from subscriptions
     join subscribers on subscribers.id = subscriber_id
     join publications on publications.id = publication_id
     where address = ? and slug = 'letter'`,
    address,
  );
  return row?.state;
}

/** The URLs of mail, opened where `daybrief web` serves them on this machine. */
async function openPages(harness: ProgramHarness) {
  const server = harness.start('web');
  await server.shows('Ctrl-C stops.');
  const site = /served at (http:\/\/127\.0\.0\.1:\d+)/u.exec(server.stderr)?.[1] ?? '';
  const here = (url: string) => new URL(url.replace('https://news.example.org', site), site);
  return {
    open: (url: string) => fetch(here(url)),
    /** What a mail program sends for its own button (RFC 8058). */
    press: (url: string) =>
      fetch(here(url), {
        method: 'POST',
        body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
        redirect: 'manual',
      }),
  };
}
