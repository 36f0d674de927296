import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RejectedRow } from '../../../src/app/ports/subscribers.ts';
import type { ImportRequest, ImportResult } from '../../../src/app/subscribers/import-subscribers.ts';
import { createSubscriberService } from '../../../src/app/subscribers/subscriber-service.ts';
import { formatRows } from '../../../src/content/csv/format-rows.ts';
import { readTable } from '../../../src/content/csv/read-table.ts';
import { deriveSuppressionKeys } from '../../../src/secrets/suppression-keys.ts';
import { createPublications } from '../../../src/store/editions/publications.ts';
import { createOperatorChanges } from '../../../src/store/subscribers/operator-changes.ts';
import { createSubscribers } from '../../../src/store/subscribers/subscribers.ts';
import { createSuppressions } from '../../../src/store/subscribers/suppressions.ts';
import { openTestDatabase } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

export const testSecret = 'a secret of tests that nobody else uses';

/** The verbs about subscribers on a real database, with a folder for files; both are gone with it. */
export class SubscribersFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'daybrief-subscribers-'));
  readonly database: TestDatabase;
  readonly db: TestDatabase['db'];
  readonly keys = deriveSuppressionKeys([testSecret]);
  readonly subscribers;
  readonly suppressions;
  readonly service;
  /** Epoch ms of everything that the verbs do. */
  now = 1_000;

  private constructor(database: TestDatabase) {
    this.database = database;
    this.db = database.db;
    this.subscribers = createSubscribers(this.db, { keys: this.keys });
    this.suppressions = createSuppressions(this.db, { keys: this.keys });
    this.service = createSubscriberService({
      publications: { id: createPublications(this.db).add },
      subscribers: this.subscribers,
      suppressions: this.suppressions,
      operatorChanges: createOperatorChanges(this.db, { keys: this.keys }),
      by: { actor: 'operator' },
      openTable: readTable,
      formatRows,
      clock: () => this.now,
    });
  }

  static async create(): Promise<SubscribersFixture> {
    return new SubscribersFixture(await openTestDatabase());
  }

  /** Imports a text into the publication `morning`. */
  async import(
    text: string | Uint8Array,
    options: Partial<ImportRequest> = {},
  ): Promise<ImportResult & { readonly rejects: readonly RejectedRow[] }> {
    const rejects: RejectedRow[] = [];
    const result = await this.service.import({
      publication: 'morning',
      source: () => once(text),
      onRejects: async (rows) => void rejects.push(...rows),
      ...options,
    });
    return { ...result, rejects };
  }

  /** The export of the publication `morning` as one text. */
  async export(state?: 'active' | 'pending' | 'unsubscribed' | 'suppressed'): Promise<string> {
    let text = '';
    for await (const piece of this.service.export({ publication: 'morning', state })) text += piece.text;
    return text;
  }

  /** Every row of every table that holds something about people, to compare before and after. */
  async personalData(): Promise<unknown> {
    return {
      subscribers: await this.db.selectFrom('subscribers').selectAll().orderBy('id').execute(),
      subscriptions: await this.db.selectFrom('subscriptions').selectAll().orderBy('subscriber_id').execute(),
      suppressions: await this.db.selectFrom('suppressions').selectAll().execute(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function* once(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
