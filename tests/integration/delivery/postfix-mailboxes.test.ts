import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { simpleParser } from 'mailparser';
import { expect, onTestFinished, test } from 'vitest';

import { PostfixServer } from '../../support/postfix-server.ts';
import type { PostfixSettings } from '../../support/postfix-server.ts';
import { kindsOf, patient, relaysTo } from '../../support/relays-fixture.ts';
import { messageTo, relayTo } from '../../support/smtp-client.ts';
import { until } from '../../support/until.ts';

/** `MAILBOX_MESSAGES=10000` for the full number. */
const count = Number(process.env['MAILBOX_MESSAGES'] ?? 200);

const certificate = fileURLToPath(new URL('../../fixtures/tls/cert.pem', import.meta.url));
const key = fileURLToPath(new URL('../../fixtures/tls/key.pem', import.meta.url));

const cases: readonly (readonly [string, PostfixSettings, { readonly caFile?: string }])[] = [
  ['PIPELINING', { smtpd_discard_ehlo_keywords: 'chunking' }, {}],
  ['CHUNKING', {}, {}],
  ['neither', { smtpd_discard_ehlo_keywords: 'chunking, pipelining' }, {}],
  [
    'STARTTLS and CHUNKING',
    { smtpd_tls_security_level: 'encrypt', smtpd_tls_chain_files: `${key}, ${certificate}` },
    { caFile: certificate },
  ],
];

test.each(cases)(
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
    const texts = new Map(
      Array.from({ length: count }, (_, index) => [`p${index}@example.org`, textOf(index)]),
    );

    const answers = new Map();
    const waiting = [...texts];
    const sending: Promise<void>[] = [];
    while (waiting.length > 0)
      for (const session of await relays.acquire(waiting.length, patient)) {
        const [to, text] = waiting.shift() as [string, string];
        sending.push(session.send(messageTo(to, text)).then((answer) => void answers.set(to, answer)));
      }
    await Promise.all(sending);
    await until('Postfix has delivered everything', () => postfix.queued === 0);

    expect(kindsOf(answers)).toEqual(['accepted']);
    const arrived = new Set<string>();
    for (const file of readdirSync(join(mailboxes, 'all/new'))) {
      const stored = readFileSync(join(mailboxes, 'all/new', file), 'latin1');
      const to = /^X-Original-To: (.*)$/mu.exec(stored)?.[1] ?? '';
      const text = texts.get(to) ?? '';
      const sent = Buffer.concat(messageTo(to, text).message).toString('latin1').replaceAll('\r\n', '\n');
      expect(stored.endsWith(`\n${sent}`), `${to}: ${stored}`).toBe(true);
      expect((await simpleParser(stored)).text?.trimEnd()).toBe(text.replaceAll('\r\n', '\n'));
      arrived.add(to);
    }
    expect(arrived).toEqual(new Set(texts.keys()));
    expect(readdirSync(join(mailboxes, 'all/new'))).toHaveLength(count);
  },
);

/** Of many sizes: some need more than one packet. No line begins with a dot, see `Outgoing`. */
function textOf(index: number): string {
  const line = `Line ${index} of the harbour news, with "quotes" and = signs.`;
  return Array.from({ length: 1 + ((index * 7) % 900) }, () => line).join('\r\n');
}

/** For the account that Postfix delivers with. */
function mailboxFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-mailboxes-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o777);
  mkdirSync(join(folder, 'all'));
  chmodSync(join(folder, 'all'), 0o777);
  return folder;
}
