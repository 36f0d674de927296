/** The database: an SQLite file, or the URL of one on a PostgreSQL server, which contains a password. */
export type DatabasePlace =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };
