import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { ImportRequest } from '../../../src/app/subscribers/import-subscribers.ts';
import type { RowState } from '../../../src/domain/subscribers/row-states.ts';
import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

/**
 * One case of a file in `fixtures/more-imports`: a title after `#`, the expectations, `---`, and one or more tables,
 * which are imported one after another. `\u{...}` stands for a character that would not be seen.
 */
interface ImportCase {
  readonly title: string;
  readonly expected: ReadonlyMap<string, string>;
  readonly tables: readonly string[];
}

const folder = join(import.meta.dirname, '../../fixtures/more-imports');

function readCases(file: string): readonly ImportCase[] {
  const text = readFileSync(join(folder, file), 'utf8').replaceAll(/\\u\{([\da-f]+)\}/gu, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
  return text
    .split(/^# /mu)
    .slice(1)
    .map((part) => {
      const [head = '', body = ''] = part.split(/^---\n/mu);
      const [title = '', ...lines] = head.trim().split('\n');
      const expected = new Map(lines.map((line) => line.split(/: ?(.*)/u, 2) as [string, string]));
      return { title, expected, tables: body.split(/^=== next file\n/mu) };
    });
}

/** Reads `map email=Mail`, `state archived=unsubscribed`, `as active` or `ignore Mail`. */
function readOptions(text: string | undefined): Partial<ImportRequest> {
  if (text === undefined) return {};
  const [, name, value = ''] = /^(\w+) (.*)$/u.exec(text) ?? [];
  const [key = '', meaning = ''] = value.split('=');
  if (name === 'map') return { mapping: { [key]: meaning } };
  if (name === 'state') return { stateWords: new Map([[key, meaning as RowState]]) };
  if (name === 'as') return { as: value as RowState };
  if (name === 'ignore') return { ignore: [value] };
  throw new Error(`unknown option: ${text}`);
}

/** `a=Ann Lee b=` as a record; a key is everything before = without a blank. */
function readPairs(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/(\S+?)=(.*?)(?= \S+?=|$)/gu)];
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, value]));
}

async function check({ expected, tables }: ImportCase): Promise<void> {
  await using fixture = await SubscribersFixture.create();
  const options = readOptions(expected.get('options'));
  const refused = expected.get('refused');
  if (refused !== undefined) {
    const trouble = await fixture.import(tables[0] ?? '', options).catch((error: unknown) => error);
    expect(trouble).toMatchObject({ code: 'IMPORT_INVALID' });
    const { message, hint } = trouble as { readonly message: string; readonly hint: string };
    expect(`${message} ${hint}`).toContain(refused);
    expect(await fixture.db.selectFrom('subscribers').selectAll().execute()).toEqual([]);
    return;
  }
  let result: Awaited<ReturnType<typeof fixture.import>> | undefined;
  for (const table of tables) result = await fixture.import(table, options);
  const { subscribers } = await fixture.service.list({ publication: 'morning', limit: 1_000 });
  const by = (field: 'state' | 'name') =>
    Object.fromEntries(subscribers.map((one) => [one.address.split('@')[0] ?? '', one[field]]));
  const names = expected.get('names');
  if (names !== undefined) expect(by('name')).toEqual(readPairs(names));
  if (names === undefined || expected.has('states'))
    expect(by('state')).toEqual(readPairs(expected.get('states') ?? ''));
  expect(result?.rejects.map(({ line }) => line).join(' ')).toBe(expected.get('rejected') ?? '');
  expect(result?.leftOut).toBe(Number(expected.get('left out') ?? 0));
  const repaired = expected.get('repaired');
  if (repaired !== undefined) expect(result?.repaired).toBe(Number(repaired));
}

describe.each(readdirSync(folder).map((file) => [basename(file, '.txt'), readCases(file)] as const))(
  'imports: %s',
  (_name, cases) => {
    test('has ten cases or more', () => {
      expect(cases.length).toBeGreaterThanOrEqual(10);
    });

    test.each(cases)('$title', check);
  },
);
