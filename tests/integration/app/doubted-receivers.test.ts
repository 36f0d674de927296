import { expect, test } from 'vitest';

import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { createSuppressions } from '../../../src/store/subscribers/suppressions.ts';
import { acceptAll, relay } from '../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

const unknownUser: SmtpAnswer = {
  kind: 'refused',
  relay,
  stage: 'rcpt',
  code: 550,
  enhanced: '5.1.1',
  text: '5.1.1 User unknown',
};

/** Of so many recipients each `every`th is at `broken.example`. */
async function createFixture(
  { recipients, every = 10 }: { readonly recipients: number; readonly every?: number },
  refuses: (id: number) => boolean = () => true,
): Promise<DeliveryFixture> {
  const site = await DeliveryFixture.create({ recipients, batchSize: 100 });
  const broken = new Set<string>();
  for (let id = every; id <= recipients; id += every) {
    const address = `reader${id}@Broken.example`;
    const canonical = address.toLowerCase();
    if (refuses(id)) broken.add(address);
    await site.store.db.updateTable('subscribers').set({ address, canonical }).where('id', '=', id).execute();
  }
  site.sessions.script = (to) => (broken.has(to) ? unknownUser : acceptAll());
  return site;
}

async function alarms(site: DeliveryFixture) {
  return site.store.db.selectFrom('alarms').select(['kind', 'text']).orderBy('id').execute();
}

async function suppressedCount(site: DeliveryFixture): Promise<number> {
  const suppressions = await createSuppressions(site.store.db, { keys: site.store.keys }).count();
  const rows = await site.store.db
    .selectFrom('subscriptions')
    .select('state')
    .where('state', '=', 'suppressed')
    .execute();
  expect(rows).toHaveLength(suppressions);
  return suppressions;
}

test('a receiver that refuses many addresses at once suppresses nobody, raises an alarm, and can be retried', async () => {
  const site = await createFixture({ recipients: 600 });

  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ accepted: 540, failed: 60, pending: 0 });
  expect(await suppressedCount(site)).toBe(0);
  const [alarm, ...more] = await alarms(site);
  expect(more).toEqual([]);
  expect(alarm?.kind).toBe('bad-addresses');
  expect(alarm?.text).toMatch(/^broken\.example refused \d+ of 60 recipients of sample\/2026-11-23/u);

  site.sessions.script = acceptAll;
  const event = { at: site.now, event: 'retried', actor: 'test', detail: '' };
  const retry = { reasons: ['receiver-doubted'], now: site.now, event };
  expect(await site.store.ledger.retry(site.editionId, retry)).toBe(60);
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ accepted: 600, failed: 0 });
});

test('twenty and fewer, or one in twenty and fewer, are believed and suppressed', async () => {
  const few = await createFixture({ recipients: 190 });
  await few.deliverAllDue();
  expect(await suppressedCount(few)).toBe(19);
  expect(await alarms(few)).toEqual([]);

  const rare = await createFixture({ recipients: 800, every: 2 }, (id) => id % 40 === 0);
  await rare.deliverAllDue();
  expect(await suppressedCount(rare)).toBe(20);
  expect(await alarms(rare)).toEqual([]);
});

test('who was suppressed before the edition, or at another receiver, stays suppressed', async () => {
  const site = await createFixture({ recipients: 400 });
  const suppressions = createSuppressions(site.store.db, { keys: site.store.keys });
  await suppressions.add('old@broken.example', { reason: 'bad-address', now: 5 });
  const { script } = site.sessions;
  site.sessions.script = (to, copy) => (to === 'reader1@example.org' ? unknownUser : script(to, copy));

  await site.deliverAllDue();

  const known = ['old@broken.example', 'reader1@example.org', 'reader10@broken.example'];
  expect(await suppressions.has(known)).toEqual(new Set(['old@broken.example', 'reader1@example.org']));
});

test('an edition that expires before everybody got it raises an alarm with their number', async () => {
  const site = await DeliveryFixture.create({ recipients: 30 });
  site.now = 1_000_001;

  await site.deliverAllDue();

  expect(await site.accounting()).toMatchObject({ failed: 30, pending: 0 });
  const [alarm] = await alarms(site);
  expect(alarm).toMatchObject({ kind: 'expired' });
  expect(alarm?.text).toContain('sample/2026-11-23 expired before 30 recipients got it.');
});
