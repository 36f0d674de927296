import { EventEmitter } from 'node:events';

import { sql } from 'kysely';
import { onTestFinished } from 'vitest';

import type { MessageMaker } from '../../../src/app/ports/messages.ts';
import type { DeliverBatchOptions, DeliverBatchPorts } from '../../../src/app/sending/deliver-batch-ports.ts';
import { deliverBatch } from '../../../src/app/sending/deliver-batch.ts';
import { openMessages } from '../../../src/app/sending/open-messages.ts';
import type { PublishOptions } from '../../../src/domain/editions/edition.ts';
import { BadAddressCounts } from '../../../src/domain/sending/bad-address-counts.ts';
import type { CanarySettings } from '../../../src/domain/sending/canary.ts';
import type { Accounting } from '../../../src/domain/sending/delivery.ts';
import { RefusalSeries } from '../../../src/domain/sending/refusal-series.ts';
import { DomainPacer } from '../../../src/limits/domain-pacer.ts';
import type { Log, LogFields } from '../../../src/log/log.ts';
import { readAccounting } from '../../../src/store/sending/accounting.ts';
import { publishEdition } from '../../../src/store/sending/publish.ts';
import { ScriptedSessions } from '../smtp/scripted-sessions.ts';
import { sha256, StoreFixture } from './store-fixture.ts';

/**
 * Everything `deliverBatch` needs: the real ledger on a real SQLite file, a relay that answers by a
 * script, and a clock that the test moves.
 */
export class DeliveryFixture {
  readonly store: StoreFixture;
  readonly sessions: ScriptedSessions;
  readonly editionId: number;
  /** `exchange` after each exchange with the ledger, `waiting` when a worker asks for sessions. */
  readonly events = new EventEmitter<{ step: []; waiting: [] }>();
  readonly warnings: string[] = [];
  now = 1_000;
  readonly #ports: DeliverBatchPorts;

  private constructor(parts: { store: StoreFixture; sessions: ScriptedSessions; editionId: number }) {
    this.store = parts.store;
    this.sessions = parts.sessions;
    this.editionId = parts.editionId;
    this.#ports = this.#fillPorts();
  }

  /** An edition published to reader1@example.org and so on; expires at 1,000,000. */
  static async create(options: {
    recipients: number;
    batchSize?: number;
    sessions?: number;
    /** Lets `limitPages` hold for ledger steps. */
    withoutThread?: boolean;
    warmUp?: PublishOptions['warmUp'];
    /** When the subscription with this id became active; 0 unless set. */
    confirmedAt?: (subscriberId: number) => number;
    canary?: CanarySettings;
    seeds?: PublishOptions['seeds'];
  }) {
    const store = await StoreFixture.create(undefined, options);
    onTestFinished(() => store[Symbol.asyncDispose]());
    await store.subscribe(options.recipients);
    for (let id = 1; options.confirmedAt !== undefined && id <= options.recipients; id += 1) {
      await store.db
        .updateTable('subscriptions')
        .set({ changed_at: options.confirmedAt(id) })
        .where('subscriber_id', '=', id)
        .execute();
    }
    const editionId = await store.approve('2026-11-23');
    const { canary, warmUp, seeds, batchSize = 1_000 } = options;
    if (canary !== undefined) await setCanary(store, editionId, canary);
    const first = canary && { share: canary.share, until: 1_000 + canary.minutes * 60_000 };
    const published = { editionId, actor: 'test', now: 1_000, expiresAt: 1_000_000, batchSize };
    await publishEdition(store.db, { ...published, canary: first, seeds, ...(warmUp && { warmUp }) });
    return new DeliveryFixture({
      store,
      sessions: new ScriptedSessions({ count: options.sessions ?? 3 }),
      editionId,
    });
  }

  /** One worker's pass over one batch; the first batch unless said otherwise. */
  deliver(
    options: Partial<DeliverBatchOptions> & { batchId?: number; ports?: Partial<DeliverBatchPorts> } = {},
  ): Promise<void> {
    const { batchId = 1, ports, ...rest } = options;
    const usual = { workerId: 'one', leaseMs: 60_000, retryBaseMs: 60_000, resendLimit: 3 };
    const { signal } = new AbortController();
    return deliverBatch(batchId, { ...this.#ports, ...ports }, { ...usual, signal, ...rest });
  }

  /** Delivers whatever is due until nothing is. */
  async deliverAllDue(): Promise<void> {
    for (let passes = 0; ; passes += 1) {
      const due = await this.store.batches.due({ now: this.now, limit: 100 });
      if (due.length === 0) return;
      if (passes > 100) throw new Error('the same batches are due again and again');
      for (const batchId of due) await this.deliver({ batchId });
    }
  }

  get ports(): DeliverBatchPorts {
    return this.#ports;
  }

  accounting(): Promise<Accounting> {
    return readAccounting(this.store.db, this.editionId);
  }

  async row(subscriberId: number) {
    return this.store.db
      .selectFrom('deliveries')
      .selectAll()
      .where('subscriber_id', '=', subscriberId)
      .executeTakeFirst();
  }

  async steer(state: 'paused' | 'cancelled'): Promise<void> {
    const event = { at: this.now, event: state, actor: 'test', detail: '' };
    await this.store.editions.changeState(this.editionId, state, event);
  }

  async resume(revision = 1): Promise<void> {
    const event = { at: this.now, event: 'resumed', actor: 'test', detail: '' };
    await this.store.editions.resume(this.editionId, { revision, event });
  }

  /** Lets the database grow to so many pages: with one, every write ends in SQLITE_FULL. */
  async limitPages(count: number): Promise<void> {
    await sql.raw(`pragma max_page_count = ${count}`).execute(this.store.db);
  }

  #fillPorts(): DeliverBatchPorts {
    const { store, sessions, events } = this;
    const { ledger, batches } = store;
    return {
      batches,
      ledger: {
        ...ledger,
        step: async (claim, step) => {
          const result = await ledger.step(claim, step);
          events.emit('step');
          return result;
        },
      },
      editions: {
        ...store.editions,
        publish: noPublishing,
        accounting: () => this.accounting(),
        accountings: noPublishing,
      },
      messages: openMessages({
        editions: store.editions,
        hash: (message) => sha256(JSON.stringify(message)),
        makerFor: (message) => makerOf(message as unknown as { content: string }),
      }),
      sessions: {
        acquire: (max, signal) => {
          const taken = sessions.acquire(max, signal);
          events.emit('waiting');
          return taken;
        },
      },
      pacer: new DomainPacer(),
      series: new RefusalSeries(),
      badAddresses: new BadAddressCounts(),
      clock: () => this.now,
      progress: { count: () => {} },
      random: () => 0,
      log: collectingLog(this.warnings),
    };
  }
}

function collectingLog(warnings: string[]): Log {
  const collect = (_fields: LogFields, message: string) => void warnings.push(message);
  return {
    debug: () => {},
    info: () => {},
    warn: collect,
    error: collect,
    child: () => collectingLog(warnings),
  };
}

async function setCanary(store: StoreFixture, editionId: number, canary: CanarySettings): Promise<void> {
  const settings = JSON.stringify({ publication: { uncertain: 'resend', canary } });
  await store.db.updateTable('revisions').set({ settings }).where('edition_id', '=', editionId).execute();
}

function makerOf({ content }: { readonly content: string }): MessageMaker {
  return ({ address }) => {
    const message = [Buffer.from(content)];
    return { from: 'letter@example.org', to: address, message, sizeBytes: content.length };
  };
}

function noPublishing(): never {
  throw new Error('A worker publishes nothing.');
}
