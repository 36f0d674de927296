import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { firstEdition, ProgramHarness, publicationYaml } from '../../support/program/program-harness.ts';
import { NameServer } from '../../support/servers/name-server.ts';
import { PostfixServer } from '../../support/servers/postfix-server.ts';
import { programOf } from '../../support/servers/postfix.ts';
import { readWithMailparser } from '../../support/smtp/read-message.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);

interface MadeKey {
  readonly selector: string;
  readonly file: string;
  readonly recordName: string;
  readonly record: string;
}

/** TXT records that the name server has, by name. */
const records = new Map<string, string>();
let dns: NameServer;
let sink: SmtpSink;
let postfix: PostfixServer;
let harness: ProgramHarness;
let keys: readonly MadeKey[];

beforeAll(async () => {
  dns = await NameServer.start((type, name) => {
    const record = records.get(name);
    if (record === undefined) return 'no-such-name';
    const strings = record.match(/.{1,255}/gu) ?? [];
    return type === 'TXT' ? [{ type: 'TXT', name, data: strings }] : [];
  });
  sink = await SmtpSink.start();
  postfix = await PostfixServer.create({ relayhost: `[127.0.0.1]:${sink.port}` });
  harness = new ProgramHarness({
    relay: postfix.port,
    env: { DNS_SERVERS: dns.address, PORT: '0', DAYBRIEF_ACTOR: 'Jo Park' },
  });
  await harness.import(['reader1@example.org', 'reader2@example.org', 'reader3@example.org']);
  ({ keys } = await harness.json<{ keys: readonly MadeKey[] }>('dkim', 'init', 'letter', '--selector', 'am'));
  harness.write('digests/letter/publication.yaml', publicationYaml(...settings()));
}, 120_000);

afterAll(async () => {
  harness[Symbol.dispose]();
  await postfix[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
  await dns[Symbol.asyncDispose]();
});

/** The lines that `dkim init` says to add. */
function settings(): readonly string[] {
  return [
    'dkim:',
    ...keys.flatMap(({ selector, file }) => [`  - selector: ${selector}`, `    key: ${file}`]),
  ];
}

function publish(): void {
  for (const { recordName, record } of keys) records.set(recordName, record);
}

test('the keys are readable for their owner only, and are never replaced', async () => {
  expect(keys.map(({ selector }) => selector)).toEqual(['am-rsa', 'am-ed25519']);
  expect(keys.map(({ recordName }) => recordName)).toEqual([
    'am-rsa._domainkey.letter.example.org',
    'am-ed25519._domainkey.letter.example.org',
  ]);
  for (const { file } of keys) expect(statSync(harness.path(`data/dkim/${file}`)).mode & 0o777).toBe(0o600);
  expect(statSync(harness.path('data/dkim')).mode & 0o777).toBe(0o700);

  const again = await harness.run('dkim', 'init', 'letter', '--selector', 'am');

  expect(again.status).toBe(5);
  expect(again.stderr).toContain('already exists, and mail may be signed with it');
});

test('until the records are published nothing is approved, sent or tried', async () => {
  const check = await harness.run('dkim', 'check', 'letter');
  expect(check.status).toBe(4);
  expect(check.stdout).toContain('am-rsa._domainkey.letter.example.org: there is no such record.');
  for (const command of [
    ['approve', firstEdition],
    ['send', firstEdition, '--to-me'],
  ]) {
    const { status, stderr } = await harness.run(...command);

    expect([command, status]).toEqual([command, 3]);
    expect(stderr).toContain('receivers would find the DKIM signature wrong');
    expect(stderr).toContain('am-rsa._domainkey.letter.example.org TXT "v=DKIM1; k=rsa; p=');
  }
  expect(sink.messages).toEqual([]);

  publish();
  const { stdout } = await harness.succeed('dkim', 'check', 'letter');
  expect(stdout).toBe(
    'am-rsa._domainkey.letter.example.org: published.\nam-ed25519._domainkey.letter.example.org: published.\n',
  );
});

test('D1: every kind of mail passes, through Postfix and back, in two verifiers', async () => {
  publish();
  await harness.succeed('send', firstEdition, '--to-me');
  await harness.succeed('approve', firstEdition);
  await harness.succeed('send', firstEdition);
  const started = harness.start('start');
  await started.shows('Ctrl-C stops.');
  const url = /served at (http:\/\/127\.0\.0\.1:\d+)/u.exec(started.stderr)?.[1] ?? '';
  await signUp(url, 'new@example.org');
  await press(url, await linkTo('new@example.org', 'confirm'));
  await press(url, `${await linkTo('new@example.org', 'preferences')}/data-link`);
  await linkTo('new@example.org', 'manage');
  await started.kill('SIGTERM');

  const subjects = new Set(sink.messages.map(({ raw }) => /^Subject: (.*)$/mu.exec(raw.toString())?.[1]));
  // A proof, the edition, a confirmation, a welcome, a link to one's data.
  expect(subjects.size).toBeGreaterThanOrEqual(5);
  const folder = tempFolder();
  for (const [index, { raw }] of sink.messages.entries()) {
    expect(await verdicts(raw)).toEqual(['pass', 'pass']);
    writeFileSync(join(folder, `${index}.eml`), raw);
  }
  expect(await opendkim(folder, sink.messages.length)).toBe(sink.messages.length);
}, 180_000);

test('D6: a key that is gone, unreadable or another one refuses the send, and none leaves unsigned', async () => {
  publish();
  using other = new ProgramHarness({ relay: sink.port, env: { DNS_SERVERS: dns.address }, like: harness });
  const before = sink.messages.length;
  const [key] = keys;
  const file = `data/dkim/${key?.file ?? ''}`;
  const text = readFileSync(other.path(file), 'utf8');
  const send = async () => {
    const { status, stderr } = await other.run('send', firstEdition, '--to-me');
    return `${status} ${stderr}`;
  };

  other.write(file, text.slice(0, 400));
  expect(await send()).toMatch(/^3 .*is no private key in PEM/su);
  other.write(file, '');
  expect(await send()).toMatch(/^3 .*is no private key in PEM/su);
  other.write(file, readFileSync(other.path(`data/dkim/${keys[1]?.file ?? ''}`)));
  expect(await send()).toMatch(/^3 .*the record is of the type rsa, the key of ed25519/su);
  other.write(
    'digests/letter/publication.yaml',
    publicationYaml('dkim: { selector: am-rsa, key: gone.pem }'),
  );
  expect(await send()).toMatch(/^3 .*gone\.pem cannot be read: there is no such file/su);
  other.write(
    'digests/letter/publication.yaml',
    publicationYaml(`dkim: { selector: am-rsa, key: ${key?.file ?? ''}, domain: elsewhere.example }`),
  );
  expect(await send()).toMatch(/^3 .*signs for elsewhere\.example, and the From address is at/su);
  expect(sink.messages.length).toBe(before);
});

test('a record that goes after the approval refuses the send', async () => {
  publish();
  using other = new ProgramHarness({
    relay: sink.port,
    env: { DNS_SERVERS: dns.address },
    like: harness,
  });
  const date = '2026-11-24';
  other.write(
    `digests/letter/${date}.md`,
    readFileSync(other.path(`digests/${firstEdition}.md`), 'utf8').replace('2026-11-23', date),
  );
  await other.succeed('approve', `letter/${date}`);
  const before = sink.messages.length;
  records.clear();
  onTestFinished(publish);

  const { status, stderr } = await other.run('send', `letter/${date}`);

  expect(status).toBe(3);
  expect(stderr).toContain('there is no such record');
  expect(sink.messages.length).toBe(before);
});

async function verdicts(raw: Buffer): Promise<readonly string[]> {
  const { results } = await dkimVerify(raw, {
    resolver: (name: string) => Promise.resolve([[records.get(name) ?? '']]),
  });
  return results.map(({ status }) => status.result);
}

/** How many messages OpenDKIM finds verified by the RSA key; it knows no Ed25519. */
async function opendkim(folder: string, messages: number): Promise<number> {
  writeFileSync(
    join(folder, 'records'),
    [...records].map(([name, record]) => `${name} ${record.replaceAll(/\s/gu, '')}\n`).join(''),
  );
  writeFileSync(join(folder, 'conf'), `Mode v\nTestDNSData file:${join(folder, 'records')}\nBackground no\n`);
  const files = Array.from({ length: messages }, (_, index) => join(folder, `${index}.eml`));
  expect(files.every((file) => existsSync(file))).toBe(true);
  const { stdout, stderr } = await run(programOf('opendkim'), [
    '-x',
    join(folder, 'conf'),
    '-vv',
    '-t',
    files.join(','),
  ]);
  return `${stdout}${stderr}`.match(/verification \(s=am-rsa[^)]*\) succeeded/gu)?.length ?? 0;
}

async function signUp(url: string, email: string): Promise<void> {
  const { stamp } = (await (await fetch(`${url}/api/stamp`)).json()) as { readonly stamp: string };
  // The form is refused as filled in too fast before 1.5 s.
  await pause(1_700);
  const answer = await fetch(`${url}/api/subscribe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ publication: 'letter', email, stamp }),
  });
  expect(await answer.json()).toMatchObject({ outcome: 'thank-you' });
}

async function press(url: string, link: string): Promise<void> {
  const { status } = await fetch(link.replace('https://news.example.org', url), {
    method: 'POST',
    headers: { origin: 'https://news.example.org' },
    body: new URLSearchParams(),
  });
  expect(status).toBe(200);
}

/** Waits for a mail to the address with a link to that page. */
async function linkTo(address: string, page: string): Promise<string> {
  const pattern = new RegExp(`https://news\\.example\\.org/${page}/[\\w-]+`, 'u');
  let link: string | undefined;
  await until(`${address} has got a link to ${page}`, async () => {
    for (const { to, raw } of sink.messages) {
      if (to === address) link ??= pattern.exec((await readWithMailparser(raw)).text)?.[0];
    }
    return link !== undefined;
  });
  return link ?? '';
}
