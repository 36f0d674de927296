import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ehloName } from '../../../src/delivery/smtp/ehlo-name.ts';
import { ReplyParser } from '../../../src/delivery/smtp/reply-parser.ts';
import type { Reply } from '../../../src/delivery/smtp/reply-parser.ts';
import { enhancedCode, printable, replyText } from '../../../src/delivery/smtp/reply-text.ts';
import { isLoopback } from '../../../src/domain/sending/relay.ts';

test.each([
  ['mail.example.org', 'mail.example.org'],
  ['MAIL.Example.ORG', 'mail.example.org'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['localhost', '[127.0.0.1]'],
  ['build-7', '[127.0.0.1]'],
  ['192.0.2.1', '[127.0.0.1]'],
  ['-a.example', '[127.0.0.1]'],
  ['a_b.example', '[127.0.0.1]'],
  ['a..example', '[127.0.0.1]'],
  ['a.example\r\nMAIL FROM:<>', '[127.0.0.1]'],
  [`${'a'.repeat(64)}.example`, '[127.0.0.1]'],
  ['', '[127.0.0.1]'],
])('greets a relay on this machine with the name %j as %s', (hostname, name) => {
  expect(ehloName([hostname], { isLoopback: true })).toBe(name);
});

test('greets with the first full host name, and a remote relay never with an address literal', () => {
  const remote = { isLoopback: false };

  expect(ehloName(['localhost', 'news.example.org', 'build.example.org'], remote)).toBe('news.example.org');
  expect(ehloName(['localhost', '192.0.2.1'], remote)).toBe('localhost.localdomain');
});

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['128.0.0.1', false],
  ['127.0.0.1.example.org', false],
  ['localhost.example.org', false],
  ['0.0.0.0', false],
  ['', false],
])('%j is on this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test.each([
  ['5.1.1 No such user', '5.1.1'],
  ['4.7.28', '4.7.28'],
  ['2.0.0 ok', '2.0.0'],
  ['5.1.1: no', undefined],
  ['3.1.1 no', undefined],
  ['No 5.1.1', undefined],
  ['5.1.1111 no', undefined],
  ['192.0.2.1 is blocked', undefined],
  ['', undefined],
])('the enhanced code of %j is %s', (text, code) => {
  expect(enhancedCode(text)).toBe(code);
});

test('any octets become one clean line of at most 500 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (raw) => {
      for (const text of [replyText(`550 ${raw}`), printable(raw)]) {
        expect(text.length).toBeLessThanOrEqual(500);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(text).toBe(text.trim());
      }
    }),
  );
});

test('replies come out the same however the octets are cut into packets', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '-', 'ä', '5'), maxLength: 20 });
  const reply = fc
    .tuple(fc.constantFrom(220, 250, 354, 451, 550), fc.array(text, { minLength: 1, maxLength: 4 }))
    .map(([code, lines]) =>
      lines.map((line, index) => `${code}${index === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n'),
    );

  fc.assert(
    fc.property(fc.array(reply, { maxLength: 5 }), fc.array(fc.nat(200)), (replies, cuts) => {
      const octets = Buffer.from(replies.map((one) => `${one}\r\n`).join(''));
      const heard: Reply[] = [];
      const parser = new ReplyParser();
      const ends = [...new Set(cuts.filter((cut) => cut < octets.length))].toSorted((a, b) => a - b);
      for (const [index, start] of [0, ...ends].entries())
        parser.push(octets.subarray(start, ends[index]), (one) => heard.push(one));

      expect(heard.map(({ raw }) => Buffer.from(raw, 'latin1').toString())).toEqual(
        replies.map((one) => one.replaceAll('\r\n', '\n')),
      );
      expect(heard.map(({ code }) => code)).toEqual(replies.map((one) => Number(one.slice(0, 3))));
    }),
  );
});
