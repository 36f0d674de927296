import type { Generated } from 'kysely';

import type { EpochMs } from '../../../domain/units.ts';

/** Tokens of the API; one that was revoked stays, so that no other gets its name. */
export interface ApiTokenRows {
  id: Generated<number>;
  name: string;
  owner: string;
  /** SHA-256 of the token, hexadecimal. */
  token_hash: string;
  /** Scopes with blanks between them. */
  scopes: string;
  /** Slugs with blanks between them, or `*`. */
  publications: string;
  created_at: EpochMs;
  expires_at: EpochMs | null;
  revoked_at: EpochMs | null;
  /** When it was last used, to the minute. */
  seen_at: EpochMs | null;
}

/** Requests that carried an Idempotency-Key, with their answers. */
export interface ApiRequestRows {
  token_id: number;
  idempotency_key: string;
  /** Keyed hash of method, path, query and body. */
  fingerprint: string;
  created_at: EpochMs;
  /** Number of claims so far. */
  epoch: number;
  /** End of the lease under which it is carried out. */
  lease_until: EpochMs;
  /** 0 until it is answered. */
  status: number;
  /** JSON; empty until it is answered. */
  answer: string;
}

/** Imports of the last days: their counts, and no row of their files. */
export interface ImportJobRows {
  import_id: string;
  publication_id: number;
  file_name: string;
  size_bytes: number;
  /** The user who sent the file. */
  actor: string;
  state: 'waiting' | 'checking' | 'checked' | 'importing' | 'done' | 'failed';
  /** 1 once rows may have been written. */
  is_begun: number;
  rows_read: number;
  percent: number;
  /** JSON; empty until the file was read. */
  result: string;
  /** JSON; empty unless it failed. */
  problem: string;
  created_at: EpochMs;
  changed_at: EpochMs;
  /** When the process that has the file was last alive. */
  alive_at: EpochMs;
}
