/** Which database: a file of SQLite, or one on a PostgreSQL server by its URL, which holds a password. */
export type DatabasePlace =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };
