import { expect, test } from 'vitest';

import { readExplanation } from '../../../../src/store/subscribers/explanation.ts';
import { day, leaseMs, SignupFixture } from '../../../support/store/signup-fixture.ts';

const ada = 'ada@example.org';

test('explains an open signup by its address, before there is a subscriber', async () => {
  await using fixture = await SignupFixture.create();
  await fixture.add(ada, 5);
  await fixture.add('bob@example.org', 6);

  const explanation = await readExplanation(fixture.store.db, {
    canonical: ada,
    subscriberId: undefined,
    limit: 10,
  });

  expect(explanation).toEqual({
    subscriptions: [],
    deliveries: [],
    feedback: [],
    absences: [],
    signups: [
      { publication: 'sample', source: 'form', outcome: null, reason: '', createdAt: 5, changedAt: 5 },
    ],
    mails: [],
  });
});

test('explains every signup and mail of a subscriber, newest first, with the replies', async () => {
  await using fixture = await SignupFixture.create();
  const first = await fixture.claimMail(await fixture.signUp(ada, 0), 0);
  await fixture.mails.begin(first, { now: 1, leaseMs, day });
  await fixture.mails.settle(
    first,
    {
      state: 'deferred',
      attempts: 1,
      uncertainTimes: 0,
      reason: 'greylist',
      nextAttemptAt: 90,
      replyCode: 451,
      replyText: '4.7.1 later',
    },
    { now: 2, day },
  );
  await fixture.sendMail(await fixture.signUp(ada, 10), 10);
  await fixture.add(ada, 20);
  const { id } = await fixture.subscriber(ada);

  const { signups, mails } = await readExplanation(fixture.store.db, {
    canonical: ada,
    subscriberId: id,
    limit: 10,
  });

  expect(signups.map(({ createdAt, outcome, reason }) => [createdAt, outcome, reason])).toEqual([
    [20, null, ''],
    [10, 'thank-you', 'confirmation-accepted'],
    [0, null, ''],
  ]);
  expect(mails).toMatchObject([
    { kind: 'confirm', state: 'accepted', outcome: 'thank-you', nextAttemptAt: null, createdAt: 10 },
    { kind: 'confirm', state: 'deferred', outcome: null, nextAttemptAt: 90, replyText: '4.7.1 later' },
  ]);
});
