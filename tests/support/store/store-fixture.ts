import { createHash } from 'node:crypto';

import type { PublishOptions } from '../../../src/domain/editions/edition.ts';
import { deriveSuppressionKeys } from '../../../src/secrets/suppression-keys.ts';
import { fileOf } from '../../../src/store/database/open-sqlite.ts';
import { slices } from '../../../src/store/database/slices.ts';
import { createEditions } from '../../../src/store/editions/editions.ts';
import { createBatches } from '../../../src/store/sending/batches.ts';
import { LedgerThread } from '../../../src/store/sending/ledger-thread.ts';
import { createLedger } from '../../../src/store/sending/ledger.ts';
import { publishEdition } from '../../../src/store/sending/publish.ts';
import { createSuppress } from '../../../src/store/subscribers/suppressions.ts';
import { openTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

interface StoreFixtureOptions {
  /** Writes ledger steps of SQLite on the connection `db`, so that its pragmas hold for them. */
  readonly withoutThread?: boolean;
}

/** A database of its own, gone with it. */
export class StoreFixture {
  readonly database: TestDatabase;
  readonly db: TestDatabase['db'];
  readonly keys = deriveSuppressionKeys(['a secret of tests that nobody else uses']);
  readonly batches;
  readonly editions;
  readonly ledger;

  readonly #thread: LedgerThread | undefined;

  private constructor(database: TestDatabase, options: StoreFixtureOptions) {
    this.database = database;
    this.db = database.db;
    this.batches = createBatches(this.db);
    this.editions = createEditions(this.db);
    const { place } = database;
    if (place.kind === 'sqlite' && !options.withoutThread)
      this.#thread = new LedgerThread(place.path, fileOf(this.db).writeLock);
    this.ledger = createLedger(this.db, {
      keys: this.keys,
      suppress: createSuppress({ keys: this.keys }),
      thread: this.#thread,
    });
  }

  static async create(database?: TestDatabase, options: StoreFixtureOptions = {}): Promise<StoreFixture> {
    const fixture = new StoreFixture(database ?? (await openTestDatabase()), options);
    await fixture.db.insertInto('publications').values({ id: 1, slug: 'sample' }).execute();
    return fixture;
  }

  /** Adds people with the ids 1 to `count`, all active in publication 1. */
  async subscribe(count: number): Promise<void> {
    const ids = Array.from({ length: count }, (_, index) => index + 1);
    for (const slice of slices(ids)) {
      const subscribers = slice.map((id) => {
        const address = `reader${id}@example.org`;
        return { id, address, canonical: address, name: `Reader ${id}`, created_at: 0 };
      });
      await this.db.insertInto('subscribers').values(subscribers).execute();
      const subscriptions = slice.map((id) => ({
        publication_id: 1,
        subscriber_id: id,
        state: 'active' as const,
        source: 'test',
        created_at: 0,
        changed_at: 0,
      }));
      await this.db.insertInto('subscriptions').values(subscriptions).execute();
    }
  }

  /** An approved edition with the given policy; returns its id. Another `content` is another revision. */
  async approve(
    date: string,
    uncertain: 'resend' | 'hold' = 'resend',
    content = 'original',
  ): Promise<number> {
    const { edition } = await this.editions.approve(1, date, {
      contentHash: sha256(JSON.stringify({ content })),
      subject: 'Subject',
      message: JSON.stringify({ content }),
      html: '[]',
      text: '[]',
      digest: '{}',
      settings: JSON.stringify({ publication: { uncertain } }),
      approvedBy: 'test',
      approvedAt: 0,
      page: '',
    });
    return edition.id;
  }

  async publish(editionId: number, batchSize: number, warmUp?: PublishOptions['warmUp']): Promise<void> {
    const times = { now: 1_000, expiresAt: 1_000_000 };
    const options = { editionId, actor: 'test', ...times, batchSize };
    await publishEdition(this.db, warmUp === undefined ? options : { ...options, warmUp });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
