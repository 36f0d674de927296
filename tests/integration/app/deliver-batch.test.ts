import { once } from 'node:events';

import { expect, test } from 'vitest';

import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { acceptAll, relay } from '../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

const rateAnswer: SmtpAnswer = {
  kind: 'refused',
  relay,
  stage: 'rcpt',
  code: 451,
  enhanced: '4.7.0',
  text: '4.7.0 Too much mail',
};

/** An answer that comes when the test says so. */
function held() {
  const { promise, resolve } = Promise.withResolvers<SmtpAnswer>();
  return { answer: promise, accept: () => resolve(acceptAll()) };
}

test('sends to every recipient once, with never more in flight than sessions', async () => {
  const site = await DeliveryFixture.create({ recipients: 50, sessions: 4 });

  await site.deliver();

  expect(site.sessions.mostInFlight).toBe(4);
  expect(site.sessions.sent.map(({ to }) => to)).toEqual(
    Array.from({ length: 50 }, (_, index) => `reader${index + 1}@example.org`),
  );
  expect(await site.accounting()).toMatchObject({ intended: 50, accepted: 50, pending: 0 });
  expect((await site.store.editions.get(site.editionId)).state).toBe('sent');
  expect(site.sessions.freeCount).toBe(4);
});

test('a delivery on the wire is in flight in the ledger', async () => {
  const site = await DeliveryFixture.create({ recipients: 5, sessions: 2 });
  const states: (string | undefined)[] = [];
  site.sessions.script = async (to) => {
    states.push((await site.row(Number(/\d+/u.exec(to)?.[0])))?.state);
    return acceptAll();
  };

  await site.deliver();

  expect(states).toEqual(Array.from({ length: 5 }, () => 'in-flight'));
});

test('an address that always breaks the connection causes no second copies and no delays for others', async () => {
  const site = await DeliveryFixture.create({ recipients: 10, sessions: 2 });
  const broken = 'reader3@example.org';
  site.sessions.script = (to) =>
    to === broken ? { kind: 'not-sent', relay, text: 'the connection broke' } : acceptAll();

  await site.deliverAllDue();
  const first = await site.accounting();
  while (site.now < 1_000_000) {
    site.now += 30_000;
    await site.deliverAllDue();
  }

  expect(first).toMatchObject({ accepted: 9, pending: 1 });
  expect(site.sessions.sent.filter(({ to }) => to !== broken)).toHaveLength(9);
  expect(site.sessions.copies(broken)).toBeGreaterThan(2);
  expect(await site.row(3)).toMatchObject({ state: 'failed', reason: 'expired' });
  expect(await site.accounting()).toMatchObject({ accepted: 9, failed: 1, pending: 0 });
});

test('a recipient whose message cannot be made does not affect the others', async () => {
  const site = await DeliveryFixture.create({ recipients: 5, sessions: 2 });
  const messages = {
    open: async () => {
      const make = await site.ports.messages.open(site.editionId, 1);
      return (recipient: Parameters<typeof make>[0]) => {
        if (recipient.subscriberId === 2) throw new Error('no such slot');
        return make(recipient);
      };
    },
  };

  await site.deliver({ ports: { messages } });

  expect(await site.accounting()).toMatchObject({ accepted: 4, pending: 1 });
  expect(await site.row(2)).toMatchObject({ state: 'deferred', reason: 'not-sent' });
  expect(site.sessions.freeCount).toBe(2);
});

test('a stop lets what is in flight be answered and begins nothing more', async () => {
  const site = await DeliveryFixture.create({ recipients: 6, sessions: 2 });
  const stop = new AbortController();
  const answers = [held(), held()];
  const bothSent = Promise.withResolvers<void>();
  site.sessions.script = () => {
    if (site.sessions.sent.length === 2) bothSent.resolve();
    return answers[site.sessions.sent.length - 1]?.answer ?? acceptAll();
  };
  const delivering = site.deliver({ signal: stop.signal });
  await bothSent.promise;

  stop.abort();
  for (const { accept } of answers) accept();
  await delivering;

  expect(await site.accounting()).toMatchObject({ accepted: 2, uncertain: 0, pending: 4 });
  expect(site.sessions.sent).toHaveLength(2);
  expect(await site.store.batches.due({ now: site.now, limit: 1 })).toEqual([1]);
});

test('a stop in the middle of a ledger step leaves no delivery in flight', async () => {
  const site = await DeliveryFixture.create({ recipients: 6, sessions: 2 });
  const stop = new AbortController();
  const { ledger } = site.ports;
  const step: typeof ledger.step = async (claim, step) => {
    const result = await ledger.step(claim, step);
    stop.abort();
    return result;
  };

  await site.deliver({ signal: stop.signal, ports: { ledger: { ...ledger, step } } });

  expect(await site.accounting()).toMatchObject({ accepted: 2, pending: 4 });
  expect(site.sessions.sent).toHaveLength(2);
  expect(site.sessions.freeCount).toBe(2);
});

test('after a stop the rest is due at once, even if a domain had asked for a pause', async () => {
  const site = await DeliveryFixture.create({ recipients: 4, sessions: 1 });
  const stop = new AbortController();
  await site.store.db
    .updateTable('subscribers')
    .set({ address: 'slow@example.net' })
    .where('id', 'in', [1, 2])
    .execute();
  site.sessions.script = (to) => {
    if (to === 'slow@example.net') return rateAnswer;
    stop.abort();
    return acceptAll();
  };

  await site.deliver({ signal: stop.signal });

  expect(await site.accounting()).toMatchObject({ accepted: 1, pending: 3 });
  expect(await site.store.batches.due({ now: site.now, limit: 1 })).toEqual([1]);
});

test('a domain that asks for less is left alone, and its batch is not claimed meanwhile', async () => {
  const site = await DeliveryFixture.create({ recipients: 5, sessions: 1 });
  await site.store.db
    .updateTable('subscribers')
    .set({ address: 'slow@example.net' })
    .where('id', 'in', [1, 2, 3])
    .execute();
  site.sessions.script = (to, copy) => (to === 'slow@example.net' && copy === 1 ? rateAnswer : acceptAll());

  await site.deliverAllDue();
  const meanwhile = await site.accounting();
  site.now += 60_000;
  await site.deliverAllDue();
  site.now += 60_000;
  await site.deliverAllDue();

  expect(meanwhile).toMatchObject({ accepted: 2, pending: 3 });
  expect(await site.accounting()).toMatchObject({ accepted: 5, pending: 0 });
  expect(site.sessions.sent).toHaveLength(6);
});

test('while every relay is down the batch waits under a renewed lease, and no delivery fails', async () => {
  const site = await DeliveryFixture.create({ recipients: 3 });
  site.sessions.goDown();
  const delivering = site.deliver({ leaseMs: 30 });
  await once(site.events, 'waiting');

  for (let minutes = 0; minutes < 5; minutes += 1) {
    site.now += 20;
    await once(site.events, 'step');
    await once(site.events, 'step');
    expect(await site.store.batches.due({ now: site.now, limit: 1 })).toEqual([]);
  }
  expect(await site.accounting()).toMatchObject({ pending: 3 });
  site.sessions.comeBack();
  await delivering;

  expect(await site.accounting()).toMatchObject({ accepted: 3, pending: 0 });
});

test('a morning email is not begun any more once the edition has expired', async () => {
  const site = await DeliveryFixture.create({ recipients: 3 });
  site.sessions.goDown();
  const delivering = site.deliver({ leaseMs: 30 });
  await once(site.events, 'waiting');

  site.now = 1_000_000;
  site.sessions.comeBack();
  await delivering;
  await site.deliverAllDue();

  expect(site.sessions.sent).toEqual([]);
  expect(await site.row(1)).toMatchObject({ state: 'failed', reason: 'expired' });
  expect((await site.store.editions.get(site.editionId)).state).toBe('sent');
});
