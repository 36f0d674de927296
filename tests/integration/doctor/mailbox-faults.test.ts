import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { readSeedPassword } from '../../../src/config/seed-password.ts';
import { createSeedMailboxes } from '../../../src/delivery/seeds/seed-mailboxes.ts';
import type { SeedMailbox } from '../../../src/domain/sending/seeds/seed.ts';
import { inboundMailboxesOf } from '../../../src/wire/doctor.ts';
import { matching, reportOf } from '../../support/doctor/doctor-faults.ts';
import { diagnose } from '../../support/doctor/doctor-fixture.ts';
import type { Changes } from '../../support/doctor/doctor-fixture.ts';
import { DovecotServer } from '../../support/servers/dovecot-server.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const address = 'in@seed.example';
let dovecot: DovecotServer;

beforeAll(async () => {
  dovecot = await DovecotServer.create();
});

afterAll(async () => {
  await dovecot[Symbol.asyncDispose]();
});

/** A publication with one seed in a Dovecot, whose password a variable or a file in `seeds` of the folder has. */
function seed(
  changes: Partial<SeedMailbox> = {},
  { home = '/nowhere', value = 'secret/word' }: { readonly home?: string; readonly value?: string } = {},
): Changes {
  const mailbox: SeedMailbox = {
    address,
    imap: { host: '127.0.0.1', port: dovecot.port, secure: false },
    user: 'seed',
    password: { variable: 'SEED_PASSWORD_IN' },
    folders: ['INBOX'],
    ...changes,
  };
  const seedPasswords: Record<string, string> = value === '' ? {} : { SEED_PASSWORD_IN: value };
  const mailboxes = createSeedMailboxes({
    readPassword: (one) => readSeedPassword(one, { home, seedPasswords }),
  });
  const limits = { bounced: 0.02, complained: 0.001, deferred: 0.25, failed: 0.05 };
  const canary = { share: 0.01, minutes: 10, limits, seeds: { minutes: 10, mailboxes: [mailbox] } };
  return {
    publication: { canary },
    ports: () => ({ seedFolders: (one, signal) => mailboxes.folders(one, signal) }),
  };
}

/** A folder with a file that has the password in its first line. */
function passwordFile(mode: number, text = 'secret/word\n'): string {
  const home = tempFolder();
  mkdirSync(join(home, 'seeds'));
  writeFileSync(join(home, 'seeds/in'), text);
  chmodSync(join(home, 'seeds/in'), mode);
  return home;
}

const file = { password: { file: 'in' } } as const;

const seedFaults: readonly (readonly [
  string,
  () => Changes | Promise<Changes>,
  { readonly text: RegExp; readonly fix?: RegExp },
])[] = [
  [
    'a wrong password',
    () => seed({}, { value: 'a word' }),
    { text: /^The seed in@seed\.example cannot be read at 127\.0\.0\.1:\d+, .*: the login was refused: / },
  ],
  [
    'a variable that is not set',
    () => seed({}, { value: '' }),
    {
      text: /^Editions would halt: There is no password for the seed in@seed\.example: SEED_PASSWORD_IN is not set\.$/u,
      fix: /^Set SEED_PASSWORD_IN in the environment or in \.env\.$/u,
    },
  ],
  [
    'a password file that others can read',
    () => seed(file, { home: passwordFile(0o640) }),
    { text: /: other users can read \S+\/seeds\/in\.$/u, fix: /^Run chmod 600 \S+\/seeds\/in\.$/u },
  ],
  [
    'a password file that is not there',
    () => seed({ password: { file: 'other' } }, { home: passwordFile(0o600) }),
    { text: /\/seeds\/other cannot be read: ENOENT/u, fix: /with mode 0600/u },
  ],
  [
    'a password file without a password',
    () => seed(file, { home: passwordFile(0o600, '\nsecret/word\n') }),
    { text: /\/seeds\/in is empty\.$/u, fix: /first line/u },
  ],
  [
    'a server that is not there',
    async () => seed({ imap: { host: '127.0.0.1', port: await freePort(), secure: false } }),
    { text: /: nothing listens there\.$/u },
  ],
  [
    'a server without TLS on a port that should have it',
    () => seed({ imap: { host: '127.0.0.1', port: dovecot.port, secure: true } }),
    { text: /: the server does not speak TLS on this port\.$/u },
  ],
  [
    'a folder that the mailbox does not have',
    () => seed({ folders: ['INBOX', 'Newsletters'] }),
    {
      text: /^The seed in@seed\.example has no folder Newsletters\.$/u,
      fix: /^Correct `folders` in publication\.yaml: it has .*INBOX/u,
    },
  ],
];

test.each(seedFaults)('reports a seed with %s in one sentence, with its fix', async (what, changes, text) => {
  const expected = {
    id: 'seed',
    state: 'error',
    about: address,
    text: matching(text.text),
    ...(text.fix && { fix: matching(text.fix) }),
  } as const;
  const { found, troubles, unclear, ...report } = await reportOf({
    what,
    changes: await changes(),
    expected,
  });

  expect(troubles).toEqual(report.expectedTroubles);
  expect(found).toMatchObject(report.expected);
  expect(unclear).toEqual([]);
});

test('a seed whose password is in a file of its owner alone, or in a variable, is well', async () => {
  const byFile = await diagnose(seed(file, { home: passwordFile(0o600) }));
  const byVariable = await diagnose(seed({ folders: ['inbox', 'Reading'] }));

  for (const { of, troubles } of [byFile, byVariable]) {
    expect(of('seed')).toMatchObject([{ state: 'ok', about: address }]);
    expect(troubles).toEqual([]);
  }
});

function inbound(sources: { readonly maildir?: string; readonly imapUrl?: string }): Changes {
  const { maildir, imapUrl } = sources;
  return { ports: () => ({ inboundMailboxes: inboundMailboxesOf({ inbound: { maildir, imapUrl } }) }) };
}

/** A Maildir without some of its folders. */
function maildir(...folders: readonly string[]): string {
  const path = tempFolder();
  for (const folder of folders) mkdirSync(join(path, folder));
  return path;
}

const inboundFaults: readonly (readonly [string, () => Changes | Promise<Changes>, RegExp])[] = [
  [
    'a Maildir that is not there',
    () => inbound({ maildir: join(tempFolder(), 'gone') }),
    /^Reports cannot be read from the Maildir \S+: \S+\/gone\/new does not exist\.$/u,
  ],
  ['a Maildir without `cur`', () => inbound({ maildir: maildir('new', 'tmp') }), /\/cur does not exist\.$/u],
  [
    'a file in the place of `new`',
    () => {
      const path = maildir('cur');
      writeFileSync(join(path, 'new'), '');
      return inbound({ maildir: path });
    },
    /\/new is no folder\.$/u,
  ],
  [
    'an IMAP login that is refused',
    () => inbound({ imapUrl: dovecot.url.replace('secret%2Fword', 'another') }),
    /^Reports cannot be read from the IMAP mailbox at 127\.0\.0\.1:\d+: the login was refused: /u,
  ],
  [
    'an IMAP mailbox that is not there',
    () => inbound({ imapUrl: dovecot.url.replace('/INBOX', '/Bounces') }),
    /^Reports cannot be read from the IMAP mailbox at 127\.0\.0\.1:\d+: .*Bounces/u,
  ],
  [
    'an IMAP server that is not there',
    async () => inbound({ imapUrl: `imap://bounces:word@127.0.0.1:${await freePort()}/INBOX` }),
    /: nothing listens there\.$/u,
  ],
];

test.each(inboundFaults)('reports %s in one sentence, with its fix', async (what, changes, text) => {
  const expected = { id: 'inbound-mailbox', state: 'error', text: matching(text) } as const;
  const { found, troubles, unclear, ...report } = await reportOf({
    what,
    changes: await changes(),
    expected,
  });

  expect(troubles).toEqual(report.expectedTroubles);
  expect(found).toMatchObject(report.expected);
  expect(unclear).toEqual([]);
});

test('a Maildir and an IMAP mailbox that can be read are well', async () => {
  const { of, troubles } = await diagnose(inbound({ maildir: maildir('new', 'cur'), imapUrl: dovecot.url }));

  expect(of('inbound-mailbox').map(({ state }) => state)).toEqual(['ok', 'ok']);
  expect(troubles).toEqual([]);
});
