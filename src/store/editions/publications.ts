import type { Kysely } from 'kysely';

import type { Schema } from '../database/schema.ts';

/** The ids by which this database knows publications. */
export function createPublications(db: Kysely<Schema>) {
  return {
    find: (slug: string) => find(db, slug),
    /** The id of a publication, which is made on first use. */
    add: (slug: string) => add(db, slug),
  };
}

async function find(db: Kysely<Schema>, slug: string): Promise<number | undefined> {
  return (await select(db, slug).executeTakeFirst())?.id;
}

async function add(db: Kysely<Schema>, slug: string): Promise<number> {
  await db
    .insertInto('publications')
    .values({ slug })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .execute();
  return (await select(db, slug).executeTakeFirstOrThrow()).id;
}

function select(db: Kysely<Schema>, slug: string) {
  return db.selectFrom('publications').select('id').where('slug', '=', slug);
}
