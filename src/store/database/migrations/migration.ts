export interface Migration {
  /** Counts from 1 without gaps. */
  readonly version: number;
  /** In SQLite's words, see `to-postgres.ts`. Forward only; a migration that has landed is never edited. */
  readonly statements: readonly string[];
}
