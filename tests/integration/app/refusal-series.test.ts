import { expect, test } from 'vitest';

import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { acceptAll, relay } from '../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

/** A refusal in words that no rule knows. */
const unknownWords: SmtpAnswer = {
  kind: 'refused',
  relay,
  stage: 'rcpt',
  code: 550,
  text: 'Computer says no',
};
const noReply: SmtpAnswer = { kind: 'uncertain', relay, text: 'the connection broke' };

async function spreadOverDomains(site: DeliveryFixture, domains: number): Promise<void> {
  const rows = await site.store.db.selectFrom('subscribers').select('id').execute();
  for (const { id } of rows) {
    const address = `reader${id}@d${id % domains}.example`;
    await site.store.db
      .updateTable('subscribers')
      .set({ address, canonical: address })
      .where('id', '=', id)
      .execute();
  }
}

async function alarmKinds(site: DeliveryFixture): Promise<readonly string[]> {
  const rows = await site.store.db.selectFrom('alarms').select('kind').execute();
  return rows.map(({ kind }) => kind);
}

test('a series of refusals at several domains stops the edition, and its recipients are due again on resume', async () => {
  const site = await DeliveryFixture.create({ recipients: 300, batchSize: 100 });
  await spreadOverDomains(site, 4);
  site.sessions.script = () => unknownWords;

  await site.deliverAllDue();

  const stopped = await site.accounting();
  expect((await site.store.editions.get(site.editionId)).state).toBe('paused');
  expect(await alarmKinds(site)).toEqual(['refused']);
  expect(stopped).toMatchObject({ failed: 0, pending: 300 });
  expect(site.sessions.sent.length).toBeLessThan(50);

  site.sessions.script = acceptAll;
  await site.resume();
  site.now += 1_000;
  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ accepted: 300, failed: 0, pending: 0 });
});

test('refusals at one domain do not stop the edition', async () => {
  const site = await DeliveryFixture.create({ recipients: 60, batchSize: 100 });
  await spreadOverDomains(site, 1);
  site.sessions.script = () => unknownWords;

  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ failed: 60, pending: 0 });
});

test('bad addresses are no series, however many there are', async () => {
  const site = await DeliveryFixture.create({ recipients: 60, batchSize: 100 });
  await spreadOverDomains(site, 5);
  site.sessions.script = () => ({ ...unknownWords, enhanced: '5.1.1', text: '5.1.1 User unknown' });

  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ failed: 60, pending: 0 });
});

test('a series of missing replies stops the edition', async () => {
  const site = await DeliveryFixture.create({ recipients: 300, batchSize: 100 });
  site.sessions.script = () => noReply;

  await site.deliverAllDue();

  expect((await site.store.editions.get(site.editionId)).state).toBe('paused');
  expect(await alarmKinds(site)).toEqual(['uncertain']);
  expect(site.sessions.sent.length).toBeLessThan(50);
});
