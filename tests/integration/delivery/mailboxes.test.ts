import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { EximServer } from '../../support/servers/exim-server.ts';
import type { EximSettings } from '../../support/servers/exim-server.ts';
import { PostfixServer } from '../../support/servers/postfix-server.ts';
import type { PostfixSettings } from '../../support/servers/postfix-server.ts';
import { expectMailbox, mailboxTexts, sendTexts } from '../../support/smtp/mailbox-check.ts';
import { kindsOf, relaysTo } from '../../support/smtp/relays-fixture.ts';
import { relayTo } from '../../support/smtp/smtp-client.ts';
import { until } from '../../support/until.ts';

const certificate = fileURLToPath(new URL('../../fixtures/tls/cert.pem', import.meta.url));
const key = fileURLToPath(new URL('../../fixtures/tls/key.pem', import.meta.url));

type Case<Settings> = readonly [string, Settings, { readonly caFile?: string }];

const postfixCases: readonly Case<PostfixSettings>[] = [
  ['PIPELINING', { smtpd_discard_ehlo_keywords: 'chunking' }, {}],
  ['CHUNKING', {}, {}],
  ['neither', { smtpd_discard_ehlo_keywords: 'chunking, pipelining' }, {}],
  [
    'STARTTLS and CHUNKING',
    { smtpd_tls_security_level: 'encrypt', smtpd_tls_chain_files: `${key}, ${certificate}` },
    { caFile: certificate },
  ],
];

test.each(postfixCases)(
  'with %s every message is in the mailboxes of Postfix once, octet for octet',
  async (_what, settings, relay) => {
    const mailboxes = mailboxFolder();
    await using postfix = await PostfixServer.create(
      {
        ...settings,
        // Otherwise it adds the header fields that these small messages lack.
        local_header_rewrite_clients: '',
        virtual_mailbox_domains: 'example.org',
        virtual_mailbox_base: mailboxes,
        virtual_mailbox_maps: 'static:all/',
        virtual_uid_maps: 'static:65534',
        virtual_gid_maps: 'static:65534',
      },
      ['virtual unix - n n - - virtual'],
    );
    await using relays = relaysTo([relayTo(postfix.port, { sessions: 5, messages: 1_000, ...relay })]);
    const texts = mailboxTexts();

    const answers = await sendTexts(relays, texts);
    await until('Postfix has delivered everything', () => postfix.queued === 0);

    expect(kindsOf(answers)).toEqual(['accepted']);
    await expectMailbox(join(mailboxes, 'all/new'), texts, { recipientField: 'X-Original-To' });
  },
);

const eximCases: readonly Case<EximSettings>[] = [
  ['PIPELINING', { chunking_advertise_hosts: '' }, {}],
  ['CHUNKING', { chunking_advertise_hosts: '*' }, {}],
  ['neither', { chunking_advertise_hosts: '', pipelining_advertise_hosts: '' }, {}],
];

test.each(eximCases)(
  'with %s every message is in the mailboxes of Exim once, octet for octet',
  async (_what, settings, relay) => {
    await using exim = await EximServer.create({ mailbox: settings });
    await using relays = relaysTo([relayTo(exim.port, { sessions: 5, messages: 1_000, ...relay })]);
    const texts = mailboxTexts();

    const answers = await sendTexts(relays, texts);
    await until('Exim has delivered everything', () => exim.queued === 0);

    expect(kindsOf(answers)).toEqual(['accepted']);
    await expectMailbox(exim.mailbox, texts, { recipientField: 'Envelope-to' });
  },
);

/** For the account that Postfix delivers with. */
function mailboxFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-mailboxes-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o777);
  mkdirSync(join(folder, 'all'));
  chmodSync(join(folder, 'all'), 0o777);
  return folder;
}
