import { describe, expect, test } from 'vitest';

import { deriveSuppressionKeys } from '../../../src/secrets/suppression-keys.ts';
import { createSubscribers } from '../../../src/store/subscribers/subscribers.ts';
import { createSuppress, createSuppressions } from '../../../src/store/subscribers/suppressions.ts';
import { SubscribersFixture, testSecret } from '../../support/store/subscribers-fixture.ts';

describe('suppressions', () => {
  test('know an address again and store nothing of it', async () => {
    await using fixture = await SubscribersFixture.create();

    await fixture.suppressions.add('jo@example.org', { reason: 'bad-address', now: 5 });
    await fixture.suppressions.add('jo@example.org', { reason: 'erased', now: 6 });

    expect(await fixture.suppressions.has(['jo@example.org', 'al@example.org'])).toEqual(
      new Set(['jo@example.org']),
    );
    expect(await fixture.suppressions.count()).toBe(1);
    const rows = await fixture.db.selectFrom('suppressions').selectAll().execute();
    expect(rows).toMatchObject([{ reason: 'bad-address', created_at: 5 }]);
    expect(JSON.stringify(rows)).not.toMatch(/jo|example|secret/);
  });

  test('answer for thousands of addresses at once', async () => {
    await using fixture = await SubscribersFixture.create();
    const all = Array.from({ length: 5_000 }, (_, index) => `r${index}@example.org`);
    await fixture.suppressions.add('r4321@example.org', { reason: 'erased', now: 1 });

    expect([...(await fixture.suppressions.has(all))]).toEqual(['r4321@example.org']);
    expect(await fixture.suppressions.has([])).toEqual(new Set());
  });

  test('are found under every secret while keys rotate, and missed secrets are named', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.suppressions.add('jo@example.org', { reason: 'erased', now: 1 });
    const rotated = createSuppressions(fixture.db, {
      keys: deriveSuppressionKeys(['another secret, newer than the first', testSecret]),
    });
    const lost = createSuppressions(fixture.db, {
      keys: deriveSuppressionKeys(['another secret, newer than the first']),
    });

    await rotated.add('jo@example.org', { reason: 'erased', now: 2 });

    expect(await rotated.has(['jo@example.org'])).toEqual(new Set(['jo@example.org']));
    expect(await rotated.count()).toBe(1);
    expect(await rotated.unknownKeyIds()).toEqual([]);
    expect(await lost.has(['jo@example.org'])).toEqual(new Set());
    expect(await lost.unknownKeyIds()).toEqual([fixture.keys[0]?.id]);
  });

  test('take dead addresses out of every publication, within the transaction that learned it', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email\njo@example.org\nal@example.org\n');
    await fixture.import('email\njo@example.org\n', { publication: 'evening' });
    const jo = (await fixture.service.show('jo@example.org')).subscriber?.id ?? 0;
    const suppress = createSuppress({ keys: fixture.keys });

    await fixture.db
      .transaction()
      .execute((trx) => suppress(trx, [{ subscriberId: jo, reason: 'bad-address' }], 77));

    expect(await fixture.service.show('jo@example.org')).toMatchObject({
      suppressed: true,
      subscriptions: [
        { publication: 'evening', state: 'suppressed', changedAt: 77 },
        { publication: 'morning', state: 'suppressed', changedAt: 77 },
      ],
    });
    expect((await fixture.service.show('al@example.org')).suppressed).toBe(false);
  });
});

describe('erasing', () => {
  test('removes the person, blanks the ledger, and keeps a hash that no import passes', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email,name\njo@example.org,Jo\nal@example.org,Al\n');
    const id = (await fixture.service.show('jo@example.org')).subscriber?.id ?? 0;
    await addDelivery(fixture, id);

    const erased = await fixture.service.erase(' JO@Example.org ');

    expect(erased).toEqual({ address: 'JO@example.org', wasKnown: true });
    const deliveries = await fixture.db.selectFrom('deliveries').selectAll().execute();
    expect(deliveries).toMatchObject([
      { subscriber_id: id, state: 'failed', reply_code: 550, reply_text: null },
    ]);
    expect(JSON.stringify([await fixture.personalData(), deliveries])).not.toMatch(/jo@|"Jo"/i);
    expect(await fixture.service.show('jo@example.org')).toMatchObject({
      subscriber: undefined,
      suppressed: true,
    });
    expect(await fixture.import('email\nJo@example.org\n')).toMatchObject({ suppressed: 1, added: 0 });
  });

  test('suppresses an address that was never known, and says so', async () => {
    await using fixture = await SubscribersFixture.create();

    expect(await fixture.service.erase('jo@example.org')).toMatchObject({ wasKnown: false });
    expect(await fixture.service.erase('jo@example.org')).toMatchObject({ wasKnown: false });

    expect(await fixture.suppressions.count()).toBe(1);
  });

  test('happens as a whole or not at all', async () => {
    await using fixture = await SubscribersFixture.create();
    await fixture.import('email\njo@example.org\n');
    const before = await fixture.personalData();
    const withoutKeys = createSubscribers(fixture.db, { keys: [] });

    await expect(withoutKeys.erase('jo@example.org', { now: 1 })).rejects.toThrow(/needs a key/);

    expect(await fixture.personalData()).toEqual(before);
  });
});

async function addDelivery(fixture: SubscribersFixture, subscriberId: number): Promise<void> {
  const { publication_id: publicationId } = await fixture.db
    .selectFrom('subscriptions')
    .select('publication_id')
    .executeTakeFirstOrThrow();
  const edition = await fixture.db
    .insertInto('editions')
    .values({
      publication_id: publicationId,
      date: '2026-11-23',
      state: 'sent',
      revision: 1,
      intended: 1,
      created_at: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await fixture.db
    .insertInto('deliveries')
    .values({
      edition_id: edition.id,
      subscriber_id: subscriberId,
      state: 'failed',
      revision: 1,
      epoch: 1,
      attempts: 1,
      uncertain_times: 0,
      outcome: 'valid-email',
      reason: 'bad-address',
      reply_code: 550,
      enhanced: '5.1.1',
      reply_text: '<jo@example.org>: user unknown',
      changed_at: 0,
    })
    .execute();
}
