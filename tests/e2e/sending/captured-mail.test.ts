import { cpSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ProgramHarness } from '../../support/program/program-harness.ts';
import { header, mailRules } from '../../support/smtp/mail-rules.ts';
import { decodeBody, readParts, readWithMailparser } from '../../support/smtp/read-message.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import type { Behaviour, SunkMessage } from '../../support/smtp/smtp-sink.ts';

/** Two editions on their way at once, from two processes, to people with every kind of name. */
const sample = 'sample/2026-11-23';
const hostile = 'sample/2026-11-24';
const sender = {
  domain: 'example.org',
  fromAddress: 'kettle@example.org',
  listId: 'first-kettle.example.org',
  baseUrl: 'https://news.example.org',
};

const hostileSubject = 'Доброе утро 🌅 {{subject} </title> =?utf-8?Q?x?=';
const hostileDigest = `---
date: 2026-11-24
subject: "${hostileSubject}"
preheader: "{{{constructor} и <script>alert(1)</script>, صباح الخير"
editor: "{{editor}"
---
Доброе утро. Сегодня вторник, и штормы начались рано. \`{{name}}\`

## 1 big thing: Штормы </script> {{headline}

Линии стоят, операторы ждут. <svg onload=alert(1)> \`{{#each this}}x{{/each}}\`

.Точка в начале строки.

**Why it matters:** Никто не обещает, что свет не погаснет.

[Прочитайте, как готовятся операторы](https://example.org/история?a=1&b={{c}})
`;

/** Addresses as the wire has them, with the names that belong to them. */
const recipients: Readonly<Record<string, string>> = {
  'ada@example.org': 'Ada Lovelace',
  'oneill@example.org': `"O'Neill", Jo <jo@example.net>`,
  'zoe@example.org': 'Zoë 👩‍🚀 مرحبا',
  'curly@example.org': '{{name}}</p><script>alert(1)</script>',
  'two-lines@example.org': 'Two\r\nBcc: victim@example.net',
  [`${'long'.repeat(16)}@example.org`]: 'x'.repeat(100),
  'nameless@example.org': '',
  'jo@xn--bcher-kva.example': 'An international domain',
  'busy@example.org': 'Refused for the moment',
  'later@example.org': 'Refused after the content',
  'silent@example.org': 'Gets no answer',
  'cut@example.org': 'Cut off',
  'gone@example.org': 'Is not there',
  'jörg@example.org': 'Needs SMTPUTF8',
};

const commands: string[] = [];
let sink: SmtpSink;
let harness: ProgramHarness;

beforeAll(async () => {
  sink = await SmtpSink.start({
    rule: trouble,
    onCommand: (line) => commands.push(line),
    server: { hideSMTPUTF8: true },
  });
  harness = new ProgramHarness({
    relay: `${sink.port}?sessions=4`,
    env: { INBOUND_UNSUBSCRIBE: 'yes' },
  });
  cpSync(join(import.meta.dirname, '../../../digests/sample'), harness.path('digests/sample'), {
    recursive: true,
  });
  harness.write(`digests/${hostile}.md`, hostileDigest);
  const rows = Object.entries(recipients).map(
    ([address, name]) => `${address.replace('xn--bcher-kva', 'bücher')},"${name.replaceAll('"', '""')}"\n`,
  );
  harness.write('people.csv', `email,name\n${rows.join('')}`);
  await harness.succeed('subscribers', 'import', 'sample', 'people.csv');
  for (const edition of [sample, hostile]) await harness.succeed('approve', edition);
  // Ends with 7: the catcher refuses more than one in a hundred for other reasons than the address.
  await Promise.all([sample, hostile].map((edition) => harness.run('send', edition)));
});

afterAll(async () => {
  harness[Symbol.dispose]();
  await sink[Symbol.asyncDispose]();
});

test.each(mailRules)('$says', async (rule) => {
  const found = await Promise.all(sink.messages.map(async (message) => rule.broken(message, sender)));

  expect(sink.messages.length).toBeGreaterThan(20);
  expect(found.flat()).toEqual([]);
});

describe('each edition', () => {
  test('reaches every deliverable recipient once, apart from copies that were in doubt', () => {
    const reachable = Object.keys(recipients).filter((address) => !/^(?:gone|jörg)@/u.test(address));
    const doubtful = (address: string) => Number(address.startsWith('silent@'));

    for (const subject of [sampleSubject, hostileSubject]) {
      const copies = sink.messages.filter((message) => subjectOf(message) === subject);
      const expected = reachable.flatMap((address) =>
        Array.from({ length: 1 + doubtful(address) }, () => address),
      );
      expect(copies.map(({ to }) => to).toSorted()).toEqual(expected.toSorted());
    }
  });

  test.each([sample, hostile])(
    '%s: with the slots taken out, what was approved is what went out',
    (edition) => {
      const date = edition.split('/')[1];
      const [approved] = harness.query<{ html: string; text: string; subject: string }>(
        'select html, text, revisions.subject from revisions join editions on id = edition_id where date = ?',
        date,
      );
      const copies = sink.messages.filter((message) => subjectOf(message) === approved?.subject);

      expect(copies.length).toBeGreaterThan(10);
      for (const { raw, to } of copies) {
        const bodies = readParts(raw).map(decodeBody);
        for (const [index, body] of bodies.entries()) {
          const run = (index === 0 ? approved?.text : approved?.html) ?? '[]';
          const { address, ...links } = slotsOf(run, body) ?? {};
          expect(address).toMatch(new RegExp(`${to}$`, 'u'));
          expect(links).toMatchObject({ unsubscribeUrl: unsubscribeOf(raw) });
        }
      }
    },
  );

  test('gives each person links and identifiers of their own', () => {
    const first = new Map(sink.messages.map((message) => [`${message.to} ${subjectOf(message)}`, message]));
    const all = [...first.values()];

    for (const read of [unsubscribeOf, (raw: Buffer) => header(raw, 'Message-ID')]) {
      expect(new Set(all.map(({ raw }) => read(raw))).size).toBe(all.length);
    }
    expect(new Set(all.map(({ from }) => from)).size).toBe(all.length);
  });

  test('says to each person their own name as text, whatever it holds, and adds no recipient', async () => {
    for (const message of sink.messages) {
      const { to } = await readWithMailparser(message.raw);
      const name = recipients[message.to]?.replace('\r\n', ' ') ?? '';

      expect(to).toEqual([{ name, address: message.to }]);
      for (const body of readParts(message.raw).map(decodeBody)) expect(body).not.toContain('<script>');
    }
  });
});

test('H4: a message is the same message when it is sent again after a temporary refusal or a lost answer', () => {
  expect(sink.refused.map(({ to }) => to)).toEqual(['later@example.org', 'later@example.org']);
  for (const address of ['later@example.org', 'silent@example.org']) {
    for (const subject of [sampleSubject, hostileSubject]) {
      const copies = [...sink.messages, ...sink.refused].filter(
        (message) => message.to === address && subjectOf(message) === subject,
      );

      expect(copies).toHaveLength(2);
      expect(new Set(copies.map(({ raw }) => header(raw, 'Message-ID'))).size).toBe(1);
      expect(new Set(copies.map(({ raw }) => unsubscribeOf(raw))).size).toBe(1);
    }
  }
});

test('E3: recipients are named in ASCII, their domains in A-labels', () => {
  const named = commands.filter((line) => line.startsWith('RCPT'));

  expect(named).toContain('RCPT TO:<jo@xn--bcher-kva.example>');
  expect(named.filter((line) => !/^RCPT TO:<[\x21-\x7e]+>$/u.test(line))).toEqual([]);
});

test('E3: a local part that needs SMTPUTF8 is recorded as needing it and never tried', async () => {
  const { deliveries } = await harness.json<{ deliveries: { state: string; reason: string }[] }>(
    'explain',
    'jörg@example.org',
  );

  expect(deliveries.map(({ state, reason }) => ({ state, reason }))).toEqual([
    { state: 'failed', reason: 'needs-smtputf8' },
    { state: 'failed', reason: 'needs-smtputf8' },
  ]);
  const { suppressed } = await harness.json('subscribers', 'show', 'jörg@example.org');
  expect(suppressed).toBe(false);
});

const sampleSubject = 'Grid operators go it alone on storms';

/** Senders whose first message met with trouble: each edition has another sender for each person. */
const troubled = new Set<string>();

/** Trouble comes once for each edition, whichever of the two is sent first or again first. */
function trouble(address: string, _times: number, from: string): Behaviour | undefined {
  if (address.startsWith('gone@')) return { refuse: '550 5.1.1 No such user', at: 'rcpt' };
  if (troubled.has(from)) return undefined;
  if (address in recipients) troubled.add(from);
  if (address.startsWith('busy@')) return { refuse: '451 4.3.2 Busy', at: 'rcpt' };
  if (address.startsWith('later@')) return { refuse: '451 4.3.0 Try again', at: 'message' };
  if (address.startsWith('silent@')) return { breakOff: 'after-dot' };
  if (address.startsWith('cut@')) return { breakOff: 'at-rcpt' };
  return undefined;
}

function subjectOf({ raw }: SunkMessage): string {
  return raw.includes('Subject: Grid operators') ? sampleSubject : hostileSubject;
}

/** The page in `List-Unsubscribe`, without the mail address behind it. */
function unsubscribeOf(raw: Buffer): string {
  return /^<([^>]+)>/u.exec(header(raw, 'List-Unsubscribe'))?.[1] ?? '';
}

/** What stands in a body's slots; undefined where anything between them is not as it was approved. */
function slotsOf(run: string, body: string): Record<string, string> | undefined {
  const pieces = JSON.parse(run) as (string | { readonly slot: string })[];
  const slots: Record<string, string> = {};
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece === 'string') {
      if (!body.startsWith(piece, at)) return undefined;
      at += piece.length;
      continue;
    }
    const next = pieces[index + 1];
    const end = typeof next === 'string' ? body.indexOf(next, at) : body.length;
    const value = body.slice(at, end);
    if (end < at || value !== (slots[piece.slot] ?? value)) return undefined;
    slots[piece.slot] = value;
    at = end;
  }
  return at === body.length ? slots : undefined;
}
