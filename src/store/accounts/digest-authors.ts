import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Schema } from '../database/schema.ts';

/**
 * Builds what reads who wrote a digest, named `<publication>/<date>`, at the desk or through the API: users, tokens, and
 * the owners of these tokens. By the index `audit_log_digests`.
 */
export function createDigestAuthors(
  db: Kysely<Schema>,
): (publicationId: number, reference: string) => Promise<readonly string[]> {
  return async (publicationId, reference) => {
    const rows = await db
      .selectFrom('audit_log')
      .leftJoin('api_tokens', (join) =>
        join.onRef('api_tokens.name', '=', 'audit_log.actor').on('audit_log.origin', '=', 'api'),
      )
      .select(['audit_log.actor', 'api_tokens.owner'])
      .distinct()
      .where('audit_log.publication_id', '=', publicationId)
      .where('audit_log.subject', '=', reference)
      // With literals, not bound values: otherwise SQLite does not use the partial index.
      .where(sql<boolean>`audit_log.action in ('digest-started', 'digest-saved')`)
      .execute();
    return [...new Set(rows.flatMap(({ actor, owner }) => (owner === null ? [actor] : [actor, owner])))];
  };
}
