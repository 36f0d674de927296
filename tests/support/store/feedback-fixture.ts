import type { Arrival } from '../../../src/domain/inbound/feedback.ts';
import type { BounceClass, ReceivedReport } from '../../../src/domain/inbound/received-report.ts';
import type { RefusalClass } from '../../../src/domain/sending/refusal-classes.ts';
import { createFeedback, createKept } from '../../../src/store/feedback/feedback.ts';
import { createOperatorChanges } from '../../../src/store/subscribers/operator-changes.ts';
import { createSuppressions } from '../../../src/store/subscribers/suppressions.ts';
import { StoreFixture } from './store-fixture.ts';

export const dayMs = 86_400_000;

/** Editions that were accepted by everybody, and reports about them. */
export class FeedbackFixture implements AsyncDisposable {
  readonly store: StoreFixture;
  readonly feedback;
  readonly kept;
  readonly changes;
  #fingerprint = 0;

  private constructor(store: StoreFixture) {
    this.store = store;
    this.feedback = createFeedback(store.db, { keys: store.keys });
    this.kept = createKept(store.db, { keys: store.keys });
    this.changes = createOperatorChanges(store.db, { keys: store.keys });
  }

  static async create(recipients: number): Promise<FeedbackFixture> {
    const store = await StoreFixture.create();
    await store.subscribe(recipients);
    return new FeedbackFixture(store);
  }

  /** On a database with subscribers, which the caller closes. */
  static on(store: StoreFixture): FeedbackFixture {
    return new FeedbackFixture(store);
  }

  /** An edition that every subscriber's relay accepted; returns its id. */
  async sent(date: string, publishedAt = Date.parse(date)): Promise<number> {
    const { db } = this.store;
    const editionId = await this.store.approve(date);
    await this.store.publish(editionId, 1_000);
    await db
      .updateTable('editions')
      .set({ published_at: publishedAt, state: 'sent' })
      .where('id', '=', editionId)
      .execute();
    const ids = await db.selectFrom('subscribers').select('id').execute();
    const rows = ids.map(({ id }) => ({
      edition_id: editionId,
      subscriber_id: id,
      state: 'accepted' as const,
      outcome: 'thank-you' as const,
      revision: 1,
      epoch: 1,
      attempts: 1,
      uncertain_times: 0,
      reason: 'accepted',
      changed_at: publishedAt,
    }));
    await db.insertInto('deliveries').values(rows).execute();
    return editionId;
  }

  bounce(
    editionId: number,
    subscriberId: number,
    as: { readonly class: BounceClass; readonly refusal?: RefusalClass; readonly recipient?: string },
  ): Arrival {
    return this.arrival({
      kind: 'bounce',
      reason: as.refusal ?? 'unclassified',
      delivery: { editionId, subscriberId, by: 'verp' },
      evidence: {
        code: 550,
        enhanced: '5.1.1',
        text: `550 5.1.1 <reader${subscriberId}@example.org> unknown`,
        source: 'diagnostic',
      },
      ...as,
    });
  }

  complaint(editionId: number, subscriberId: number): Arrival {
    return this.arrival({
      kind: 'complaint',
      reason: 'abuse',
      delivery: { editionId, subscriberId, by: 'verp' },
      evidence: { text: 'Feedback-Type: abuse', source: 'feedback' },
    });
  }

  arrival(report: ReceivedReport, options: { readonly isTrusted?: boolean } = {}): Arrival {
    this.#fingerprint += 1;
    return {
      report,
      source: 'smtp',
      fingerprint: `fingerprint ${this.#fingerprint}`,
      raw: Buffer.from('Subject: a report\r\n\r\nText'),
      isTrusted: options.isTrusted ?? false,
    };
  }

  async state(subscriberId: number): Promise<string> {
    const row = await this.store.db
      .selectFrom('subscriptions')
      .select('state')
      .where('subscriber_id', '=', subscriberId)
      .executeTakeFirstOrThrow();
    return row.state;
  }

  async isSuppressed(subscriberId: number): Promise<boolean> {
    const address = `reader${subscriberId}@example.org`;
    const suppressions = createSuppressions(this.store.db, { keys: this.store.keys });
    return (await suppressions.has([address])).has(address);
  }

  async alarms(): Promise<readonly string[]> {
    const rows = await this.store.db.selectFrom('alarms').select('key').orderBy('id').execute();
    return rows.map(({ key }) => key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }
}
