import { expect, test } from 'vitest';

import { listDeliveries } from '../../../../src/app/sending/list-deliveries.ts';
import type { DeliveryKind, ListedDelivery } from '../../../../src/domain/sending/delivery.ts';
import type { SmtpAnswer } from '../../../../src/domain/sending/smtp-answer.ts';
import { readProgress } from '../../../../src/store/sending/progress.ts';
import { readDeliveries } from '../../../../src/store/sending/read-deliveries.ts';
import { acceptAll, relay } from '../../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../../support/store/delivery-fixture.ts';

const unknown = (to: string): SmtpAnswer => ({
  kind: 'refused',
  relay,
  stage: 'rcpt',
  code: 550,
  enhanced: '5.1.1',
  text: `5.1.1 <${to}>: unknown; also <other@example.org>`,
});
const later: SmtpAnswer = {
  kind: 'refused',
  relay,
  stage: 'rcpt',
  code: 451,
  enhanced: '4.3.0',
  text: '4.3.0 later',
};

async function list(fixture: DeliveryFixture, kind: DeliveryKind): Promise<readonly ListedDelivery[]> {
  const { db } = fixture.store;
  const pages = listDeliveries({ editionId: fixture.editionId, kind }, (query) => readDeliveries(db, query));
  const all: ListedDelivery[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

test('lists who failed, is deferred or was uncertain, and why, over several pages', async () => {
  const fixture = await DeliveryFixture.create({ recipients: 2_300, batchSize: 2_300 });
  fixture.sessions.script = (to) => {
    const number = Number(/\d+/u.exec(to)?.[0]);
    if (number % 2 === 0) return unknown(to);
    if (number === 2_299) return later;
    if (number === 2_297) return { kind: 'uncertain', relay, text: 'the connection broke' };
    return acceptAll();
  };
  await fixture.deliverAllDue();

  const failed = await list(fixture, 'failed');
  const deferred = await list(fixture, 'deferred');
  const uncertain = await list(fixture, 'uncertain');

  expect(failed).toHaveLength(1_150);
  expect(new Set(failed.map(({ address }) => address)).size).toBe(1_150);
  expect(failed[0]).toMatchObject({
    address: 'reader2@example.org',
    reason: 'receiver-doubted',
    replyCode: 550,
    replyText: '5.1.1 <reader2@example.org>: unknown; also <(address)>',
  });
  expect(deferred.map(({ address }) => address)).toEqual(['reader2299@example.org']);
  expect(deferred[0]?.nextAttemptAt).toBeGreaterThan(fixture.now);
  expect(uncertain.map(({ address }) => address)).toEqual(['reader2297@example.org']);
  expect(await list(fixture, 'suppressed')).toEqual([]);
});

test('pending recipients are split into waiting, in flight and deferred, with the rate of the last minute', async () => {
  const fixture = await DeliveryFixture.create({ recipients: 30, batchSize: 20, sessions: 2 });
  fixture.now = 100_000;
  fixture.sessions.script = (to) => (/[05]@/u.test(to) ? later : acceptAll());
  await fixture.deliver();
  const { pending } = await fixture.accounting();
  const query = { editionId: fixture.editionId, pending, now: 104_000 };

  const now = await readProgress(fixture.store.db, query);
  const much = await readProgress(fixture.store.db, { ...query, now: 900_000 });

  const row = await fixture.row(5);
  expect(pending).toBe(14);
  expect(now).toEqual({
    waiting: 10,
    deferred: 4,
    inFlight: 0,
    uncertain: 0,
    nextAttemptAt: row?.next_attempt_at,
    perSecond: 4,
  });
  expect(much).toMatchObject({ waiting: 10, perSecond: 0 });
});
