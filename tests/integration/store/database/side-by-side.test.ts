import { expect, test } from 'vitest';

import type { Claim } from '../../../../src/domain/sending/ledger.ts';
import { deriveSuppressionKeys } from '../../../../src/secrets/suppression-keys.ts';
import { readAccounting } from '../../../../src/store/sending/accounting.ts';
import { createLedger } from '../../../../src/store/sending/ledger.ts';
import { createSubscribers } from '../../../../src/store/subscribers/subscribers.ts';
import { createSuppress, createSuppressions } from '../../../../src/store/subscribers/suppressions.ts';
import { accepted, begin, leaseMs, publishedEdition, settle } from '../../../support/store/ledger-fixture.ts';
import { SignupFixture } from '../../../support/store/signup-fixture.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

/**
 * What several processes do at the same moment. On PostgreSQL each runs on a connection of its own; on
 * SQLite they take turns, which is what PostgreSQL must look like.
 */
const keys = deriveSuppressionKeys(['a secret of tests that nobody else uses']);
const lease = { workerId: 'one', leaseMs, now: 1_000, resendLimit: 3 };

test('of many that claim one batch a single one gets it', async () => {
  const { store } = await publishedEdition({ recipients: 3, batchSize: 3 });
  const [batchId = 0] = await store.batches.due({ now: 1_000, limit: 1 });

  const claims = await Promise.all(
    Array.from({ length: 10 }, (_, n) => store.batches.claim(batchId, { ...lease, workerId: `worker ${n}` })),
  );

  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
});

test('of batches that end together one is the last, and the edition is sent', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 16, batchSize: 2 });
  const claims = await Promise.all((await store.batches.due({ now: 1_000, limit: 8 })).map(claimOf(store)));
  await Promise.all(claims.map((claim) => serve(store, claim)));

  const released = await Promise.all(claims.map((claim) => store.batches.release(claim, { now: 1_000 })));

  expect(released.toSorted((a, b) => a.localeCompare(b))).toEqual([
    ...Array.from({ length: 7 }, () => 'done'),
    'edition-finished',
  ]);
  expect(await store.editions.get(editionId)).toMatchObject({ state: 'sent', finishedAt: 1_000 });
});

test('of two concurrent publishings of an edition one succeeds, and every recipient is in it once', async () => {
  await using store = await StoreFixture.create();
  await store.subscribe(30);
  const editionId = await store.approve('2026-11-23');

  const ends = await Promise.allSettled([1, 2, 3].map(() => store.publish(editionId, 7)));

  const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  expect(refused).toEqual([
    expect.objectContaining({ code: 'EDITION_STATE' }),
    expect.objectContaining({ code: 'EDITION_STATE' }),
  ]);
  const batches = await store.db.selectFrom('batches').select('size').execute();
  expect(batches.reduce((sum, { size }) => sum + size, 0)).toBe(30);
});

test('approvals at the same time get revisions of their own', async () => {
  await using store = await StoreFixture.create();
  const load = Array.from({ length: 6 }, (_, n) => `content ${n}`);

  await Promise.all(load.map((content) => store.approve('2026-11-23', 'resend', content)));

  const revisions = await store.db.selectFrom('revisions').select('revision').orderBy('revision').execute();
  expect(revisions.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await store.db.selectFrom('editions').select('revision').execute()).toEqual([{ revision: 6 }]);
});

test('a subscriber erased during an import is not added again', async () => {
  await using store = await StoreFixture.create();
  const subscribers = createSubscribers(store.db, { keys });
  const options = { publicationId: 1, source: 'import', now: 1_000, dryRun: false };
  const canonicals = Array.from({ length: 40 }, (_, n) => `reader${n}@example.org`);

  await Promise.all(
    canonicals.flatMap((canonical) => [
      subscribers.mergeMany([subscriber(canonical), subscriber(`other-${canonical}`)], options),
      subscribers.erase(canonical, { now: 1_000 }),
      subscribers.addOne(subscriber(canonical), { ...options, resubscribe: true }),
    ]),
  );

  const found = await store.db.selectFrom('subscribers').select('canonical').orderBy('canonical').execute();
  expect(found.map(({ canonical }) => canonical)).toEqual(
    canonicals.map((canonical) => `other-${canonical}`).toSorted((a, b) => (a < b ? -1 : 1)),
  );
});

test('of many attempts of one new address at the same time two lead to mail, and all of them end', async () => {
  await using fixture = await SignupFixture.create();
  const attempts = Array.from({ length: 12 }, () => fixture.signUp('ada@example.org'));

  const mailIds = (await Promise.all(attempts)).filter((id) => id !== undefined);
  for (const mailId of mailIds) await fixture.sendMail(mailId);

  expect(mailIds).toHaveLength(2);
  expect((await fixture.subscriber('ada@example.org')).state).toBe('pending');
  expect(await fixture.outcomes()).toEqual({
    'thank-you confirmation-accepted': 2,
    'thank-you confirmation-sent-already': 10,
  });
});

test('of many mails that are asked for at the same time as many are written as may be', async () => {
  await using fixture = await SignupFixture.create();
  const subscriberId = await fixture.subscribe('ada@example.org');
  const mail = { kind: 'manage', publicationId: 1, subscriberId, now: 1_000 } as const;

  const written = await Promise.all(
    Array.from({ length: 20 }, () => fixture.mails.addAtMost(mail, { max: 2, since: 0 })),
  );
  const later = await fixture.mails.addAtMost(mail, { max: 2, since: 1_001 });
  const nobody = await fixture.mails.addAtMost({ ...mail, subscriberId: 99 }, { max: 2, since: 0 });

  expect(written.filter((id) => id !== undefined)).toHaveLength(2);
  expect([later, nobody]).toEqual([expect.any(Number), undefined]);
});

test('whose address proves dead while they join another publication is suppressed in that one too', async () => {
  const { store } = await publishedEdition({ recipients: 12, batchSize: 1 });
  await store.db.insertInto('publications').values({ id: 2, slug: 'other' }).execute();
  const subscribers = createSubscribers(store.db, { keys });
  const ledger = createLedger(store.db, { suppress: createSuppress({ keys }), keys });
  const claims = await Promise.all((await store.batches.due({ now: 1_000, limit: 12 })).map(claimOf(store)));
  const options = { publicationId: 2, source: 'import', now: 1_000, dryRun: false };

  await Promise.all(
    claims.flatMap(async (claim) => {
      const { recipients } = await store.ledger.load(claim, { now: 1_000 });
      await begin(store, claim, { intents: recipients, now: 1_000 });
      const candidates = recipients.map(({ address }) => subscriber(address));
      const dead = recipients.map(({ subscriberId }) =>
        Object.assign(accepted(subscriberId), { suppress: 'dead-mailbox' }),
      );
      await Promise.all([
        ledger.step(claim, { settlements: dead, intents: [], now: 1_000, leaseMs }),
        subscribers.mergeMany(candidates, options),
      ]);
    }),
  );

  const states = await store.db.selectFrom('subscriptions').select('state').distinct().execute();
  expect(states).toEqual([{ state: 'suppressed' }]);
  expect(await createSuppressions(store.db, { keys }).count()).toBe(12);
});

test('an unsubscription is never lost, whatever else changes the subscription at that moment', async () => {
  await using store = await StoreFixture.create();
  await store.subscribe(30);
  const subscribers = createSubscribers(store.db, { keys });
  const options = { publicationId: 1, source: 'import', now: 1_000, dryRun: false };
  await store.db.updateTable('subscriptions').set({ state: 'pending' }).execute();
  const ids = Array.from({ length: 30 }, (_, n) => n + 1);

  await Promise.all(
    ids.flatMap((subscriberId) => [
      subscribers.mergeMany([subscriber(`reader${subscriberId}@example.org`)], options),
      subscribers.setState({ publicationId: 1, subscriberId }, { state: 'unsubscribed', now: 1_000 }),
    ]),
  );

  expect(await subscribers.counts(1)).toEqual({ pending: 0, active: 0, unsubscribed: 30, suppressed: 0 });
});

test('workers that lose leases to each other send to every recipient, with one more copy for each doubt at most', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 60, batchSize: 6 });
  const copies = new Map<number, number>();
  const clock = { now: 1_000 };
  const steer = { at: 1_000, actor: 'test', detail: '' };

  const workers = Array.from({ length: 6 }, () => work(store, { copies, clock }));
  await store.editions.changeState(editionId, 'paused', { ...steer, event: 'paused' });
  await store.editions.resume(editionId, { revision: 1, event: { ...steer, event: 'resumed' } });
  await Promise.all(workers);
  await work(store, { copies, clock: { now: 1_000_000 } });

  const rows = await store.db.selectFrom('deliveries').selectAll().execute();
  expect(await readAccounting(store.db, editionId)).toMatchObject({ intended: 60, pending: 0, failed: 0 });
  expect((await store.editions.get(editionId)).state).toBe('sent');
  expect(rows.filter((row) => (copies.get(row.subscriber_id) ?? 0) > 1 + row.uncertain_times)).toEqual([]);
  expect(rows.filter((row) => (copies.get(row.subscriber_id) ?? 0) === 0)).toEqual([]);
});

function claimOf(store: StoreFixture) {
  return async (batchId: number): Promise<Claim> => {
    const claim = await store.batches.claim(batchId, lease);
    if (claim === undefined) throw new Error('nothing to claim');
    return claim;
  };
}

async function serve(store: StoreFixture, claim: Claim): Promise<void> {
  const { recipients } = await store.ledger.load(claim, { now: 1_000 });
  const begun = await begin(store, claim, { intents: recipients, now: 1_000 });
  await settle(store, claim, { settlements: [...begun].map((id) => accepted(id)), now: 1_000 });
}

/** Serves what is due until all is done; now and then the time of a lease passes in between. */
async function work(
  store: StoreFixture,
  shared: { readonly copies: Map<number, number>; readonly clock: { now: number } },
): Promise<void> {
  const { copies, clock } = shared;
  for (let round = 0; round < 60; round += 1) {
    const due = await store.batches.due({ now: clock.now, limit: 20 });
    for (const batchId of due) {
      const claim = await store.batches.claim(batchId, { ...lease, now: clock.now });
      if (claim === undefined) continue;
      const { recipients } = await store.ledger.load(claim, { now: clock.now });
      for (let at = 0; at < recipients.length; at += 2) {
        const now = clock.now;
        const intents = recipients.slice(at, at + 2);
        const begun = await begin(store, claim, { intents, now });
        for (const id of begun) copies.set(id, (copies.get(id) ?? 0) + 1);
        clock.now += round % 3 === 0 ? leaseMs / 2 : 1;
        await settle(store, claim, { settlements: [...begun].map((id) => accepted(id)), now: clock.now });
      }
      await store.batches.release(claim, { now: clock.now });
    }
  }
}

function subscriber(canonical: string) {
  return { address: canonical, canonical, name: '', timeZone: null, state: 'active' as const };
}
