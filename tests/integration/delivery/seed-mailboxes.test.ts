import { afterEach, beforeEach, expect, test } from 'vitest';

import { createSeedMailboxes } from '../../../src/delivery/seeds/seed-mailboxes.ts';
import type { SeedMailbox } from '../../../src/domain/sending/seeds/seed.ts';
import { DovecotServer } from '../../support/servers/dovecot-server.ts';

const unsubscribeUrl = 'https://news.example.org/unsubscribe/sealed';
const sought = {
  messageId: 'today@letter.example.org',
  unsubscribeUrl,
  date: 'Tue, 24 Nov 2026 06:00:07 +0000',
};

let dovecot: DovecotServer;

beforeEach(async () => {
  dovecot = await DovecotServer.create();
});

afterEach(async () => {
  await dovecot[Symbol.asyncDispose]();
});

/** Each edition has the same unsubscribe link at a seed. */
function edition(messageId: string, date: string, text: string): string {
  return [
    `Message-ID: <${messageId}>`,
    `Date: ${date}`,
    `List-Unsubscribe: <${unsubscribeUrl}>`,
    'Subject: The Letter',
    '',
    text,
    '',
  ].join('\r\n');
}

async function find(folders: readonly string[] = ['INBOX']) {
  const mailbox: SeedMailbox = {
    address: 'in@seed.example',
    imap: { host: '127.0.0.1', port: dovecot.port, secure: false },
    user: 'seed',
    password: { variable: 'SEED_PASSWORD_IN' },
    folders,
  };
  const mailboxes = createSeedMailboxes({ readPassword: () => 'secret/word' });
  const found = await mailboxes.find(mailbox, sought, new AbortController().signal);
  return found && { folder: found.folder, isJunk: found.isJunk, text: Buffer.from(found.raw).toString() };
}

test('an edition of another day is not taken for the one that has not arrived', async () => {
  dovecot.deliver(edition('yesterday@letter.example.org', 'Mon, 23 Nov 2026 06:00:07 +0000', 'Yesterday.'));

  expect(await find()).toBeUndefined();
});

test('an edition in the junk folder is found beside those of other days in the inbox', async () => {
  dovecot.deliver(edition('yesterday@letter.example.org', 'Mon, 23 Nov 2026 06:00:07 +0000', 'Yesterday.'));
  dovecot.deliver(edition(sought.messageId, sought.date, 'Today.'), 'Junk');

  expect(await find()).toMatchObject({
    folder: 'Junk',
    isJunk: true,
    text: expect.stringContaining('Today.') as string,
  });
});

test('a message whose Message-ID a relay replaced is found by its link and its date', async () => {
  dovecot.deliver(edition('yesterday@letter.example.org', 'Mon, 23 Nov 2026 06:00:07 +0000', 'Yesterday.'));
  dovecot.deliver(edition('0100018f@relay.example', sought.date, 'Today.'), 'Reading');

  expect(await find()).toMatchObject({
    folder: 'Reading',
    isJunk: false,
    text: expect.stringContaining('Today.') as string,
  });
});

test('a message whose Message-ID and date a relay replaced is found by its link', async () => {
  dovecot.deliver(edition('yesterday@letter.example.org', 'Mon, 23 Nov 2026 06:00:07 +0000', 'Yesterday.'));
  dovecot.deliver(edition('0100018f@relay.example', 'Tue, 24 Nov 2026 06:00:09 +0000', 'Today.'));

  expect(await find()).toMatchObject({ text: expect.stringContaining('Today.') as string });
});

test('another edition of the same second is not taken for the one that has not arrived', async () => {
  dovecot.deliver(edition('other@letter.example.org', sought.date, 'Another.'));

  expect(await find()).toBeUndefined();
});
