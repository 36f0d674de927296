import { expect, onTestFinished, test } from 'vitest';

import type { DeliverBatchPorts } from '../../../src/app/sending/deliver-batch-ports.ts';
import { providerOfDomain } from '../../../src/domain/sending/providers.ts';
import { DomainPacer } from '../../../src/limits/domain-pacer.ts';
import { ProviderPacer } from '../../../src/limits/provider-pacer.ts';
import { createProviderPaces } from '../../../src/store/sending/provider-paces.ts';
import { acceptAll } from '../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';
import { until } from '../../support/until.ts';

const rate = '4.7.28 Gmail has detected an unusual rate of mail - gsmtp';

/** An edition of which every second recipient is at Gmail, with a pacer whose pauses last a tenth of a second. */
async function paced(options: { recipients: number; batchSize?: number; limitsFromStart?: boolean }) {
  const site = await DeliveryFixture.create(options);
  const { db } = site.store;
  for (let id = 1; id <= options.recipients; id += 2) {
    await db
      .updateTable('subscribers')
      .set({ address: `reader${id}@gmail.com` })
      .where('id', '=', id)
      .execute();
  }
  const startedAt = performance.now();
  const clock = () => Math.round(1_000 + performance.now() - startedAt);
  const paces = createProviderPaces(db, { now: clock });
  const pacer = new ProviderPacer({
    pauses: new DomainPacer({ minMs: 100, maxMs: 100 }),
    groups: {
      known: (domain) => ({ group: providerOfDomain(domain) ?? domain, isFinal: true }),
      find: async (domain) => providerOfDomain(domain) ?? domain,
    },
    paces,
    worker: 'one',
    clock,
    limitsFromStart: options.limitsFromStart ?? false,
  });
  onTestFinished(() => pacer[Symbol.dispose]());
  const ports: Partial<DeliverBatchPorts> = { pacer, pacing: pacer, clock };
  return { site, ports, pacer, paces, clock };
}

test('recipients of a limited provider wait for slots while the others are sent to', async () => {
  const { site, ports, paces } = await paced({ recipients: 60, limitsFromStart: true });
  await site.deliver({ ports });

  expect(await site.accounting()).toMatchObject({ intended: 60, accepted: 60, pending: 0 });
  const first = site.sessions.sent.slice(0, 31).filter(({ to }) => to.endsWith('@example.org'));
  expect(first.length).toBeGreaterThan(0);
  expect(await paces.all()).toMatchObject([{ group: 'google', ceiling: null }]);
});

test('lets another batch begin while it waits for slots', async () => {
  const { site, ports } = await paced({ recipients: 40, limitsFromStart: true });
  const begun: number[] = [];

  await site.deliver({ ports, onAllBegun: () => void begun.push(site.sessions.sent.length) });

  expect(begun[0]).toBeLessThan(40);
  expect(await site.accounting()).toMatchObject({ accepted: 40 });
});

test('a third batch waits in the ledger and is due again, and all are sent to in the end', async () => {
  const { site, ports, clock } = await paced({ recipients: 60, batchSize: 20, limitsFromStart: true });

  await Promise.all([1, 2, 3].map((batchId) => site.deliver({ ports, batchId, workerId: 'one' })));

  const { pending } = await site.accounting();
  expect(pending).toBeGreaterThan(0);
  const later = await site.store.db.selectFrom('batches').select('due_at').where('done', '=', 0).execute();
  expect(later).toHaveLength(1);
  expect(later[0]?.due_at).toBeGreaterThan(1_000);
  await until('all are sent to', async () => {
    for (const batchId of await site.store.batches.due({ now: clock(), limit: 10 }))
      await site.deliver({ ports, batchId });
    return (await site.accounting()).pending === 0;
  });
  expect(await site.accounting()).toMatchObject({ intended: 60, accepted: 60 });
  expect(new Set(site.sessions.sent.map(({ to }) => to)).size).toBe(60);
});

test('a reply that speaks of rate leaves the provider out of the pass, for all workers', async () => {
  const { site, ports, paces } = await paced({ recipients: 40 });
  let refusals = 0;
  site.sessions.script = (to) => {
    if (!to.endsWith('@gmail.com') || refusals > 0) return acceptAll();
    refusals += 1;
    return { kind: 'refused', relay: 'mx', stage: 'rcpt', code: 421, enhanced: '4.7.28', text: rate };
  };

  await site.deliver({ ports });

  const accounting = await site.accounting();
  expect(accounting.accepted).toBeGreaterThanOrEqual(20);
  expect(accounting.pending).toBeGreaterThan(0);
  const [pace] = await paces.all();
  expect(pace).toMatchObject({ group: 'google', heardFrom: ['one'], reply: rate });
  expect(pace?.pausedUntil).toBeGreaterThan(pace?.signalAt ?? 0);
});

test('a worker that is asked to stop leaves those who wait for slots due at once', async () => {
  const { site, ports, clock } = await paced({ recipients: 200, limitsFromStart: true });
  const stop = new AbortController();
  site.sessions.script = () => {
    if (site.sessions.sent.length > 100) stop.abort();
    return acceptAll();
  };

  await site.deliver({ ports, signal: stop.signal });

  const { accepted, pending } = await site.accounting();
  expect(accepted + pending).toBe(200);
  expect(pending).toBeGreaterThan(0);
  expect(await site.store.batches.due({ now: clock(), limit: 10 })).toEqual([1]);
});

test('an edition that is paused meanwhile begins nothing more', async () => {
  const { site, ports } = await paced({ recipients: 200, limitsFromStart: true });
  let steered: Promise<void> | undefined;
  site.sessions.script = () => {
    if (site.sessions.sent.length > 100) steered ??= site.steer('paused');
    return acceptAll();
  };

  await site.deliver({ ports });
  await steered;

  const { accepted, pending } = await site.accounting();
  expect(accepted + pending).toBe(200);
  expect(pending).toBeGreaterThan(0);
});
