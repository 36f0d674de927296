import type { Generated } from 'kysely';

import type { Role } from '../../../domain/accounts/role.ts';
import type { EpochMs, Slug } from '../../../domain/units.ts';

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

/** Authenticator apps of accounts. */
export interface SecondFactorRows {
  user_id: number;
  /** AES-256-GCM, see `secrets/one-time-codes.ts`. */
  sealed_secret: string;
  created_at: EpochMs;
  /** Null until a code of it was typed: until then it is not asked for. */
  confirmed_at: EpochMs | null;
  /** The newest time step whose code was used: RFC 6238 section 4.2. */
  last_step: number;
}

/** Codes that take the place of the app, each once. */
export interface RecoveryCodeRows {
  user_id: number;
  /** SHA-256, hexadecimal. */
  code_hash: string;
}

export interface UserSessionRows {
  /** SHA-256 of the token, hexadecimal. */
  token_hash: string;
  user_id: number;
  created_at: EpochMs;
  /** When it was last used, to the minute. */
  seen_at: EpochMs;
}
