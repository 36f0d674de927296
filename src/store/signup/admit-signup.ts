import type { Kysely } from 'kysely';

import { decideSignup } from '../../domain/signup/signup.ts';
import type { SignupClaim, SubscriptionSituation } from '../../domain/signup/signup.ts';
import { mailboxKey } from '../../domain/subscribers/mailbox-key.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import {
  lockMailbox,
  lockSignup,
  lockSubscriber,
  lockSubscription,
  lockSuppressions,
} from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { addSubscriptionEvents } from '../events/add-events.ts';
import { endSignup } from '../outcomes/count-outcomes.ts';
import { createSuppressions } from '../subscribers/suppressions.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { insertMail } from './mail-rows.ts';

interface AdmitOptions extends SuppressionOptions {
  readonly now: number;
  readonly day: string;
  readonly doubleOptIn: boolean;
}

/**
 * Decides one signup by the subscription's present state and applies the decision, all in the
 * transaction `trx`. Two signups of one subscriber wait for each other at the subscriber's row.
 */
export async function admitSignup(
  trx: Kysely<Schema>,
  claim: SignupClaim,
  options: AdmitOptions,
): Promise<{ readonly mailId: number } | undefined> {
  await lockSuppressions(trx, 'together');
  if (!(await lockSignup(trx, claim))) return undefined;
  const { signupId, canonical, publicationId } = claim;
  const { now, day } = options;
  if ((await createSuppressions(trx, options).has([canonical])).has(canonical)) {
    await endSignup(trx, signupId, { outcome: 'subscription-failed', reason: 'suppressed', now, day });
    return undefined;
  }
  const subscriberId = await addOrLockSubscriber(trx, claim, now);
  await trx.updateTable('signups').set({ subscriber_id: subscriberId }).where('id', '=', signupId).execute();
  const mailbox = hashMailbox(canonical, options);
  const situation = await readSituation(trx, { publicationId, subscriberId, mailbox, now });
  const decision = decideSignup(situation, options);
  if (decision.mail === undefined) {
    await endSignup(trx, signupId, { ...decision.ending, now, day });
    return undefined;
  }
  if (decision.subscribe !== 'unchanged') {
    await subscribe(trx, {
      publicationId,
      subscriberId,
      state: decision.subscribe,
      source: claim.source,
      now,
    });
  }
  await trx
    .updateTable('signups')
    .set({ done: 1, address: '', canonical: '', changed_at: now })
    .where('id', '=', signupId)
    .execute();
  return {
    mailId: await insertMail(trx, {
      kind: decision.mail,
      publicationId,
      subscriberId,
      signupId,
      mailbox,
      now,
    }),
  };
}

/** The same for every spelling of one mailbox. */
function hashMailbox(canonical: string, { keys: [newest] }: SuppressionOptions): string {
  if (newest === undefined) throw new Error('Hashing a mailbox needs a key.');
  return newest.hash(mailboxKey(canonical));
}

async function addOrLockSubscriber(trx: Kysely<Schema>, claim: SignupClaim, now: number): Promise<number> {
  const { address, canonical } = claim;
  await trx
    .insertInto('subscribers')
    .values({ address, canonical, name: '', created_at: now })
    .onConflict((conflict) => conflict.column('canonical').doNothing())
    .execute();
  const id = await lockSubscriber(trx, { canonical });
  // An erasure inserts a suppression first, which waits for this transaction's lock.
  if (id === undefined) throw new Error('The subscriber was erased although suppressions are locked.');
  return id;
}

async function readSituation(
  trx: Kysely<Schema>,
  subscriber: {
    readonly publicationId: number;
    readonly subscriberId: number;
    readonly mailbox: string;
    readonly now: number;
  },
): Promise<SubscriptionSituation> {
  const subscription = await lockSubscription(trx, subscriber);
  await lockMailbox(trx, subscriber.mailbox);
  // By the indexes `mails_by_subscriber` and `mails_by_mailbox`.
  const { sent } = await trx
    .selectFrom('mails')
    .select((eb) => eb.fn.countAll().as('sent'))
    .where((eb) =>
      eb.or([eb('subscriber_id', '=', subscriber.subscriberId), eb('mailbox', '=', subscriber.mailbox)]),
    )
    .where('created_at', '>', subscriber.now - dayMs)
    .where('kind', '=', 'confirm')
    .executeTakeFirstOrThrow();
  return { isSuppressed: false, state: subscription?.state, confirmationsToday: Number(sent) };
}

const dayMs = 24 * 3_600_000;

async function subscribe(
  trx: Kysely<Schema>,
  subscription: {
    readonly publicationId: number;
    readonly subscriberId: number;
    readonly state: SubscriptionState;
    readonly source: string;
    readonly now: number;
  },
): Promise<void> {
  const { publicationId, subscriberId, state, source, now } = subscription;
  await trx
    .insertInto('subscriptions')
    .values({
      publication_id: publicationId,
      subscriber_id: subscriberId,
      state,
      source,
      created_at: now,
      changed_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['publication_id', 'subscriber_id']).doUpdateSet({ state, changed_at: now }),
    )
    .execute();
  const type = state === 'active' ? 'subscription.confirmed' : 'subscription.asked';
  await addSubscriptionEvents(trx, [{ publicationId, subscriberId, state }], { type, now });
}
