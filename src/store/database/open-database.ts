import type { Kysely } from 'kysely';

import type { DatabasePlace } from '../../domain/database-place.ts';
import type { Schema } from './schema.ts';

/**
 * Opens the database, without a look at what is in it. Only the package of the one in use is loaded: each
 * takes time that every command would pay for.
 *
 * @param options.patient for statements that may last for ever, as those of migrations
 * @throws AppError STORE_UNAVAILABLE, CONFIG_DATABASE_UNUSABLE
 */
export async function openDatabase(
  place: DatabasePlace,
  options: { readonly patient?: boolean } = {},
): Promise<Kysely<Schema>> {
  if (place.kind === 'sqlite') {
    const { openSqlite } = await import('./open-sqlite.ts');
    return openSqlite(place.path);
  }
  const { openPostgres } = await import('./open-postgres.ts');
  return openPostgres(place.url, options);
}
