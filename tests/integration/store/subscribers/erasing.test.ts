import { expect, test } from 'vitest';

import type { MailSettlement } from '../../../../src/domain/signup/transactional-mail.ts';
import { day, dayOf, leaseMs, resendLimit, SignupFixture } from '../../../support/store/signup-fixture.ts';

const ada = 'Ada.Lovelace@example.org';
const canonical = ada.toLowerCase();
const refused: MailSettlement = {
  state: 'failed',
  attempts: 1,
  uncertainTimes: 0,
  outcome: 'subscription-failed',
  reason: 'policy',
  replyText: `5.7.1 <${ada}>: not from you`,
};

/** Whatever any table says, in one text. */
async function everyRow({ store }: SignupFixture): Promise<string> {
  const tables = await store.db.introspection.getTables();
  const rows = await Promise.all(
    tables.map(({ name }) =>
      store.db
        .selectFrom(name as 'subscribers')
        .selectAll()
        .execute(),
    ),
  );
  return JSON.stringify(rows).toLowerCase();
}

test('erasing ends open signups, counts them once, and leaves no personal data', async () => {
  await using fixture = await SignupFixture.create();
  const waiting = await fixture.add(ada);
  const held = await fixture.claim(await fixture.add(ada));

  const wasKnown = await fixture.subscribers.erase(canonical, { now: 0 });
  const admitted = await fixture.signups.admit(held, { now: 0, day, doubleOptIn: true });
  await fixture.signups.end(held, { outcome: 'valid-email', reason: 'no-such-domain', now: 0, day });

  expect(wasKnown).toBe(false);
  expect(admitted).toBeUndefined();
  expect(await fixture.signups.claim(waiting, { now: leaseMs, leaseMs })).toBeUndefined();
  expect(await fixture.outcomes()).toEqual({ 'subscription-failed erased': 2 });
  expect(await everyRow(fixture)).not.toContain('lovelace');
});

test('erasing clears replies about the subscriber, also those that arrive later', async () => {
  await using fixture = await SignupFixture.create();
  const answered = await fixture.claimMail(await fixture.signUp(ada));
  await fixture.mails.settle(answered, refused, { now: 0, day });
  const onWire = await fixture.claimMail(await fixture.signUp(ada));
  await fixture.mails.begin(onWire, { now: 0, leaseMs, day });

  const before = await everyRow(fixture);
  await fixture.subscribers.erase(canonical, { now: 0 });
  await fixture.mails.settle(onWire, refused, { now: 0, day });

  expect(before).toContain('lovelace');
  expect(await everyRow(fixture)).not.toContain('lovelace');
  expect(await fixture.outcomes()).toEqual({ 'subscription-failed confirmation-policy': 2 });
});

test('an answer and an erasing at once leave no word of them, whichever is first', async () => {
  await using fixture = await SignupFixture.create();
  const recipients = Array.from({ length: 12 }, (_, index) => `ada.lovelace${index}@example.org`);
  const claims = await Promise.all(
    recipients.map(async (address) => fixture.claimMail(await fixture.signUp(address))),
  );

  await Promise.all(
    claims.flatMap((claim, index) => [
      fixture.mails.settle(claim, refused, { now: 0, day }),
      fixture.subscribers.erase(recipients[index] ?? '', { now: 0 }),
    ]),
  );

  expect(await everyRow(fixture)).not.toContain('lovelace');
  expect(await fixture.outcomes()).toEqual({ 'subscription-failed confirmation-policy': recipients.length });
});

test('a waiting mail of an erased subscriber ends when a worker claims it', async () => {
  await using fixture = await SignupFixture.create();
  const mailId = (await fixture.signUp(ada)) ?? 0;

  await fixture.subscribers.erase(canonical, { now: 0 });
  const claim = await fixture.mails.claim(mailId, { now: 0, leaseMs, resendLimit, dayOf });

  expect(claim).toBeUndefined();
  expect(await fixture.mails.due({ now: leaseMs, limit: 10 })).toEqual([]);
  expect(await fixture.outcomes()).toEqual({ 'subscription-failed confirmation-erased': 1 });
});

test('an erased address is added again by no form, link, import or command', async () => {
  await using fixture = await SignupFixture.create();
  const subscriberId = await fixture.subscribe(canonical);
  const subject = { publicationId: 1, subscriberId };
  const subscriber = { address: ada, canonical, name: '', timeZone: null };
  const how = { publicationId: 1, source: 'import', now: 1, dryRun: false };

  await fixture.subscribers.erase(canonical, { now: 0 });
  const byForm = await fixture.signUp(ada, 1, false);
  const byLink = await fixture.ownSubscriptions.confirm(subject, { issuedAt: 1, now: 1 });
  const byUndo = await fixture.ownSubscriptions.undo(subject, { issuedAt: 1, now: 1, withinMs: 10 });
  const byImport = await fixture.subscribers.mergeMany([{ ...subscriber, state: 'active' }], how);
  const byOperator = await fixture.subscribers.addOne(subscriber, { ...how, resubscribe: true });

  expect([byForm, byLink.kind, byUndo]).toEqual([undefined, 'refused', false]);
  expect([...byImport, byOperator]).toEqual(['suppressed', 'suppressed']);
  expect(await fixture.subscribers.findByCanonical(canonical)).toBeUndefined();
});
