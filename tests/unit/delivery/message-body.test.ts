import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { prepareMessage } from '../../../src/delivery/message/prepare-message.ts';
import { messageSize, spliceMessage } from '../../../src/delivery/message/splice-message.ts';
import { bodySlotNames } from '../../../src/domain/message/compiled-message.ts';
import type { BodySlot, RecipientValues, SlottedText } from '../../../src/domain/message/compiled-message.ts';
import { fillSlots } from '../../../src/domain/message/fill-slots.ts';
import { compileMessage } from '../../../src/render/compile-message.ts';
import { hostileText } from '../../support/content/text-arbitraries.ts';
import { ada, bodyOf, compose, html, morning, text } from '../../support/smtp/message-fixture.ts';
import { boundaryOf, decodeBody, fieldsNamed, readParts, readRaw } from '../../support/smtp/read-message.ts';

const latin = 'The storms are early, and grid operators are left alone. ';
const scripts = [
  ['Cyrillic', 'Доброе утро. Сегодня понедельник, и штормы начались рано. '],
  ['Arabic', 'صباح الخير. اليوم الاثنين والعواصف مبكرة. '],
  ['Japanese', 'おはようございます。今日は月曜日です。'],
] as const;

function decodedParts(message: Buffer): readonly string[] {
  return readParts(message).map(decodeBody);
}

describe('the body of a newsletter', () => {
  test('M1: is plain text, then HTML, both in utf-8 and neither empty', () => {
    const message = compose();

    const types = readParts(message).map((part) => fieldsNamed(part, 'Content-Type'));

    expect(fieldsNamed(readRaw(message), 'Content-Type')[0]).toMatch(/^multipart\/alternative;/);
    expect(types).toEqual([['text/plain; charset=utf-8'], ['text/html; charset=utf-8']]);
    for (const body of decodedParts(message)) expect(body.trim()).not.toBe('');
  });

  test("M1: gives each recipient's links in the text as in the HTML", () => {
    const [plain = '', markup = ''] = decodedParts(compose());

    const links = [...markup.matchAll(/href="([^"]+)"/g)].map(([, url]) => url ?? '');

    expect(links).toHaveLength(4);
    for (const link of links) expect(plain).toContain(link);
  });

  test.each(scripts)('M2: %s takes base64, which is smaller, and survives', (_, words) => {
    const long = words.repeat(30);

    const parts = readParts(compose({ text: bodyOf(long), html: bodyOf(`<p>${long}</p>`) }));

    for (const part of parts) {
      expect(fieldsNamed(part, 'Content-Transfer-Encoding')).toEqual(['base64']);
      expect(decodeBody(part)).toContain(long);
    }
  });

  test('M2: Latin text takes quoted-printable, which is smaller', () => {
    const [plain] = readParts(compose({ text: bodyOf(latin.repeat(30)) }));

    expect(plain && fieldsNamed(plain, 'Content-Transfer-Encoding')).toEqual(['quoted-printable']);
  });

  test.each([
    ['quoted-printable', latin],
    ['base64', scripts[0][1]],
  ])('M2: encoded lines hold to 76 octets in %s, whatever the length of a value', (encoding, words) => {
    const run = bodyOf(words.repeat(5));
    const prepared = prepareMessage(
      compileMessage({ publication: morning, date: '2026-11-23', subject: 'x', html, text: run }),
    );
    for (let length = 0; length <= 500; length += 1) {
      const name = 'é.F'.repeat(length).slice(0, length);
      const [part] = readParts(Buffer.concat(spliceMessage(prepared, { ...ada, name })));

      expect(part && fieldsNamed(part, 'Content-Transfer-Encoding')).toEqual([encoding]);
      expect(part?.body.split('\r\n').find((line) => line.length > 76)).toBeUndefined();
    }
  });

  test.each([
    ['at the start of the body', ['.hidden\r\n', { slot: 'name', as: 'text' }]],
    ['after a line end', ['x\r\n.\r\n..\r\n.x']],
    ['right after a slot', ['x', { slot: 'name', as: 'text' }, '.']],
    ['right after a soft line break', [`${'x'.repeat(75)}.${'x'.repeat(74)}..`]],
  ] as const)('M3: a dot %s is encoded, and the message needs no stuffing', (_, run) => {
    for (const name of ['', '.', '..', 'Ada', `${'a'.repeat(75)}.`]) {
      const message = compose({ text: run, html: run, values: { name } });

      expect(message.toString('latin1')).not.toMatch(/^\./m);
      expect(decodedParts(message)[1]).toBe(fillSlots(run, { ...ada, name }));
    }
  });

  test('M3: the decoded bodies equal what was rendered, byte for byte', () => {
    expect(decodedParts(compose())).toEqual([fillSlots(text, ada), fillSlots(html, ada)]);
  });

  test('M3: a line that begins with "From " is not one that mailbox files would alter', () => {
    const run = ['From here\r\nFrom there ', { slot: 'name', as: 'text' }, 'From'] as const;
    const message = compose({ text: run, values: { name: 'From me' } });

    expect(message.toString('latin1').split('\r\n\r\n').slice(1).join('\r\n\r\n')).not.toMatch(/^From /m);
    expect(decodedParts(message)[0]).toBe('From here\r\nFrom there From meFrom');
  });

  test('M3: runs of any texts and slots come back as they went in, in both encodings', () => {
    fc.assert(
      fc.property(anyRun, anyRun, anyValues, (plain, markup, values) => {
        const message = compose({ text: plain, html: markup, values });

        expect(decodedParts(message)).toEqual([
          fillSlots(plain, { ...ada, ...values }),
          fillSlots(markup, { ...ada, ...values }),
        ]);
        expect(message.toString('latin1')).not.toMatch(/^\./m);
        const lines = readParts(message).flatMap((part) => part.body.split('\r\n'));
        expect(lines.filter((line) => line.length > 76)).toEqual([]);
        expect(lines.filter((line) => /[ \t]$/.test(line))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('M3: a blank at the end of a line is encoded, or servers on the way might take it off', () => {
    const message = compose({ text: ['a \r\nb\t\r\n c '] });

    expect(readParts(message)[0]?.body).toBe('a=20\r\nb=09\r\n c=20=\r\n');
    expect(decodedParts(message)[0]).toBe('a \r\nb\t\r\n c ');
  });

  test('M3: one line of a million characters is cut and comes back whole', () => {
    const line = 'x='.repeat(500_000);

    const message = compose({ text: [line] });

    expect(decodedParts(message)[0]).toBe(line);
  });

  test('M3: bare CR and LF become line ends, and half a surrogate pair a replacement character', () => {
    const message = compose({ text: ['a\nb\rc\r\nd', '\uD800'] });

    expect(decodedParts(message)[0]).toBe('a\r\nb\r\nc\r\nd\uFFFD');
  });

  test("M4: the HTML of the heaviest recipient is the rendered HTML and that recipient's values, no more", () => {
    const heavy = { ...ada, name: '&'.repeat(500) };

    const [, markup = ''] = decodedParts(compose({ values: heavy }));

    expect(Buffer.byteLength(markup)).toBe(Buffer.byteLength(fillSlots(html, ada)) - 12 + 5 * 500);
  });

  test('M5: the boundary occurs in no part, and cannot: neither encoding writes "=_"', () => {
    const boundary = boundaryOf(readRaw(compose()));
    const forged = [
      `--${boundary}\r\nContent-Type: text/html\r\n\r\n`,
      { slot: 'name', as: 'text' },
    ] as const;

    const message = compose({ text: forged, html: forged, values: { name: `--${boundary}--` } });
    const parts = readParts(message);

    expect(boundary).toMatch(/^=_/);
    expect(parts).toHaveLength(2);
    for (const { body } of parts) expect(body).not.toContain('=_');
  });
});

test('the bytes of two recipients share the static text and differ only in small buffers', () => {
  const prepared = prepareMessage(
    compileMessage({ publication: morning, date: '2026-11-23', subject: 'x', html, text }),
  );

  const first = spliceMessage(prepared, ada);
  const second = spliceMessage(prepared, { ...ada, name: 'Bob', address: 'bob@example.com' });
  const again = spliceMessage(prepared, ada);

  const own = second.filter((buffer) => !first.includes(buffer));
  expect(own.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(2_500);
  expect(Buffer.concat(again)).toEqual(Buffer.concat(first));
  expect(messageSize(first)).toBe(Buffer.concat(first).length);
});

const anySlot: fc.Arbitrary<BodySlot> = fc.record({
  slot: fc.constantFrom(...bodySlotNames),
  as: fc.constantFrom('text', 'html'),
});

const anyStatic = fc
  .oneof(
    fc.constantFrom(
      '',
      '.',
      '\r\n',
      '\r\n.',
      ' ',
      '=',
      'From ',
      '\t',
      'ж',
      latin,
      scripts[0][1],
      scripts[2][1],
    ),
    fc.string({ unit: 'binary', maxLength: 120 }),
  )
  .map((content) => content.replaceAll(/(?<!\r)\n|\r(?!\n)/g, ''));

/** With a word at one end, because a body without any is refused. */
const anyRun: fc.Arbitrary<SlottedText> = fc
  .tuple(fc.array(fc.oneof(anyStatic, anySlot), { maxLength: 12 }), fc.boolean())
  .map(([run, atStart]) => (atStart ? run.toSpliced(0, 0, 'word') : run.concat('word')));

const anyValue = fc.oneof(hostileText, fc.string({ unit: 'grapheme', maxLength: 500 }), fc.constant(''));
const anyValues: fc.Arbitrary<Partial<RecipientValues>> = fc.record({
  name: anyValue,
  address: anyValue,
  unsubscribeUrl: anyValue,
  preferencesUrl: anyValue,
  viewOnlineUrl: anyValue,
});
