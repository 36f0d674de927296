import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { formatRows } from '../../../../src/content/csv/format-rows.ts';
import { splitRow } from '../../../../src/content/csv/split-row.ts';

const delimiters = fc.constantFrom(',', ';', '\t', '😀');

/** The fields by another reader of the format; undefined if it refuses the row. */
function splitByLibrary(text: string, delimiter: string): readonly string[] | undefined {
  try {
    const rows: string[][] = parse(text, { delimiter, record_delimiter: '\n', relax_column_count: true });
    return rows.length === 1 ? rows[0] : undefined;
  } catch {
    return undefined;
  }
}

test('splits a row of any quotes and separators as csv-parse does', () => {
  const texts = fc.string({
    unit: fc.constantFrom('"', '"', ',', ';', 'a', ' ', 'é'),
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(texts, fc.constantFrom(',', ';'), (text, delimiter) => {
      expect(splitRow(text, delimiter)).toEqual(splitByLibrary(text, delimiter));
    }),
    { numRuns: 3_000 },
  );
});

test('gives back the fields of a row that csv-stringify has written', () => {
  const cells = fc.string({ unit: fc.constantFrom('"', ',', '\n', '😀', 'a', ' ') });
  fc.assert(
    fc.property(fc.array(cells, { minLength: 1, maxLength: 5 }), delimiters, (fields, delimiter) => {
      const text = stringify([fields], { delimiter, quoted: true, quoted_empty: true }).slice(0, -1);

      expect(splitRow(text, delimiter)).toEqual(fields);
    }),
  );
});

test('formats rows as csv-stringify does', () => {
  const rows = fc.array(
    fc.array(fc.string({ unit: fc.constantFrom('"', ',', '\n', 'ü', 'a') }), { minLength: 1 }),
  );
  fc.assert(
    fc.property(rows, (all) => {
      expect(formatRows(all)).toBe(
        stringify(all, { record_delimiter: '\r\n', quoted: true, quoted_empty: true }),
      );
    }),
  );
});
