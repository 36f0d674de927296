import type { ApiToken } from '../../domain/accounts/api-token.ts';
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
  /** Also ends every session of the user, and removes the second factor. */
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

/** Authenticator apps of accounts. Every change is recorded in the audit log in the same transaction. */
export interface SecondFactors {
  /** True if any account has one that is set up. */
  isAny(): Promise<boolean>;
  find(userId: number): Promise<{ readonly sealedSecret: string; readonly isConfirmed: boolean } | undefined>;
  codesLeft(userId: number): Promise<number>;
  /** Keeps a secret that is not confirmed yet, in place of an earlier one; never of one that is. */
  begin(userId: number, factor: { readonly sealedSecret: string; readonly now: EpochMs }): Promise<void>;
  /** Compare and set. Also replaces the recovery codes, and ends all sessions but `keptSession`, a hash. */
  confirm(
    factor: {
      readonly user: User;
      readonly sealedSecret: string;
      readonly step: number;
      readonly codeHashes: readonly string[];
      readonly keptSession: string;
    },
    change: AccountChange,
  ): Promise<boolean>;
  /** Compare and set: false if this step, or a later one, was used before. */
  useStep(userId: number, step: number): Promise<boolean>;
  /** Deletes the code; false if there is none. */
  useRecoveryCode(user: User, codeHash: string, change: AccountChange): Promise<boolean>;
  replaceCodes(user: User, codeHashes: readonly string[], change: AccountChange): Promise<void>;
  remove(user: User, change: AccountChange): Promise<void>;
}

/** Codes of authenticator apps (RFC 6238), their secrets, and recovery codes. */
export interface OneTimeCodes {
  newSecret(): Uint8Array;
  /** Encrypts a secret, bound to its account. */
  seal(secret: Uint8Array, userId: number): string;
  /** Undefined if it was sealed under another secret of the installation, or for another account. */
  open(sealed: string, userId: number): Uint8Array | undefined;
  /** The time step of a code: the current one, the one before or after; undefined if it is none of theirs. */
  stepOf(secret: Uint8Array, code: string, now: EpochMs): number | undefined;
  /** As it is typed into an app: base32. */
  textOf(secret: Uint8Array): string;
  /** `otpauth://totp/...`, for a QR code. */
  uriOf(secret: Uint8Array, account: string): string;
  /** Sixteen letters and digits in groups of four. */
  newRecoveryCode(): string;
  /** @param code without hyphens */
  hashRecoveryCode(code: string): string;
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

/** Tokens of the API, known by a hash of each. Every change is recorded in the audit log in the same transaction. */
export interface ApiTokens {
  /** By name, those that were revoked included. */
  list(): Promise<readonly ApiToken[]>;
  /** @throws AppError TOKEN_EXISTS */
  add(
    token: Pick<ApiToken, 'name' | 'owner' | 'scopes' | 'publications' | 'expiresAt'> & {
      readonly tokenHash: string;
    },
    change: AccountChange,
  ): Promise<ApiToken>;
  /** Returns undefined if there is no such token; one that was revoked before is returned unchanged. */
  revoke(name: string, change: AccountChange): Promise<ApiToken | undefined>;
  /** Undefined for a token that was revoked or has expired. Notes that it was used, once a minute. */
  find(tokenHash: string, now: EpochMs): Promise<ApiToken | undefined>;
}

/** Counts requests of a token. */
export interface ApiLimits {
  take(tokenId: number): Promise<ApiLimit>;
}

/** What is left of a token's requests in the current window. */
export interface ApiLimit {
  readonly isExceeded: boolean;
  readonly quota: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Seconds until the window ends. */
  readonly resetSeconds: number;
}

/** A request of the API that must have its effect once, whatever number of times it is sent. */
export interface IdempotentRequest {
  readonly tokenId: number;
  readonly key: string;
  /** Keyed hash of method, path, query and body. */
  readonly fingerprint: string;
}

export interface StoredAnswer {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
}

export type BegunRequest =
  /** `fence` is needed to finish or forget it. */
  | { readonly kind: 'begun'; readonly fence: number }
  /** Another request with this key is being carried out. */
  | { readonly kind: 'running' }
  /** The key belongs to another request. */
  | { readonly kind: 'other' }
  | { readonly kind: 'done'; readonly answer: StoredAnswer };

export interface IdempotentRequests {
  /**
   * Claims a key under a lease. A claim whose lease has ended belongs to a process that stopped: the next request takes
   * it over and is carried out.
   */
  begin(
    request: IdempotentRequest,
    options: { readonly now: EpochMs; readonly leaseMs: number; readonly keptMs: number },
  ): Promise<BegunRequest>;
  /** Stores the answer, unless another request has taken the claim over. */
  finish(
    request: Pick<IdempotentRequest, 'tokenId' | 'key'>,
    done: { readonly fence: number; readonly answer: StoredAnswer; readonly now: EpochMs },
  ): Promise<void>;
  /** Frees the key: the request changed nothing. */
  forget(request: Pick<IdempotentRequest, 'tokenId' | 'key'>, fence: number): Promise<void>;
  /** Deletes at most `limit` requests from before a moment. Returns how many. */
  deleteBefore(moment: EpochMs, limit: number): Promise<number>;
}
