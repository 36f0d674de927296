import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { prepareMessage } from '../../../src/delivery/message/prepare-message.ts';
import { createRecipientValues } from '../../../src/delivery/message/recipient-values.ts';
import { spliceMessage } from '../../../src/delivery/message/splice-message.ts';
import type { RecipientValues } from '../../../src/domain/message/compiled-message.ts';
import { compileMessage } from '../../../src/render/compile-message.ts';
import { createMessageIds } from '../../../src/secrets/message-id.ts';
import { createTokens } from '../../../src/secrets/tokens.ts';
import { createVerp } from '../../../src/secrets/verp.ts';
import { hostileText } from '../../support/content/text-arbitraries.ts';
import { brokenLimits } from '../../support/smtp/broken-limits.ts';
import { ada, compose, html, morning, text } from '../../support/smtp/message-fixture.ts';
import { fieldsNamed, readRaw } from '../../support/smtp/read-message.ts';

const secrets = ['a secret of the test'];
const valuesFor = createRecipientValues({
  publication: morning,
  publicationId: 3,
  editionId: 7,
  date: '2026-11-23',
  baseUrl: 'https://news.example.org',
  tokens: createTokens({ secrets }),
  messageIds: createMessageIds({ secrets }),
  verp: createVerp({ secrets }),
});
const now = new Date('2026-11-23T12:00:00Z');
const toAda = valuesFor({ subscriberId: 42, address: 'ada@example.com', name: 'Ada Lovelace', now });

const fieldNames = [
  'From',
  'To',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Feedback-ID',
  'Precedence',
  'X-Auto-Response-Suppress',
  'MIME-Version',
  'Content-Type',
];

function header(message: Buffer, name: string): string {
  const [body, ...more] = fieldsNamed(readRaw(message), name);
  expect(more).toEqual([]);
  return body ?? '';
}

describe('the header of a newsletter', () => {
  test('H1: has each field exactly once, in one order, and no Bcc, Return-Path, Sender or X-Mailer', () => {
    const names = readRaw(compose()).fields.map(({ name }) => name);

    expect(names).toEqual(fieldNames);
  });

  test('H1: has no Reply-To where the publication names none', () => {
    const { replyTo: _, ...withoutReplyTo } = morning;

    const compiled = compileMessage({
      publication: withoutReplyTo,
      date: '2026-11-23',
      subject: 'x',
      html,
      text,
    });
    const message = Buffer.concat(spliceMessage(prepareMessage(compiled), ada));

    expect(fieldsNamed(readRaw(message), 'Reply-To')).toEqual([]);
  });

  test('H2: From is one mailbox of the publication, and the envelope sender has the same domain', () => {
    expect(header(compose(), 'From')).toBe('Morning Desk <desk@news.example.org>');
    expect(toAda.envelopeFrom).toMatch(/@news\.example\.org$/);
  });

  test.each([
    ['2026-11-23T12:00:00.999Z', 'Mon, 23 Nov 2026 12:00:00 +0000'],
    ['2027-02-01T00:05:09Z', 'Mon, 01 Feb 2027 00:05:09 +0000'],
  ])('H3: Date is the moment of sending, %s, with a numeric zone', (moment, expected) => {
    expect(header(compose({ values: { date: new Date(moment) } }), 'Date')).toBe(expected);
  });

  test('H4: Message-ID has 160 bits in our domain, one for each recipient, the same on a retry', () => {
    const later = new Date(now.getTime() + 3_600_000);
    const retry = valuesFor({
      subscriberId: 42,
      address: 'ada@example.com',
      name: 'Ada Lovelace',
      now: later,
    });
    const other = valuesFor({ subscriberId: 43, address: 'ada@example.com', name: 'Ada Lovelace', now });

    expect(header(compose({ values: toAda.values }), 'Message-ID')).toMatch(
      /^<[0-9a-f]{40}@news\.example\.org>$/,
    );
    expect(retry.values.messageId).toBe(toAda.values.messageId);
    expect(other.values.messageId).not.toBe(toAda.values.messageId);
  });

  test('H5: List-Unsubscribe is one https URI on the first line, with an opaque token', () => {
    const message = compose({ values: toAda.values });

    const raw = readRaw(message).fields.find(({ name }) => name === 'List-Unsubscribe')?.raw;

    expect(raw).toMatch(/^List-Unsubscribe: <https:\/\/news\.example\.org\/unsubscribe\/[\w-]{43}>$/);
    expect(raw).not.toMatch(/ada|example\.com|42/i);
  });

  test('H6: List-Unsubscribe-Post is byte for byte what RFC 8058 says', () => {
    expect(readRaw(compose()).fields.map(({ raw }) => raw)).toContain(
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    );
  });

  test('H7: List-Id is the name of the publication and its list identifier', () => {
    expect(header(compose(), 'List-Id')).toBe('"Morning, Daily" <morning.news.example.org>');
  });

  test.each(['🌅'.repeat(80), 'Morning '.repeat(40)])(
    'H7: List-Id stays within 255 octets when the publication is called %s',
    (name) => {
      const body = header(compose({ publication: { name } }), 'List-Id');

      expect(body.length).toBeLessThanOrEqual(255);
      expect(body).toMatch(/<morning\.news\.example\.org>$/);
    },
  );

  test.each(['morning', 'newsletter', 'daybrief', 'p', 'edition-2026-11-23'])(
    'H8: Feedback-ID of the publication %s has four different fields and a constant sender',
    (slug) => {
      const fields = header(compose({ publication: { slug } }), 'Feedback-ID').split(':');

      expect(fields).toHaveLength(4);
      expect(new Set(fields).size).toBe(4);
      expect(fields[3]).toBe('daybrief');
      expect(header(compose({ publication: { slug }, values: { name: 'Bob' } }), 'Feedback-ID')).toBe(
        fields.join(':'),
      );
    },
  );

  test('H8: publication.yaml can name the sender of the Feedback-ID', () => {
    const message = compose({ publication: { feedbackSender: 'harbor-press' } });

    expect(header(message, 'Feedback-ID')).toMatch(/^[^:]+:p-[^:]+:newsletter:harbor-press$/u);
  });

  test('H9: marks itself as bulk, asks machines not to answer, and is not Auto-Submitted', () => {
    const message = compose();

    expect(header(message, 'Precedence')).toBe('bulk');
    expect(header(message, 'X-Auto-Response-Suppress')).toBe('OOF, AutoReply');
    expect(fieldsNamed(readRaw(message), 'Auto-Submitted')).toEqual([]);
  });

  test('H10: holds lines, encoded-words and the header to their limits, whatever the texts', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (name, subject, from) => {
        const message = compose({
          subject: `x${subject}`,
          publication: { name: from, from: { name: from, address: 'desk@news.example.org' } },
          values: { name },
        });

        expect(brokenLimits(message)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['a subject without blanks', { subject: 'x'.repeat(2_000) }],
    ['a subject of emoji', { subject: '👩‍🚀'.repeat(300) }],
    ['a name of 500 emoji', { values: { name: '👩‍🚀'.repeat(166) } }],
    ['a name of many words', { values: { name: 'many words '.repeat(45) } }],
    [
      'an address of 254 octets',
      { values: { name: '', address: `${'a'.repeat(64)}@${'b.'.repeat(90)}example` } },
    ],
    [
      'a named address of 254 octets',
      { values: { name: 'Ada, too', address: `${'a'.repeat(64)}@${'b.'.repeat(90)}example` } },
    ],
  ])('H10: holds with %s', (_, composition) => {
    expect(brokenLimits(compose(composition))).toEqual([]);
  });

  test('H11: nothing in a recipient adds or alters a header field', () => {
    const compiled = compileMessage({ publication: morning, date: '2026-11-23', subject: 'x', html, text });
    const prepared = prepareMessage(compiled);
    const merged = new Set(['To', 'Message-ID', 'List-Unsubscribe']);
    const headerOf = (values: RecipientValues): string => {
      const pieces = spliceMessage(prepared, values).slice(0, prepared.headerSteps);
      const { fields, body } = readRaw(Buffer.concat(pieces));
      const shown = fields.map(({ name, raw }) => (merged.has(name) ? `${name}: ...` : raw));
      return [...shown, '', body].join('\r\n');
    };
    const expected = headerOf(ada);

    const result = fc.check(
      fc.property(hostileText, hostileText, (name, syntax) => {
        const values = {
          ...ada,
          name,
          address: `a${syntax}@example.com`,
          messageId: `1${syntax}@example.com`,
          unsubscribeUrl: `https://example.com/${syntax}`,
        };

        return headerOf(values) === expected;
      }),
      { numRuns: 10_000 },
    );

    expect(result.counterexample).toBeNull();
    expect(result.numRuns).toBe(10_000);
  });

  test('H11: what would end an address, an identifier or a URL, or begin a second one, is left out of it', () => {
    const message = compose({
      values: {
        name: '',
        address: 'a"<(,;:[ ]\\)>b@example.com',
        messageId: '1> <2@example.com',
        unsubscribeUrl: 'https://example.com/1>, <https://example.net/2',
      },
    });

    expect(header(message, 'To')).toBe('ab@example.com');
    expect(header(message, 'Message-ID')).toBe('<12@example.com>');
    expect(header(message, 'List-Unsubscribe')).toBe('<https://example.com/1,https://example.net/2>');
  });

  test('H11: nothing in a subject or a publication adds a header field', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (subject, name) => {
        const message = compose({
          subject: `x${subject}`,
          publication: { name, from: { name, address: 'desk@news.example.org' } },
        });

        expect(readRaw(message).fields.map((field) => field.name)).toEqual(fieldNames);
      }),
      { numRuns: 200 },
    );
  });
});

test('the header block is the first buffers of a spliced message, so that a signature can be put before it', () => {
  const compiled = compileMessage({ publication: morning, date: '2026-11-23', subject: 'x', html, text });
  const prepared = prepareMessage(compiled);

  const block = Buffer.concat(spliceMessage(prepared, ada).slice(0, prepared.headerSteps)).toString();

  expect(block.endsWith('\r\n\r\n')).toBe(true);
  expect(block.indexOf('\r\n\r\n')).toBe(block.length - 4);
});

test('no merge value reaches the field that shows it with direction changes or line separators in it', () => {
  const message = compose({ values: { name: 'Ada\u202Emoc.live\u2069 \u2028x\0y' } });

  expect(header(message, 'To')).toBe('"Adamoc.live xy" <ada@example.com>');
});
