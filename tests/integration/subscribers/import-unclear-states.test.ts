import { describe, expect, test } from 'vitest';

import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

async function activeOf(fixture: SubscribersFixture): Promise<readonly string[]> {
  const { subscribers } = await fixture.service.list({ publication: 'morning', limit: 100 });
  return subscribers.filter(({ state }) => state === 'active').map(({ address }) => address);
}

describe('a column whose name speaks of a state', () => {
  test.each([
    ['member_state', 'gold', 'lapsed'],
    ['MemberState', 'gold', ''],
    ['newsletter', '1', '0'],
    ['Mitgliedsstatus', 'aktiv', 'gekündigt'],
    ['Einwilligung', 'ja', 'nein'],
    ['gelöscht', '0', '1'],
    ['Statut', 'membre', 'parti'],
    ['désabonné', 'non', 'oui'],
    ['Consentement', 'oui', 'non'],
    ['Estado', 'socio', 'ex socio'],
    ['Baja', 'no', 'si'],
    ['Stato', 'socio', 'ex socio'],
    ['Consenso', 'si', 'no'],
  ])('stops the import if its values are not understood: %s', async (column, kept, left) => {
    await using fixture = await SubscribersFixture.create();

    const importing = fixture.import(`email,${column}\na@example.org,${kept}\nb@example.org,${left}\n`);

    await expect(importing).rejects.toMatchObject({
      code: 'IMPORT_INVALID',
      message: expect.stringContaining(`"${column}"`) as string,
    });
    expect(await activeOf(fixture)).toEqual([]);
  });

  test.each(['deleted_at', 'Unsubscribed on', 'cancellation_date', 'Abmeldedatum', 'Date désabonnement'])(
    'is read if it says when somebody left: %s',
    async (column) => {
      await using fixture = await SubscribersFixture.create();

      await fixture.import(`email,${column}\na@example.org,\nb@example.org,2026-01-02\n`);

      expect(await activeOf(fixture)).toEqual(['a@example.org']);
    },
  );

  test.each([
    'consent_date',
    'OPTIN_IP',
    'Subscribed at',
    'sms_consent',
    'Subscription tier',
    'Member since',
    'Company',
    'statement',
    'nickname',
    'notes',
  ])('is not one if it says when or how, or something else: %s', async (column) => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import(`email,${column}\na@example.org,x\n`);

    expect(await activeOf(fixture)).toEqual(['a@example.org']);
  });

  test.each([
    ['Mailing City', 'Mailing State'],
    ['Ciudad', 'Estado'],
    ['CAP', 'Stato'],
    ['billing_zip', 'billing_state'],
  ])('is not one if it is a part of an address: next to %s, %s', async (place, column) => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import(`email,${place},${column}\na@example.org,1,NY\n`);

    expect(await activeOf(fixture)).toEqual(['a@example.org']);
  });

  test('is read in other languages if its values are words for having left', async () => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import('email,X\na@example.org,aktiv\nb@example.org,abgemeldet\n');

    expect(await activeOf(fixture)).toEqual(['a@example.org']);
  });
});

describe('--state', () => {
  const rows = 'email,Level\na@example.org,gold\nb@example.org,lapsed\n';

  test('is refused if its value is in a column that is not read as a state, and names the column', async () => {
    await using fixture = await SubscribersFixture.create();

    const importing = fixture.import(rows, { stateWords: new Map([['lapsed', 'unsubscribed']]) });

    await expect(importing).rejects.toMatchObject({
      code: 'IMPORT_INVALID',
      message: expect.stringContaining('"Level"') as string,
      hint: expect.stringContaining('--map state="Level"') as string,
    });
    expect(await activeOf(fixture)).toEqual([]);
  });

  test.each([
    ['no column has the value', 'email,status\na@example.org,active\n', 'zzz'],
    ['there is no column of states', 'email\na@example.org\n', 'lapsed'],
    ['there are no empty cells', 'email,status\na@example.org,active\n', ''],
    ['that column does not have it', 'email,status\na@example.org,active\n', 'status:gone'],
  ])('is refused if %s, with --as as well', async (_why, text, value) => {
    await using fixture = await SubscribersFixture.create();
    const stateWords = new Map([[value, 'unsubscribed' as const]]);

    await expect(fixture.import(text, { stateWords })).rejects.toMatchObject({ code: 'IMPORT_INVALID' });
    await expect(fixture.import(text, { stateWords, as: 'active' })).rejects.toMatchObject({
      code: 'IMPORT_INVALID',
    });
    expect(await activeOf(fixture)).toEqual([]);
  });

  test('gives a value another meaning in each column', async () => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import(
      'email,Marketing consent,deleted\na@example.org,1,0\nb@example.org,0,0\nc@example.org,1,1\n',
      {
        stateWords: new Map([
          ['marketing consent:1', 'active'],
          ['marketing consent:0', 'unsubscribed'],
          ['deleted:0', 'active'],
          ['deleted:1', 'left-out'],
        ]),
      },
    );

    expect(await activeOf(fixture)).toEqual(['a@example.org']);
  });

  test('applies to a mapped column even if that column is also the name', async () => {
    await using fixture = await SubscribersFixture.create();

    await fixture.import('email,name\na@example.org,member\nb@example.org,lapsed\n', {
      mapping: { state: 'name' },
      stateWords: new Map([
        ['member', 'active'],
        ['lapsed', 'unsubscribed'],
      ]),
    });

    expect(await activeOf(fixture)).toEqual(['a@example.org']);
  });
});

test('two columns of addresses are both named', async () => {
  await using fixture = await SubscribersFixture.create();

  await expect(
    fixture.import('Work Email,Private Email\na@example.org,b@example.org\n'),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/"Work Email" and "Private Email"/u) as string,
    hint: expect.stringMatching(/--map email="Work Email".*--map email="Private Email"/u) as string,
  });
});
