import type { Grant } from '../../domain/accounts/role.ts';
import type { User } from '../../domain/accounts/user.ts';
import type { ActedBy, AuditPosition, AuditQuery, AuditRecord } from '../../domain/audit.ts';
import type { EpochMs } from '../../domain/units.ts';

/** Who changes an account, and when. */
export type AccountChange = ActedBy & { readonly now: EpochMs };

/** Accounts. Every change is recorded in the audit log in the same transaction. */
export interface Users {
  /** True if there is an account that is not disabled. */
  isAnyone(): Promise<boolean>;
  /** By address. */
  list(): Promise<readonly User[]>;
  find(email: string): Promise<{ readonly user: User; readonly passwordHash: string } | undefined>;
  /** @throws AppError ACCOUNT_EXISTS */
  add(
    account: {
      readonly email: string;
      readonly name: string;
      readonly passwordHash: string;
      readonly grants: readonly Grant[];
    },
    change: AccountChange,
  ): Promise<void>;
  /** Also ends every session of the user. */
  setPassword(userId: number, passwordHash: string, change: AccountChange): Promise<void>;
  /** Replaces a hash by one of the same password with newer parameters; not a change of the account. */
  rehash(userId: number, hashes: { readonly from: string; readonly to: string }): Promise<void>;
  /** Disabling also ends every session of the user. */
  setDisabled(userId: number, isDisabled: boolean, change: AccountChange): Promise<void>;
  setGrants(userId: number, grants: readonly Grant[], change: AccountChange): Promise<void>;
}

/** How long a session lasts. */
export interface SessionLimits {
  readonly now: EpochMs;
  /** Without a request. */
  readonly idleMs: number;
  /** Since the sign-in, whatever happens. */
  readonly absoluteMs: number;
}

/** Sessions of the desk, known by a hash of their token. */
export interface Sessions {
  /** Records the sign-in in the audit log, and deletes sessions that are over. */
  open(session: { readonly tokenHash: string; readonly user: User }, limits: SessionLimits): Promise<void>;
  /** Undefined for a session that is over, or whose user is disabled. Notes that it was used, once a minute. */
  find(tokenHash: string, limits: SessionLimits): Promise<User | undefined>;
  end(tokenHash: string): Promise<void>;
}

/** Hashes and compares passwords; both take as long for every password. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** `isOutdated` if the hash was made with other parameters than `hash` uses. */
  verify(
    password: string,
    hash: string,
  ): Promise<{ readonly isRight: boolean; readonly isOutdated: boolean }>;
  /** Takes the time of `verify` where there is no account to compare with. */
  waste(password: string): Promise<void>;
}

/** Tokens of sessions: 256 random bits. Only their hash is stored. */
export interface SessionTokens {
  issue(): string;
  hash(token: string): string;
}

/** Counts attempts to sign in. */
export interface SignInLimits {
  /** Counts an attempt before its password is compared. Returns the seconds to wait, 0 if it may go on. */
  take(attempt: { readonly email: string; readonly ip: string }): Promise<number>;
  /** The password was right: forgets what was counted for this address in this network. */
  forgive(attempt: { readonly email: string; readonly ip: string }): Promise<void>;
}

export type PlacedAuditRecord = AuditRecord & { readonly position: AuditPosition };

export interface AuditLog {
  /** One keyset page, newest first. */
  page(query: AuditQuery): Promise<readonly PlacedAuditRecord[]>;
}
