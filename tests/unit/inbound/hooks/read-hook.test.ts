import { expect, test } from 'vitest';

import type { HookProvider } from '../../../../src/domain/inbound/hook.ts';
import { hookProviders } from '../../../../src/domain/inbound/hook.ts';
import { readHook } from '../../../../src/inbound/hooks/read-hook.ts';
import { createSecrets } from '../../../../src/secrets/create-secrets.ts';
import { hookExamples } from '../../../fixtures/hooks/all.ts';

const now = new Date('2026-11-27T06:00:00Z');
const { verp, messageIds, tokens } = createSecrets(['a secret of tests that nobody else uses']);
const ids = { editionId: 7, subscriberId: 42 };
const from = verp.address({ ...ids, domain: 'letter.example.org', now });
const id = messageIds({ ...ids, domain: 'letter.example.org' });
const keys = {
  delivery: (address: string) => verp.parse(address, now),
  link: (token: string) => tokens.verify('unsubscribe', token),
};

function read(provider: HookProvider, body: unknown) {
  const text = JSON.stringify(body).replaceAll('{{from}}', from).replaceAll('{{id}}', id);
  const reports = readHook(provider, Buffer.from(text), { keys });
  if (reports === undefined) throw new Error('no JSON');
  return reports;
}

const rows = hookExamples.map((example) => [example.provider, example.name, example] as const);

test.each(rows)('%s: %s', (provider, _name, { body, expected, by }) => {
  const reports = read(provider, body);

  const found = reports.map(({ report }) =>
    [report.kind, report.class, report.refusal].filter((part) => part !== undefined).join('/'),
  );
  expect(found).toEqual(expected);
  for (const { report, messageIds: named } of reports) {
    expect(report.delivery).toEqual(by === 'from' ? { ...ids, by: 'returned-message' } : undefined);
    if (by === 'id') expect(named).toEqual([id]);
    if (report.recipient !== undefined) expect(report.recipient).toMatch(/^(?:ana|ben)@example\.org$/iu);
  }
});

test.each(hookProviders)(
  '%s: fields that are not known, or missing, change nothing and break nothing',
  (provider) => {
    for (const example of hookExamples.filter((one) => one.provider === provider)) {
      const body = JSON.parse(JSON.stringify(example.body), (_key, value: unknown) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? { aNewField: { nested: [1, null, 'x'] }, ...value }
          : value,
      ) as unknown;

      expect(read(provider, body).map(({ report }) => report.kind)).toEqual(
        example.expected.map((expected) => expected.split('/')[0]),
      );
    }
    for (const body of [
      {},
      [],
      [{}],
      [null],
      { events: null },
      [[[]]],
      { 'event-data': 7 },
      { msys: 1 },
      { data: [] },
    ]) {
      expect(read(provider, body)).toEqual([]);
    }
  },
);

test.each(hookProviders)('%s: what is no JSON is not understood', (provider) => {
  for (const body of ['', '{', '[1,', 'nonsense', '\u0000']) {
    expect(readHook(provider, Buffer.from(body), { keys })).toBeUndefined();
  }
});

test('no provider is believed to be harder than it says, whatever the reply is', () => {
  const hardReply = '550 5.1.1 <ana@example.org> user unknown, no such mailbox';
  const words: readonly (readonly [HookProvider, unknown])[] = [
    ['brevo', { event: 'soft_bounce', email: 'ana@example.org', reason: hardReply }],
    ['brevo', { event: 'blocked', email: 'ana@example.org', reason: hardReply }],
    ['sendgrid', [{ event: 'dropped', email: 'ana@example.org', reason: hardReply }]],
    ['sendgrid', [{ event: 'bounce', type: 'blocked', email: 'ana@example.org', reason: hardReply }]],
    [
      'postmark',
      { RecordType: 'Bounce', Type: 'AutoResponder', Email: 'ana@example.org', Details: hardReply },
    ],
    ['postmark', { RecordType: 'Bounce', Type: 'SoftBounce', Email: 'ana@example.org', Details: hardReply }],
    ['mailjet', [{ event: 'blocked', email: 'ana@example.org', error: 'preblocked', comment: hardReply }]],
    [
      'sparkpost',
      [{ msys: { message_event: { type: 'bounce', bounce_class: '20', raw_reason: hardReply } } }],
    ],
    ['generic', { type: 'bounce', class: 'soft', reply: hardReply }],
    ['generic', { type: 'bounce', class: 'blocked', reply: hardReply }],
  ];

  for (const [provider, body] of words) {
    expect(read(provider, body).map(({ report }) => report.class)).not.toContain('hard');
  }
});

test('control characters, NUL and halves of characters do not reach a report', () => {
  const body = {
    type: 'bounce',
    class: 'hard',
    recipient: 'ana\u0000@example.org',
    reply: 'a\u0000b\u001b[31m\ud800c',
  };

  const [found] = read('generic', body);

  expect(found?.report.evidence.text).toBe('a b [31m\ufffdc');
  expect(JSON.stringify(found?.report)).not.toContain('u0000');
});

test('a body that is nested a hundred thousand times is read without an overflow', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const body = `{"type":"complaint","recipient":"ana@example.org","x":${deep}}`;

  const reports = readHook('generic', Buffer.from(body), { keys });

  expect(reports?.map(({ report }) => report.kind)).toEqual(['complaint']);
});

test('a property that JSON may name but objects have already is not taken for data', () => {
  const body = '{"__proto__":{"type":"complaint"},"constructor":"x","recipient":"ana@example.org"}';

  expect(readHook('generic', Buffer.from(body), { keys })).toEqual([]);
});

test('an address that a stranger made up names no delivery', () => {
  const forged = from.replace(/^bounce-./u, 'bounce-a').replace(/a@/u, 'b@');

  const [found] = read('generic', { type: 'bounce', class: 'hard', 'envelope-sender': forged });

  expect(found?.report.delivery).toBeUndefined();
});

test('complaints of which the provider does not know whose they are do not count as sure', () => {
  const complaint = {
    complainedRecipients: [{ emailAddress: 'ana@example.org' }, { emailAddress: 'ben@example.org' }],
  };
  const notification = { notificationType: 'Complaint', complaint, mail: { source: 'desk@example.org' } };

  const reports = read('ses', { Message: JSON.stringify(notification) });

  expect(reports.map(({ isSure }) => isSure)).toEqual([false, false]);
});
