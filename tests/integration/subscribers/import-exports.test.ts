import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { exportFormats } from '../../../src/domain/subscribers/export-formats.ts';
import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

const folder = join(import.meta.dirname, '../../fixtures/imports');
const readCase = (name: string) => readFileSync(join(folder, name));

/** The states of the publication's subscribers, by the part of their address before the @. */
async function statesOf(fixture: SubscribersFixture): Promise<Readonly<Record<string, string>>> {
  const { subscribers } = await fixture.service.list({ publication: 'morning', limit: 1_000 });
  return Object.fromEntries(subscribers.map(({ address, state }) => [address.split('@')[0] ?? '', state]));
}

describe('the export of another system keeps its opt-outs', () => {
  test.each([
    ['mc-unsub.csv', { gone: 'unsubscribed', angry: 'suppressed' }],
    ['mc-clean.csv', { bounced: 'suppressed' }],
    ['ghost.csv', { ok: 'active', off: 'unsubscribed' }],
    ['listmonk.csv', { ok: 'active', bl: 'suppressed', dis: 'unsubscribed' }],
    ['listmonk-list.csv', { ok: 'active', un: 'unsubscribed' }],
    ['kit.csv', { ok: 'active', can: 'unsubscribed', bou: 'suppressed', com: 'suppressed', ina: 'pending' }],
    [
      'buttondown.csv',
      {
        ok: 'active',
        un: 'unsubscribed',
        spam: 'suppressed',
        undel: 'suppressed',
        unact: 'pending',
        compl: 'suppressed',
      },
    ],
    ['brevo.csv', { ok: 'active', blk: 'unsubscribed' }],
    ['dupstatus.csv', { Ana: 'unsubscribed' }],
    ['dupstatus2.csv', { ana: 'unsubscribed' }],
  ])('%s', async (name, expected) => {
    await using fixture = await SubscribersFixture.create();

    const result = await fixture.import(readCase(name));

    expect(await statesOf(fixture)).toEqual(expected);
    expect(result.rejected).toBe(0);
    const { rows, added, updated, unchanged, merged, unsubscribed, suppressed, unsubscribedNow } = result;
    const { suppressedNow, leftOut } = result;
    expect(
      added +
        updated +
        unchanged +
        merged +
        unsubscribed +
        suppressed +
        unsubscribedNow +
        suppressedNow +
        leftOut,
    ).toBe(rows);
  });

  test('counts rows that Ghost has deleted as left out', async () => {
    await using fixture = await SubscribersFixture.create();

    expect(await fixture.import(readCase('ghost.csv'))).toMatchObject({
      leftOut: 1,
      byState: { 'left-out': 1 },
    });
  });

  test('records why an address is suppressed', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import(readCase('mc-unsub.csv'));
    await fixture.import(readCase('mc-clean.csv'));

    const reasons = await fixture.db.selectFrom('suppressions').select('reason').orderBy('reason').execute();
    expect(reasons.map(({ reason }) => reason)).toEqual(['bounced', 'complained']);
  });
});

/** One row for each value of each state column, with the other columns in their unremarkable values. */
const samples = exportFormats.flatMap((format) =>
  Object.entries(format.columns).flatMap(([column, { values = {}, filled }]) =>
    [...Object.entries(values), ...(filled === undefined ? [] : [['2025-01-02', filled] as const])].map(
      ([value, state]) => ({ system: format.system, format, column, value, state }),
    ),
  ),
);

const unremarkable = (column: (typeof exportFormats)[number]['columns'][string]): string =>
  column.empty === 'active'
    ? ''
    : (Object.entries(column.values ?? {}).find(([, state]) => state === 'active')?.[0] ?? '');

describe('the table of export formats', () => {
  test.each(samples)('$system: $column "$value" is $state', async ({ format, column, value, state }) => {
    await using fixture = await SubscribersFixture.create();
    const columns = [...new Set([...format.has, ...Object.keys(format.columns)])];
    const cells = columns.map((name) => {
      if (name === column) return value;
      if (name === 'email' || name === 'emailaddress') return 'a@example.org';
      const other = format.columns[name];
      return other === undefined ? '' : unremarkable(other);
    });
    const withEmail = columns.some(
      (name) => name.startsWith('email') && cells[columns.indexOf(name)] === 'a@example.org',
    );

    const { byState, columns: read } = await fixture.import(
      `${columns.join(',')}${withEmail ? '' : ',email'}\n${cells.join(',')}${withEmail ? '' : ',a@example.org'}\n`,
    );

    expect(read.system).toBe(format.system);
    expect(byState).toEqual({ [state]: 1 });
  });
});

describe('a column that looks like a state and is not understood', () => {
  const refusals = [
    [
      'a value without a known meaning',
      'email,Status\na@example.org,Gold\nb@example.org,unsubscribed\n',
      'Status',
    ],
    ['a name that says so', 'email,Subscription status\na@example.org,7\n', 'Subscription status'],
    ['values that say so', 'email,X\na@example.org,unsubscribed\nb@example.org,sleeping\n', 'X'],
    ['an empty cell', 'email,status\na@example.org,\nb@example.org,active\n', 'status'],
    [
      'a state beyond the first rows',
      `email,status\n${'a@example.org,active\n'.repeat(20_000)}b@example.org,odd\n`,
      'status',
    ],
  ] as const;

  test.each(refusals)('stops the import before anything is written: %s', async (_what, text, column) => {
    await using fixture = await SubscribersFixture.create();

    await expect(fixture.import(text)).rejects.toMatchObject({
      code: 'IMPORT_INVALID',
      message: expect.stringContaining(`"${column}"`) as string,
      hint: expect.stringMatching(/--state.*--as.*--ignore/u) as string,
    });
    expect(await fixture.db.selectFrom('subscribers').selectAll().execute()).toEqual([]);
  });

  test('names the values and their counts', async () => {
    await using fixture = await SubscribersFixture.create();

    await expect(fixture.import(readCase('mc-api.csv'))).rejects.toMatchObject({
      message: expect.stringContaining('"non-subscribed" (1 row)') as string,
    });
  });

  test('is understood with --state', async () => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import(readCase('mc-api.csv'), {
      stateWords: new Map([['non-subscribed', 'unsubscribed']]),
    });

    expect(await statesOf(fixture)).toEqual({
      ok: 'active',
      un: 'unsubscribed',
      cl: 'suppressed',
      pe: 'pending',
      ns: 'unsubscribed',
    });
  });

  test('is not read with --ignore', async () => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import('email,Status\na@example.org,Gold\n', { ignore: ['status'] });

    expect(await statesOf(fixture)).toEqual({ a: 'active' });
  });

  test('with --as gives all rows that state, and a stricter one where a value is understood', async () => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import('email,Status\na@example.org,Gold\nb@example.org,unsubscribed\n', { as: 'active' });
    await fixture.import('email\nc@example.org\na@example.org\n', { as: 'unsubscribed' });

    expect(await statesOf(fixture)).toEqual({ a: 'unsubscribed', b: 'unsubscribed', c: 'unsubscribed' });
  });

  test('a state of a postal address is not a subscription state', async () => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import('email,City,State\na@example.org,Albany,NY\n');

    expect(await statesOf(fixture)).toEqual({ a: 'active' });
  });
});

describe('the stricter state wins', () => {
  test('a second file unsubscribes an active subscriber, and counts it', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import(readCase('a.csv'));

    const result = await fixture.import(readCase('b.csv'), { mapping: { state: 'standing' } });

    expect(await statesOf(fixture)).toEqual({ ana: 'unsubscribed', bob: 'suppressed' });
    expect(result).toMatchObject({ unsubscribedNow: 1, suppressedNow: 1, added: 0 });
  });

  test('an address first seen as opted out is activated by no later import', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email,status\na@example.org,unsubscribed\nb@example.org,bounced\n');

    const result = await fixture.import('email\na@example.org\nb@example.org\n');

    expect(await statesOf(fixture)).toEqual({ a: 'unsubscribed', b: 'suppressed' });
    expect(result).toMatchObject({ unsubscribed: 1, suppressed: 1, added: 0 });
  });

  test('a suppression applies to every publication, an unsubscription to one', async () => {
    await using fixture = await SubscribersFixture.create();
    const rows = 'email\na@example.org\nb@example.org\n';
    await fixture.import(rows);
    await fixture.import(rows, { publication: 'evening' });

    await fixture.import('email,status\na@example.org,unsubscribed\nb@example.org,complained\n');

    const evening = await fixture.service.list({ publication: 'evening', limit: 10 });
    expect(evening.subscribers.map(({ state }) => state)).toEqual(['active', 'suppressed']);
  });
});
