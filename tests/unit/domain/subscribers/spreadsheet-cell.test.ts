import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  fromSpreadsheetCell,
  toSpreadsheetCell,
} from '../../../../src/domain/subscribers/spreadsheet-cell.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+49 30', "'+49 30"],
  ['-1', "'-1"],
  ['@cmd', "'@cmd"],
  ['\t=1', "'\t'=1"],
  ['a;=1+1', "a;'=1+1"],
  ['a, =1+1', "a, '=1+1"],
  ['Byron, Ada', 'Byron, Ada'],
  ['＝1+1', "'＝1+1"],
  ["'=1", "''=1"],
  ["O'Brien", "O'Brien"],
  ["'t Hooft", "'t Hooft"],
  ['Jo-Ann', 'Jo-Ann'],
  ['', ''],
])('writes %j as %j', (text, cell) => {
  expect(toSpreadsheetCell(text)).toBe(cell);
});

test('gives every text back, and never a cell that begins like a formula', () => {
  const marks = fc.string({
    unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', 'a', ' ', ';', ','),
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.oneof(marks, fc.string()), (text) => {
      const cell = toSpreadsheetCell(text);

      expect(fromSpreadsheetCell(cell)).toBe(text);
      for (const separator of [',', ';', '\t', '|'])
        for (const part of cell.split(separator)) expect(part).not.toMatch(/^ *[=+\-@\r]/);
    }),
    { numRuns: 2_000 },
  );
});
