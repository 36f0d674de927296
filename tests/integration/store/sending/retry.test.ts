import { beforeEach, expect, test } from 'vitest';

import type { SmtpAnswer } from '../../../../src/domain/sending/smtp-answer.ts';
import { readFailures } from '../../../../src/store/sending/accounting.ts';
import { acceptAll, relay } from '../../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../../support/store/delivery-fixture.ts';

const policy: SmtpAnswer = {
  kind: 'refused',
  relay,
  stage: 'rcpt',
  code: 550,
  enhanced: '5.7.1',
  text: '5.7.1 No',
};
const badAddress: SmtpAnswer = { ...policy, enhanced: '5.1.1', text: '5.1.1 No such user' };

let fixture: DeliveryFixture;
const event = { at: 2_000, event: 'retried', actor: 'test', detail: '' };
const retry = (reasons: readonly string[] = [], now = 2_000) =>
  fixture.store.ledger.retry(fixture.editionId, { reasons, now, event });

/** 40 recipients: every tenth is refused by policy, and one more has a bad address. */
beforeEach(async () => {
  fixture = await DeliveryFixture.create({ recipients: 40, batchSize: 10 });
  fixture.sessions.script = (to) => {
    if (to === 'reader5@example.org') return badAddress;
    return to.endsWith('0@example.org') ? policy : acceptAll();
  };
  await fixture.deliverAllDue();
  fixture.now = 2_000;
  fixture.sessions.script = acceptAll;
});

test('sends a sent edition again to recipients for whom it failed, and to no other', async () => {
  expect(await readFailures(fixture.store.db, fixture.editionId)).toEqual([
    { reason: 'policy', recipients: 4, isAddress: false },
    { reason: 'bad-address', recipients: 1, isAddress: true },
  ]);
  const sentBefore = fixture.sessions.sent.length;

  expect(await retry()).toBe(4);
  expect((await fixture.store.editions.get(fixture.editionId)).state).toBe('sending');
  await fixture.deliverAllDue();

  expect(await fixture.accounting()).toMatchObject({ intended: 40, accepted: 39, failed: 1, pending: 0 });
  expect(fixture.sessions.sent.length - sentBefore).toBe(4);
  expect((await fixture.store.editions.get(fixture.editionId)).state).toBe('sent');
  const events = await fixture.store.editions.events(fixture.editionId);
  expect(events.map((entry) => entry.event)).toContain('retried');
});

test('retries only the reasons that are named', async () => {
  expect(await retry(['reputation'])).toBe(0);
  expect((await fixture.store.editions.get(fixture.editionId)).state).toBe('sent');
  expect(await retry(['policy'])).toBe(4);
});

test('never retries a bad address', async () => {
  expect(await retry(['bad-address'])).toBe(0);
});

test('is refused once the edition has expired, or while it is sent', async () => {
  await expect(retry([], 1_000_000)).rejects.toMatchObject({ code: 'EDITION_STATE' });
  await retry();
  await expect(retry()).rejects.toMatchObject({ code: 'EDITION_STATE' });
});
