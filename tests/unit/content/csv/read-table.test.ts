import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { OpenTable } from '../../../../src/app/ports/subscribers.ts';
import { readTable } from '../../../../src/content/csv/read-table.ts';
import type { TableRow } from '../../../../src/domain/subscribers/import-row.ts';

async function* inChunks(text: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(
  text: string | Uint8Array,
  options: Parameters<OpenTable>[1] & { readonly chunk?: number } = {},
) {
  const table = await readTable(inChunks(text, options.chunk ?? 1_000), options);
  const rows: TableRow[] = [];
  for await (const group of table.groups) rows.push(...group);
  return { header: table.header, delimiter: table.delimiter, rows };
}

/** Each row as its line with its fields or its reason. */
function brief(rows: readonly TableRow[]): unknown[] {
  return rows.map((row) => ('reason' in row ? [row.line, row.reason] : [row.line, row.fields]));
}

describe('readTable', () => {
  test.each<[string, string, unknown[]]>([
    ['CR LF', 'email,name\r\na@b.c,Jo\r\n', [[2, ['a@b.c', 'Jo']]]],
    ['LF without a last line end', 'email,name\na@b.c,Jo', [[2, ['a@b.c', 'Jo']]]],
    [
      'CR alone',
      'email,name\ra@b.c,Jo\rd@e.f,Al',
      [
        [2, ['a@b.c', 'Jo']],
        [3, ['d@e.f', 'Al']],
      ],
    ],
    ['a byte order mark', '\ufeffemail,name\na@b.c,Jo', [[2, ['a@b.c', 'Jo']]]],
    ['semicolons', 'email;name\na@b.c;Park, Jo', [[2, ['a@b.c', 'Park, Jo']]]],
    ['tabs', 'email\tname\na@b.c\tJo', [[2, ['a@b.c', 'Jo']]]],
    ['a declared separator', 'sep=|\nemail|name\na@b.c|Jo', [[3, ['a@b.c', 'Jo']]]],
    ['quoted fields', 'email,name\n"a@b.c","Park, ""Jo"""', [[2, ['a@b.c', 'Park, "Jo"']]]],
    [
      'a quoted line break',
      'email,name\na@b.c,"Jo\r\nPark"\nd@e.f,x',
      [
        [2, ['a@b.c', 'Jo\nPark']],
        [4, ['d@e.f', 'x']],
      ],
    ],
    ['blank rows', '\n\nemail,name\n\n  \n,\na@b.c,Jo\n\n', [[7, ['a@b.c', 'Jo']]]],
    [
      'missing and empty extra fields',
      'email,name\na@b.c\nd@e.f,x,,',
      [
        [2, ['a@b.c']],
        [3, ['d@e.f', 'x', '', '']],
      ],
    ],
    ['a header alone', 'email,name\n', []],
  ])('reads a file with %s', async (_, text, expected) => {
    for (const chunk of [1, 7, 100_000]) expect(brief((await read(text, { chunk })).rows)).toEqual(expected);
  });

  test.each<[string, string, unknown[]]>([
    [
      'an unclosed quote',
      'email,name\na@b.c,"Jo\nd@e.f,x\ng@h.i,y\n',
      [
        [2, 'row-quote-unclosed'],
        [3, ['d@e.f', 'x']],
        [4, ['g@h.i', 'y']],
      ],
    ],
    [
      'a quote inside a field',
      'email,name\na@b.c,5" pipe\nd@e.f,"x"\n',
      [
        [2, 'row-quote-unclosed'],
        [3, ['d@e.f', 'x']],
      ],
    ],
    [
      'text after a closing quote',
      'email,name\na@b.c,"Jo" Park\nd@e.f,x\n',
      [
        [2, 'row-quoting'],
        [3, ['d@e.f', 'x']],
      ],
    ],
    [
      'two broken rows in a row',
      'email,name\na@b.c,x "y\nd@e.f,z "q\ng@h.i,y\n',
      [
        [2, 'row-quoting'],
        [3, 'row-quote-unclosed'],
        [4, ['g@h.i', 'y']],
      ],
    ],
    [
      'quotes that hide rows between them',
      'email,name\na@b.c,"Jo\nd@e.f,x\ng@h.i,y"\nj@k.l,z',
      [
        [2, 'row-spans-rows'],
        [5, ['j@k.l', 'z']],
      ],
    ],
    [
      'too many fields',
      'email,name\na@b.c,Park, Jo\nd@e.f,x',
      [
        [2, 'row-fields'],
        [3, ['d@e.f', 'x']],
      ],
    ],
    [
      'a row of 70 KB',
      `email,name\na@b.c,${'x'.repeat(70_000)}\nd@e.f,x`,
      [
        [2, 'row-too-long'],
        [3, ['d@e.f', 'x']],
      ],
    ],
    [
      'a line of 10 MB',
      `email,name\n${'"x,'.repeat(3_500_000)}\r\nd@e.f,x`,
      [
        [2, 'row-too-long'],
        [3, ['d@e.f', 'x']],
      ],
    ],
    [
      'an unclosed quote before 100 KB',
      `email,name\na@b.c,"Jo\n${'d@e.f,x\n'.repeat(12_000)}`,
      [
        [2, 'row-quote-unclosed'],
        ...Array.from({ length: 12_000 }, (_, index) => [index + 3, ['d@e.f', 'x']]),
      ],
    ],
  ])('gives up one row for %s and reads the others', async (_, text, expected) => {
    expect(brief((await read(text, { chunk: 64 * 1024 })).rows)).toEqual(expected);
  });

  test('rejects single rows that are not UTF-8 after the first 64 KB', async () => {
    const good = 'reader@example.org,Jo\n';
    const text = Buffer.concat([
      Buffer.from(`email,name\n${good.repeat(4_000)}`),
      Buffer.from('a@b.c,J\xf6rg\n', 'latin1'),
      Buffer.from('d@e.f,Jörg\n'),
    ]);

    const { rows } = await read(text);

    expect(brief(rows.slice(-2))).toEqual([
      [4002, 'row-not-utf8'],
      [4003, ['d@e.f', 'Jörg']],
    ]);
  });

  test.each<[string, Uint8Array, RegExp, RegExp]>([
    ['an empty file', Buffer.from(''), /empty/, /email,name/],
    ['blank lines alone', Buffer.from('\r\n\r\n'), /empty/, /email,name/],
    [
      'UTF-16 with a mark',
      Buffer.from('\ufeffemail\na@b.c', 'utf16le'),
      /UTF-16/,
      /iconv -f UTF-16 -t UTF-8/,
    ],
    ['UTF-16 without one', Buffer.from('email\na@b.c', 'utf16le'), /UTF-16/, /iconv/],
    [
      'Windows-1252',
      Buffer.from('email,name\na@b.c,J\xf6', 'latin1'),
      /line 2 is not valid UTF-8/,
      /iconv -f WINDOWS-1252/,
    ],
    ['a workbook', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), /workbook/, /CSV UTF-8/],
    ['a gzip file', Buffer.from([0x1f, 0x8b, 8, 0]), /gzip/, /gunzip/],
    ['a header of 100 KB', Buffer.from('x'.repeat(100_000)), /longer than 64 KB/, /email,name/],
    [
      'a header with an open quote',
      Buffer.from('"email,name\na@b.c,x'),
      /line 1 has broken quoting/,
      /twice/,
    ],
  ])('refuses %s with a sentence and a hint', async (_, bytes, message, hint) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'IMPORT_INVALID',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('reads back what a CSV writer wrote, whatever the chunks', async () => {
    const field = fc.string({
      unit: fc.constantFrom('a', 'ö', '"', ',', ' ', '{', "'", '😀', '\t'),
      maxLength: 8,
    });
    const row = fc.tuple(fc.constant('id'), field, field);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        async (all, chunk) => {
          const text = stringify([['id', 'b', 'c'], ...all], { record_delimiter: '\r\n' });

          const { rows } = await read(text, { chunk, delimiter: ',' });

          expect(rows.map((row) => ('fields' in row ? row.fields : row.reason))).toEqual(all);
        },
      ),
    );
  });

  test('loses no line of a file with broken quoting anywhere', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', '"', ',', 'x@y.z'), minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const marked = lines.map((text, index) => `${index}:${text}`);

        const { rows } = await read(`email,name\n${marked.join('\n')}`, { chunk: 5 });

        const found = rows.map((row) => ('fields' in row ? row.fields.join(',') : row.text)).join('\n');
        for (const [index] of marked.entries()) expect(found).toContain(`${index}:`);
      }),
      { numRuns: 500 },
    );
  });
});
