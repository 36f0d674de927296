import { expect } from 'vitest';

import type { Finished } from '../program/daybrief-process.ts';
import { digest } from '../program/program-harness.ts';

const escapeSequences = '\u001B[2J\u001B]0;owned\u0007';

/** Words that are commands to a terminal, a header, a template, a page and a reader of bidirectional text. */
export const hostileWords = `${escapeSequences}\r\nBcc: x@example.net\u202E{{constructor}}</script>\u2028`;

/** What may stand in a file's place. */
export const strangeFiles: Readonly<Record<string, string | Buffer>> = {
  'an empty file': '',
  'ten megabytes': 'a'.repeat(10 * 1024 * 1024),
  'a picture': Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(5_000, 0xfe)]),
  'UTF-16': Buffer.from(`\uFEFF${digest()}`, 'utf16le'),
  'hostile text': `${hostileWords}\0`.repeat(20),
  'brackets without end': '['.repeat(50_000),
};

/** As Node prints one. */
export const stackTrace = /^\s+at .+[:(]/mu;

/** An error in a whole sentence, with a hint, fit for a terminal. */
export function expectSentence(finished: Finished): void {
  expect(finished.stderr).toMatch(/^error: .+[.!?]$/mu);
  expect(finished.stderr).toMatch(/^hint: .+[.!?]$/mu);
  expect(finished.stderr).not.toMatch(stackTrace);
  expectPrintable(finished);
}

/** Nothing that moves a cursor, sets a title or turns text around. */
export function expectPrintable({ stdout, stderr }: Finished): void {
  expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069\u2028\u2029]/u);
}
