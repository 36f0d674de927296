import { onTestFinished } from 'vitest';

import type { Claim, Recipient, Settlement } from '../../../src/domain/sending/ledger.ts';
import { StoreFixture } from './store-fixture.ts';

export const leaseMs = 100;

/** A store with one edition that is being sent to `people` subscribers, gone when the test is. */
export async function publishedEdition(options: {
  readonly recipients: number;
  readonly batchSize: number;
  readonly uncertain?: 'resend' | 'hold';
}): Promise<{ readonly store: StoreFixture; readonly editionId: number }> {
  const store = await StoreFixture.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  await store.subscribe(options.recipients);
  const editionId = await store.approve('2026-11-23', options.uncertain);
  await store.publish(editionId, options.batchSize);
  return { store, editionId };
}

/** Claims the first batch that is due. */
export async function claimFirst(store: StoreFixture, now: number, workerId = 'one'): Promise<Claim> {
  const [batchId] = await store.batches.due({ now, limit: 1 });
  const claim = await store.batches.claim(batchId ?? 0, { workerId, leaseMs, now, resendLimit: 3 });
  if (claim === undefined) throw new Error('nothing to claim');
  return claim;
}

/** Writes these people down as in flight. */
export async function begin(
  store: StoreFixture,
  claim: Claim,
  options: { readonly intents: readonly Recipient[]; readonly now: number },
): Promise<ReadonlySet<number>> {
  const result = await store.ledger.step(claim, { ...options, settlements: [], leaseMs });
  return result.begun;
}

export async function settle(
  store: StoreFixture,
  claim: Claim,
  options: { readonly settlements: readonly Settlement[]; readonly now: number },
): Promise<void> {
  await store.ledger.step(claim, { ...options, intents: [], leaseMs });
}

export function accepted(subscriberId: number): Settlement {
  return {
    subscriberId,
    state: 'accepted',
    attempts: 1,
    uncertainTimes: 0,
    outcome: 'thank-you',
    reason: 'accepted',
    replyCode: 250,
  };
}

export function deferred(subscriberId: number, nextAttemptAt: number, uncertainTimes = 0): Settlement {
  return {
    subscriberId,
    state: 'deferred',
    attempts: 1,
    uncertainTimes,
    nextAttemptAt,
    reason: 'greylisted',
    replyCode: 451,
    replyText: `4.7.1 <reader${subscriberId}@example.org>: try again later`,
  };
}
