import { expect, test } from 'vitest';

import type { Relays } from '../../../src/delivery/smtp/relays.ts';
import { PolicyServer } from '../../support/servers/policy-server.ts';
import { PostfixServer } from '../../support/servers/postfix-server.ts';
import { PostgreyServer } from '../../support/servers/postgrey-server.ts';
import { relaysTo } from '../../support/smtp/relays-fixture.ts';
import { relayTo } from '../../support/smtp/smtp-client.ts';
import { SmtpSink } from '../../support/smtp/smtp-sink.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';
import { until } from '../../support/until.ts';

/** Delivers what is due; then moves the clock to the next attempt, until every delivery is final. */
async function deliverAll(
  fixture: DeliveryFixture,
  relays: Relays,
  beforeRetry: () => Promise<void> = async () => {},
): Promise<void> {
  for (let passes = 0; passes < 200; passes += 1) {
    const due = await fixture.store.batches.due({ now: fixture.now, limit: 100 });
    for (const batchId of due) await fixture.deliver({ batchId, ports: { sessions: relays } });
    if (due.length > 0) continue;
    const waiting = await fixture.store.db
      .selectFrom('batches')
      .select('due_at')
      .where('done', '=', 0)
      .orderBy('due_at')
      .executeTakeFirst();
    if (waiting === undefined) return;
    await beforeRetry();
    fixture.now = Math.max(fixture.now + 1, waiting.due_at);
  }
  throw new Error('the edition does not end');
}

/** Addresses of the ledger's rows in a state. */
async function addresses(fixture: DeliveryFixture, state: 'accepted' | 'failed'): Promise<string[]> {
  const rows = await fixture.store.db
    .selectFrom('deliveries')
    .innerJoin('subscribers', 'subscribers.id', 'deliveries.subscriber_id')
    .select('address')
    .where('deliveries.state', '=', state)
    .execute();
  return rows.map(({ address }) => address).toSorted();
}

async function editionState(fixture: DeliveryFixture): Promise<string | undefined> {
  const edition = await fixture.store.db
    .selectFrom('editions')
    .select('state')
    .where('id', '=', fixture.editionId)
    .executeTakeFirst();
  return edition?.state;
}

/** Every address that Postfix handed on, once for each copy. */
async function handedOn(postfix: PostfixServer, onward: SmtpSink): Promise<string[]> {
  await until('Postfix has handed everything on', () => postfix.queued === 0);
  return onward.messages.map(({ to }) => to).toSorted();
}

const numberOf = (address: string): number => Number(/\d+/u.exec(address)?.[0]);

test('of 1,000 recipients exactly those are accepted whose message Postfix took, with refusals after the final dot', async () => {
  await using onward = await SmtpSink.start();
  const asked = new Map<string, number>();
  await using policy = await PolicyServer.start((attributes) => {
    const to = attributes.get('recipient') ?? '';
    const times = (asked.get(to) ?? 0) + 1;
    asked.set(to, times);
    if (numberOf(to) % 5 === 0) return 'REJECT content not wanted';
    if (times === 1 && numberOf(to) % 7 === 0) return 'DEFER not yet';
    if (times === 1 && numberOf(to) === 501) return '421 4.3.2 closing for a moment';
    return 'DUNNO';
  });
  await using postfix = await PostfixServer.create({
    relayhost: `[127.0.0.1]:${onward.port}`,
    smtpd_end_of_data_restrictions: policy.restriction,
  });
  await using relays = relaysTo([relayTo(postfix.port, { sessions: 4 })]);
  const fixture = await DeliveryFixture.create({ recipients: 1_000, batchSize: 250 });

  await deliverAll(fixture, relays);

  const accepted = await addresses(fixture, 'accepted');
  const failed = await addresses(fixture, 'failed');
  expect(await editionState(fixture)).toBe('sent');
  expect(failed).toHaveLength(200);
  expect(failed.filter((address) => numberOf(address) % 5 !== 0)).toEqual([]);
  expect(accepted).toHaveLength(800);
  expect(await handedOn(postfix, onward)).toEqual(accepted);
  expect(await fixture.accounting()).toMatchObject({ intended: 1_000, accepted: 800, failed: 200 });
  expect(postfix.log).toContain('End-of-data rejected');
  expect(postfix.log).not.toContain('too many errors');
});

test('every recipient whom Postgrey puts off is accepted later, whether it says 450 or 451', async () => {
  for (const action of ['DEFER_IF_PERMIT', '451']) {
    await using onward = await SmtpSink.start();
    await using postgrey = await PostgreyServer.create({ delaySeconds: 1, action });
    await using postfix = await PostfixServer.create({
      relayhost: `[127.0.0.1]:${onward.port}`,
      smtpd_recipient_restrictions: `check_policy_service inet:127.0.0.1:${postgrey.port}, permit_mynetworks, reject`,
    });
    await using relays = relaysTo([relayTo(postfix.port, { sessions: 3 })]);
    const fixture = await DeliveryFixture.create({ recipients: 30 });
    let firstPause = 0;

    await deliverAll(fixture, relays, async () => {
      const rows = await fixture.store.db.selectFrom('deliveries').selectAll().execute();
      expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(['greylisted']));
      const next = rows.flatMap(({ next_attempt_at: at }) => at ?? []);
      firstPause ||= Math.min(...next) - fixture.now;
      await postgrey.waitOutDelay();
    });

    expect(firstPause).toBeGreaterThanOrEqual(300_000);
    expect(await fixture.accounting()).toMatchObject({ intended: 30, accepted: 30 });
    expect(await handedOn(postfix, onward)).toEqual(await addresses(fixture, 'accepted'));
  }
});

test('a full queue counts no attempt, and every recipient is accepted when there is room again', async () => {
  await using onward = await SmtpSink.start();
  const settings = { relayhost: `[127.0.0.1]:${onward.port}` };
  const full = { ...settings, queue_minfree: '9000000000000000000' };
  await using postfix = await PostfixServer.create(full);
  await using relays = relaysTo([relayTo(postfix.port, { sessions: 3 })]);
  const fixture = await DeliveryFixture.create({ recipients: 40 });
  let pauses = 0;

  await deliverAll(fixture, relays, async () => {
    pauses += 1;
    const rows = await fixture.store.db.selectFrom('deliveries').selectAll().execute();
    expect(new Set(rows.map(({ attempts }) => attempts))).toEqual(new Set([0]));
    expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(['relay-out-of-space']));
    expect(new Set(rows.map(({ reply_code: code }) => code))).toEqual(new Set([452]));
    if (pauses === 2) await postfix.restart(settings);
  });

  expect(pauses).toBe(2);
  expect(await editionState(fixture)).toBe('sent');
  expect(await fixture.accounting()).toMatchObject({ intended: 40, accepted: 40 });
  expect(await handedOn(postfix, onward)).toEqual(await addresses(fixture, 'accepted'));
});

test('a message above the size limit of Postfix stops the edition and fails no recipient', async () => {
  await using postfix = await PostfixServer.create({ message_size_limit: '5' });
  await using relays = relaysTo([relayTo(postfix.port)]);
  const fixture = await DeliveryFixture.create({ recipients: 5 });

  await fixture.deliver({ ports: { sessions: relays } });

  expect(await editionState(fixture)).toBe('paused');
  expect(await addresses(fixture, 'failed')).toEqual([]);
  expect(postfix.log).not.toContain('MAIL from');
});

test('a Postfix for submission without a login stops the edition and fails no recipient', async () => {
  const restrictions = [
    'smtpd_client_restrictions',
    'smtpd_recipient_restrictions',
    'smtpd_relay_restrictions',
  ];
  for (const restriction of restrictions) {
    await using postfix = await PostfixServer.create({
      smtpd_sasl_auth_enable: 'yes',
      [restriction]: 'permit_sasl_authenticated, reject',
    });
    await using relays = relaysTo([relayTo(postfix.port, { sessions: 3 })]);
    const fixture = await DeliveryFixture.create({ recipients: 60 });
    await spreadOverDomains(fixture, 4);

    await fixture.deliver({ ports: { sessions: relays } });

    expect(await editionState(fixture)).toBe('paused');
    const final = await addresses(fixture, 'failed');
    // "Recipient address rejected" may be about one recipient: only a series of it stops, and is due again.
    expect(final.length).toBeLessThan(10);
    expect(postfix.log).toContain('Access denied');
  }
});

/** Many receiving domains, as on a real list. */
async function spreadOverDomains(fixture: DeliveryFixture, count: number): Promise<void> {
  const { db } = fixture.store;
  const rows = await db.selectFrom('subscribers').select(['id', 'address']).execute();
  for (const { id, address } of rows) {
    const moved = address.replace('@', `@d${id % count}.`);
    await db
      .updateTable('subscribers')
      .set({ address: moved, canonical: moved })
      .where('id', '=', id)
      .execute();
  }
}
