import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { acceptAll, relay } from '../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

const wantsLogin: SmtpAnswer = {
  kind: 'refused',
  relay,
  stage: 'mail',
  code: 530,
  enhanced: '5.7.0',
  text: '5.7.0 Authentication required',
};

/** Rejections that nobody handled end a worker: none may come out of a pass. */
function expectNoUnhandledRejection(): void {
  const unhandled: unknown[] = [];
  const collect = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', collect);
  onTestFinished(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', collect);
    expect(unhandled).toEqual([]);
  });
}

/** Changes the approved bytes behind Daybrief's back. */
async function forge(site: DeliveryFixture): Promise<void> {
  await sql`update revisions set message = '{"content":"forged"}'`.execute(site.store.db);
}

test('bytes that differ from the approved ones stop the edition before they are sent', async () => {
  const site = await DeliveryFixture.create({ recipients: 3 });
  await forge(site);

  await site.deliver();

  expect(site.sessions.sent).toEqual([]);
  expect((await site.store.editions.get(site.editionId)).state).toBe('paused');
  const events = await site.store.editions.events(site.editionId);
  expect(events.at(-1)).toMatchObject({ event: 'stopped', actor: 'one' });
  expect(await site.store.db.selectFrom('alarms').select(['kind', 'text']).execute()).toEqual([
    {
      kind: 'edition-stopped',
      text: expect.stringContaining('sample/2026-11-23 was stopped while it was being sent') as string,
    },
  ]);
});

test.each(['DKIM_KEY_UNUSABLE', 'DKIM_RECORD_DIFFERS'] as const)(
  'D6: mail that cannot be signed (%s) stops the edition before any is sent',
  async (code) => {
    const site = await DeliveryFixture.create({ recipients: 3 });
    const messages = { open: () => Promise.reject(new AppError(code, 'The key is gone.')) };

    await site.deliver({ ports: { messages } });

    expect(site.sessions.sent).toEqual([]);
    expect((await site.store.editions.get(site.editionId)).state).toBe('paused');
    const events = await site.store.editions.events(site.editionId);
    expect(events.at(-1)).toMatchObject({ event: 'stopped', detail: 'The key is gone.' });
    expect(await site.accounting()).toMatchObject({ failed: 0, pending: 3 });
  },
);

test('a relay that refuses the sender stops the edition, and no delivery fails', async () => {
  const site = await DeliveryFixture.create({ recipients: 10, sessions: 2 });
  site.sessions.script = () => wantsLogin;

  await site.deliver();

  expect(site.sessions.sent).toHaveLength(2);
  expect((await site.store.editions.get(site.editionId)).state).toBe('paused');
  expect(await site.accounting()).toMatchObject({ failed: 0, pending: 10 });
  expect((await site.row(1))?.attempts).toBe(0);
});

test.each([
  ['is gone', sql`delete from revisions`],
  ['has a message that cannot be read', sql`update revisions set message = '{'`],
  ['has settings that cannot be read', sql`update revisions set settings = '{'`],
])('a revision that %s stops the edition instead of failing again and again', async (_how, damage) => {
  const site = await DeliveryFixture.create({ recipients: 3 });
  await damage.execute(site.store.db);

  await site.deliver();

  expect(site.sessions.sent).toEqual([]);
  expect((await site.store.editions.get(site.editionId)).state).toBe('paused');
});

test('several batches that learn of it at once stop the edition once, and each gives its lease back', async () => {
  const site = await DeliveryFixture.create({ recipients: 4, batchSize: 1, sessions: 4 });
  await forge(site);

  await Promise.all([1, 2, 3, 4].map((batchId) => site.deliver({ batchId })));

  const events = await site.store.editions.events(site.editionId);
  expect(events.filter(({ event }) => event === 'stopped')).toHaveLength(1);
  expect(await site.store.db.selectFrom('alarms').select('key').execute()).toHaveLength(1);
  const leased = site.store.db.selectFrom('batches').select('id').where('lease_owner', 'is not', null);
  expect(await leased.execute()).toEqual([]);
});

test('what is in flight when the ledger cannot be written is still written down once it can', async () => {
  expectNoUnhandledRejection();
  const site = await DeliveryFixture.create({ recipients: 6, sessions: 2, withoutThread: true });
  // So long that the ledger has to grow for it.
  site.sessions.script = () => ({ kind: 'accepted', relay, code: 250, text: 'queued '.repeat(10_000) });
  const { ledger } = site.ports;
  let failures = 0;
  const step: typeof ledger.step = async (claim, step) => {
    const isFull = failures === 0 && step.settlements.length > 0;
    const pages = isFull ? 1 : 1_000_000_000;
    await site.limitPages(pages);
    failures += isFull ? 1 : 0;
    return ledger.step(claim, step);
  };

  const delivering = site.deliver({ leaseMs: 90, ports: { ledger: { ...ledger, step } } });

  await expect(delivering).rejects.toMatchObject({ code: 'SQLITE_FULL' });
  expect(await site.accounting()).toMatchObject({ accepted: 2, pending: 4 });
  expect(site.sessions.freeCount).toBe(2);
  site.now += 90;
  await site.deliverAllDue();
  expect(site.sessions.sent).toHaveLength(6);
  expect(await site.accounting()).toMatchObject({ accepted: 6, pending: 0 });
});

test('a ledger that stays unwritable ends the pass; its people are uncertain, listed, and served again', async () => {
  expectNoUnhandledRejection();
  const site = await DeliveryFixture.create({ recipients: 3, sessions: 1 });
  const { ledger } = site.ports;
  let exchanges = 0;
  const step: typeof ledger.step = async (claim, step) => {
    exchanges += 1;
    if (exchanges > 1) throw new Error('disk I/O error');
    return ledger.step(claim, step);
  };

  const delivering = site.deliver({ leaseMs: 90, ports: { ledger: { ...ledger, step } } });

  await expect(delivering).rejects.toThrow('disk I/O error');
  expect(site.sessions.freeCount).toBe(1);
  site.now += 90;
  await site.deliverAllDue();
  expect(site.sessions.copies('reader1@example.org')).toBe(2);
  expect(await site.row(1)).toMatchObject({ state: 'accepted', uncertain_times: 1 });
  expect(await site.accounting()).toMatchObject({ accepted: 3, pending: 0 });
});

test('sessions that cannot be taken end the pass with the reason, and the batch can be served again', async () => {
  expectNoUnhandledRejection();
  const site = await DeliveryFixture.create({ recipients: 2 });
  const sessions = { acquire: () => Promise.reject(new Error('no relay is configured')) };

  await expect(site.deliver({ ports: { sessions } })).rejects.toThrow('no relay is configured');
  site.now += 60_000;
  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ accepted: 2, pending: 0 });
});

test('an answer that cannot be read ends the pass once the others are settled', async () => {
  expectNoUnhandledRejection();
  const site = await DeliveryFixture.create({ recipients: 4, sessions: 4 });
  let draws = 0;
  const random = () => {
    draws += 1;
    if (draws === 2) throw new Error('no randomness');
    return 0;
  };

  await expect(site.deliver({ ports: { random } })).rejects.toThrow('no randomness');

  expect(await site.accounting()).toMatchObject({ accepted: 3, pending: 1 });
  expect((await site.row(2))?.state).toBe('in-flight');
});

test('a process that was frozen after it wrote its people down sends nothing for a lease that has run out', async () => {
  const site = await DeliveryFixture.create({ recipients: 2, sessions: 2 });
  const { ledger } = site.ports;
  let isFrozen = true;
  const step: typeof ledger.step = async (claim, step) => {
    const result = await ledger.step(claim, step);
    if (isFrozen) site.now += 60_000;
    isFrozen = false;
    return result;
  };

  await site.deliver({ ports: { ledger: { ...ledger, step } } });

  expect(site.sessions.sent).toEqual([]);
  expect(await site.accounting()).toMatchObject({ pending: 2 });
});

test('two workers whose leases overlap in doubt send no more copies than were listed as uncertain', async () => {
  const site = await DeliveryFixture.create({ recipients: 20, sessions: 3 });
  site.sessions.script = async () => {
    // The first worker is slow: its lease runs out again and again, and another takes over.
    if (site.sessions.sent.length % 4 === 0) site.now += 60_000;
    await new Promise((resolve) => setImmediate(resolve));
    return acceptAll();
  };
  const served = async () => (await site.accounting()).pending === 0;

  while (!(await served())) {
    await Promise.all(['one', 'two', 'three'].map((workerId) => site.deliver({ workerId })));
    // Whoever was begun under a lease that had expired is due again later.
    site.now += 30_000;
  }

  for (let id = 1; id <= 20; id += 1) {
    const row = await site.row(id);
    expect(row?.state).toBe('accepted');
    expect(site.sessions.copies(`reader${id}@example.org`)).toBeLessThanOrEqual(
      1 + (row?.uncertain_times ?? 0),
    );
  }
});
