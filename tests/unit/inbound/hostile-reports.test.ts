import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readReport } from '../../../src/inbound/read-report.ts';
import { reportFixtures } from '../../support/content/report-fixtures.ts';

const keys = { delivery: () => undefined, link: () => undefined };
const fixtures = reportFixtures();

interface Mutation {
  readonly at: number;
  readonly drop: number;
  readonly insert: Uint8Array;
}

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat({ max: 400 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom(
        '\n\n',
        '\n--',
        '<',
        '@',
        '=?utf-8?Q?',
        '550 5.1.1 ',
        ';',
        '"',
        '\u001B$B',
        'Content-Type: ',
      )
      .map((text) => new TextEncoder().encode(text)),
  ),
});

function mutate(raw: Buffer, mutations: readonly Mutation[]): Buffer {
  let mutated = raw;
  for (const { at, drop, insert } of mutations) {
    const start = Math.floor(at * mutated.length);
    mutated = Buffer.concat([mutated.subarray(0, start), insert, mutated.subarray(start + drop)]);
  }
  return mutated;
}

describe('a report with mutated octets', () => {
  test('never makes the reader throw, and always has a kind', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...fixtures),
        fc.array(mutation, { minLength: 1, maxLength: 8 }),
        (fixture, changes) => {
          const report = readReport(mutate(fixture.raw, changes), { keys });

          expect(report.kind).toBeTruthy();
          expect(report.class === undefined).toBe(report.kind !== 'bounce');
          expect(report.evidence.text.length).toBeLessThanOrEqual(500);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test('is never read as hard if the report itself says that the failure passes', () => {
    const soft = fixtures.filter((fixture) => fixture.kind === 'delay' || fixture.kind === 'auto-reply');

    fc.assert(
      fc.property(fc.constantFrom(...soft), fc.uint8Array({ maxLength: 200 }), (fixture, tail) => {
        const report = readReport(Buffer.concat([fixture.raw, tail]), { keys });

        expect(report.class).not.toBe('hard');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a message made to be slow to read', () => {
  test.each([
    ['open tags', '<'.repeat(300_000)],
    ['style elements', '<style'.repeat(50_000)],
    ['at signs', 'a@'.repeat(150_000)],
    ['one long word', 'a'.repeat(300_000)],
    ['keywords', 'adresse recipient to '.repeat(15_000)],
    ['reply codes', '\n550 5.1.1 '.repeat(30_000)],
    ['blanks', ' '.repeat(300_000)],
    ['header fields', 'A: b\n'.repeat(60_000)],
    ['continuation lines', `A:\n${' x\n'.repeat(100_000)}`],
    ['delimiters', '--b\n'.repeat(75_000)],
    ['encoded-words', '=?utf-8?Q?=41?= '.repeat(20_000)],
    ['words of reasons', 'mailbox user account address not '.repeat(9_000)],
  ])('is read to its end: %s', (_, filling) => {
    for (const type of [
      'text/plain',
      'text/html',
      'multipart/report; boundary=b',
      'message/delivery-status',
    ]) {
      const raw = `From: mailer-daemon@example.com\nSubject: failure notice\nContent-Type: ${type}\n\n${filling}`;

      expect(readReport(Buffer.from(raw), { keys }).kind).toBeTruthy();
      expect(readReport(Buffer.from(`Subject: ${filling}\n\nText`), { keys }).kind).toBeTruthy();
    }
  });

  test('is read although its parts contain each other', () => {
    let raw = 'deep';
    for (let depth = 0; depth < 200; depth += 1) {
      raw = `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n${raw}\n--b${depth}--\n`;
    }

    expect(readReport(Buffer.from(raw), { keys }).kind).toBe('other');
  });
});
