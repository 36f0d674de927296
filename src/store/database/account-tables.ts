import type { Generated } from 'kysely';

import type { Role } from '../../domain/accounts/role.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';

/** Who may sign in at the desk. */
export interface UserRows {
  id: Generated<number>;
  /** Canonical. */
  email: string;
  name: string;
  /** A PHC string, see `secrets/password-hash.ts`. */
  password_hash: string;
  created_at: EpochMs;
  /** Null unless the account is disabled. */
  disabled_at: EpochMs | null;
}

export interface UserRoleRows {
  user_id: number;
  /** A slug, or `*` for every publication. */
  publication: Slug;
  role: Role;
}

export interface UserSessionRows {
  /** SHA-256 of the token, hexadecimal. */
  token_hash: string;
  user_id: number;
  created_at: EpochMs;
  /** When it was last used, to the minute. */
  seen_at: EpochMs;
}
