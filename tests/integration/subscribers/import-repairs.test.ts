import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

const folder = join(import.meta.dirname, '../../fixtures/imports');
const readCase = (name: string) => readFileSync(join(folder, name));

describe('addresses and names as spreadsheets and databases write them', () => {
  test('repairs and counts what is around an address, and rejects what is not exactly one', async () => {
    await using fixture = await SubscribersFixture.create();

    const result = await fixture.import(readCase('addresses.csv'));

    const { subscribers } = await fixture.service.list({ publication: 'morning', limit: 1_000 });
    const states = Object.fromEntries(
      subscribers.map(({ address, state }) => [address.split('@')[0], state]),
    );
    for (const name of [
      'ola',
      'm',
      'zw',
      'lead',
      'feff',
      'nbsp',
      'pad',
      'trail',
      'angle',
      'quote',
      "o'brien",
    ]) {
      expect(states).toHaveProperty([name], 'active');
    }
    expect(result.repaired).toBeGreaterThanOrEqual(9);
    const rejected = result.rejects.map(({ line }) => line);
    expect(rejected).toEqual(expect.arrayContaining([8, 18, 19, 20, 24, 27, 28, 29, 32]));
  });

  test('takes NULL, N/A and undefined for no name', async () => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import(readCase('names.csv'));
    await fixture.import('email,name\nx@example.org,N/A\ny@example.org,undefined\n');

    const { subscribers } = await fixture.service.list({ publication: 'morning', limit: 10 });
    const names = Object.fromEntries(subscribers.map(({ address, name }) => [address.split('@')[0], name]));
    expect(names).toMatchObject({ ok: '', x: '', y: '' });
    expect(Object.values(names).join('')).not.toMatch(/[\r\n]/u);
  });

  test.each([
    ['two columns of addresses', readCase('twoemail.csv')],
    ['a column called Subscriber', 'Subscriber,Name\na@example.org,A\n'],
    ['a column called courriel', 'courriel,nom\na@example.org,A\n'],
  ])('asks instead of guessing: %s', async (_what, text) => {
    await using fixture = await SubscribersFixture.create();

    await expect(fixture.import(text)).rejects.toMatchObject({
      code: 'IMPORT_INVALID',
      hint: expect.stringContaining('--map email=') as string,
    });
  });

  test('lists unknown time zones with their counts', async () => {
    await using fixture = await SubscribersFixture.create();

    const result = await fixture.import(
      'email,time zone\na@example.org,Mars/Base\nb@example.org,Mars/Base\n',
    );

    expect(result).toMatchObject({ timeZonesIgnored: 2, unknownTimeZones: { 'Mars/Base': 2 } });
  });
});
