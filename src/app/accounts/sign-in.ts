import { maxPasswordLength } from '../../domain/accounts/user.ts';
import type { User } from '../../domain/accounts/user.ts';
import { parseAddress } from '../../domain/subscribers/address.ts';
import type {
  OneTimeCodes,
  Passwords,
  SecondFactors,
  Sessions,
  SessionTokens,
  SignInLimits,
  Users,
} from '../ports/accounts.ts';
import type { Clock } from '../ports/time.ts';
import { checkSecondFactor, createSecondFactorService } from './second-factor.ts';
import type { SecondFactorService } from './second-factor.ts';

export interface SignInPorts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly tokens: SessionTokens;
  readonly limits: SignInLimits;
  readonly factors: SecondFactors;
  readonly codes: OneTimeCodes;
  /** Whether every account has to have a second factor. */
  readonly requiresSecondFactor: boolean;
  readonly clock: Clock;
}

/** A session ends after so long without a request, and a week after its sign-in: OWASP Session Management. */
const idleMs = 12 * 3_600_000;
const absoluteMs = 7 * 24 * 3_600_000;

export type SignInAnswer =
  | { readonly kind: 'signed-in'; readonly token: string; readonly user: User }
  /** `what` is for the log alone: the page does not say which. */
  | { readonly kind: 'wrong'; readonly what: 'password' | 'code' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number };

/** Signing in at the desk, and what a session then is worth. */
export interface Access {
  /** False without an account that could sign in. */
  isOpen(): Promise<boolean>;
  /**
   * Compares a password, and the code of an account that has a second factor. Unknown, disabled and known accounts get the same answer, after the same work and under the
   * same limits.
   */
  signIn(attempt: {
    readonly email: string;
    readonly password: string;
    /** Of an authenticator app, or a recovery code; empty without one. */
    readonly code: string;
    readonly ip: string;
  }): Promise<SignInAnswer>;
  /** True if any account has a second factor, so that the page has a field for it. */
  asksForCodes(): Promise<boolean>;
  /** True for a user who has to set up a second factor before anything else. */
  mustSetUp(user: User): boolean;
  readonly secondFactor: SecondFactorService;
  /** The hash under which a session is known. */
  sessionHash(token: string): string;
  /** The user of a session; undefined if it was not issued or is over. */
  userOf(token: string): Promise<User | undefined>;
  signOut(token: string): Promise<void>;
}

export function createAccess(ports: SignInPorts): Access {
  const { users, sessions, tokens, clock } = ports;
  const limits = () => ({ now: clock(), idleMs, absoluteMs });
  return {
    isOpen: () => users.isAnyone(),
    async signIn(attempt) {
      const parsed = parseAddress(attempt.email);
      // A text that is no address has its own counter and the same work, like an unknown address.
      const email = parsed.ok ? parsed.canonical : attempt.email.slice(0, maxPasswordLength);
      const retryAfterSeconds = await ports.limits.take({ email, ip: attempt.ip });
      if (retryAfterSeconds > 0) return { kind: 'too-many', retryAfterSeconds };
      const user = await verify({ email, password: attempt.password }, ports);
      if (user === undefined) return { kind: 'wrong', what: 'password' };
      if ((await checkSecondFactor(user, attempt.code, ports)) === 'wrong')
        return { kind: 'wrong', what: 'code' };
      await ports.limits.forgive({ email, ip: attempt.ip });
      // A token of its own for each sign-in: one that was planted before is worth nothing.
      const token = tokens.issue();
      await sessions.open({ tokenHash: tokens.hash(token), user }, limits());
      return { kind: 'signed-in', token, user };
    },
    asksForCodes: async () => ports.requiresSecondFactor || ports.factors.isAny(),
    mustSetUp: (user) => ports.requiresSecondFactor && !user.hasSecondFactor,
    secondFactor: createSecondFactorService({
      ...ports,
      isRequired: ports.requiresSecondFactor,
      isPassword: async ({ email }, password) => (await verify({ email, password }, ports)) !== undefined,
    }),
    sessionHash: (token) => tokens.hash(token),
    userOf: (token) => sessions.find(tokens.hash(token), limits()),
    signOut: (token) => sessions.end(tokens.hash(token)),
  };
}

async function verify(
  attempt: { readonly email: string; readonly password: string },
  { users, passwords }: SignInPorts,
): Promise<User | undefined> {
  const password = attempt.password.normalize('NFC').slice(0, maxPasswordLength + 1);
  const found = await users.find(attempt.email);
  if (found === undefined || found.user.disabledAt !== null) {
    await passwords.waste(password);
    return undefined;
  }
  const { isRight, isOutdated } = await passwords.verify(password, found.passwordHash);
  if (!isRight) return undefined;
  if (isOutdated) {
    const hashes = { from: found.passwordHash, to: await passwords.hash(password) };
    await users.rehash(found.user.id, hashes);
  }
  return found.user;
}
