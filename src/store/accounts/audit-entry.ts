import type { Kysely } from 'kysely';

import type { ActedBy } from '../../domain/audit.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Schema } from '../database/schema.ts';

/** Records something that was not done to a subscriber or to an edition that was approved, within the transaction of the change. */
export async function addEntry(
  db: Kysely<Schema>,
  entry: {
    readonly action: string;
    /** An account, an alarm, an edition or a publication. */
    readonly subject: string;
    /** Of what was done to a digest or a publication. */
    readonly publicationId?: number;
    readonly detail?: string;
  },
  { actor, origin = '', now }: ActedBy & { readonly now: EpochMs },
): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({
      at: now,
      actor,
      origin,
      action: entry.action,
      subject: entry.subject,
      address_hash: '',
      publication_id: entry.publicationId ?? null,
      reason: entry.detail ?? '',
    })
    .execute();
}
