import type { Kysely } from 'kysely';

import type { Schema } from './schema.ts';

/** The id of a publication in this database, which is made on first use. */
export async function publicationId(db: Kysely<Schema>, slug: string): Promise<number> {
  const known = await findPublicationId(db, slug);
  if (known !== undefined) return known;
  await db
    .insertInto('publications')
    .values({ slug })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .execute();
  const made = await db
    .selectFrom('publications')
    .select('id')
    .where('slug', '=', slug)
    .executeTakeFirstOrThrow();
  return made.id;
}

async function findPublicationId(db: Kysely<Schema>, slug: string): Promise<number | undefined> {
  const row = await db.selectFrom('publications').select('id').where('slug', '=', slug).executeTakeFirst();
  return row?.id;
}
