import type { User } from '../../domain/accounts/user.ts';
import type { OneTimeCodes, SecondFactors, SignInLimits } from '../ports/accounts.ts';
import type { Clock } from '../ports/time.ts';

export interface SecondFactorPorts {
  readonly factors: SecondFactors;
  readonly codes: OneTimeCodes;
  readonly limits: SignInLimits;
  readonly clock: Clock;
  /** Compares the password of an account, with the work of a sign-in. */
  readonly isPassword: (user: User, password: string) => Promise<boolean>;
  /** Whether every account has to have one. */
  readonly isRequired: boolean;
}

export interface SecondFactorState {
  readonly isSetUp: boolean;
  /** A secret was made and no code of it was typed yet. */
  readonly isPending: boolean;
  readonly isRequired: boolean;
  readonly recoveryCodesLeft: number;
}

/** What an authenticator app needs. */
export interface PendingFactor {
  /** `otpauth://`, for the QR code. */
  readonly uri: string;
  /** The same to be typed: base32. */
  readonly secret: string;
}

export type FactorAnswer<Done> =
  | ({ readonly kind: 'done' } & Done)
  | { readonly kind: 'wrong' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number };

/** Who changes the second factor: with the password, and from where. */
export interface Proof {
  readonly password: string;
  readonly ip: string;
}

/** The second factor of a user who is signed in: codes of an authenticator app, and recovery codes. */
export interface SecondFactorService {
  state(user: User): Promise<SecondFactorState>;
  /** Makes a new secret, which counts once a code of it was typed. */
  begin(user: User, proof: Proof): Promise<FactorAnswer<object>>;
  /** Returns undefined if none was begun, or it is set up already. */
  pending(user: User): Promise<PendingFactor | undefined>;
  /** Sets the factor up, ends the user's other sessions, and returns ten recovery codes that are never shown again. */
  confirm(
    user: User,
    typed: { readonly code: string; readonly ip: string; readonly sessionHash: string },
  ): Promise<FactorAnswer<{ readonly recoveryCodes: readonly string[] }>>;
  /** Replaces the recovery codes. */
  renewCodes(user: User, proof: Proof): Promise<FactorAnswer<{ readonly recoveryCodes: readonly string[] }>>;
  /** Asks for a code too. Refused as wrong where the installation asks for a second factor. */
  remove(user: User, proof: Proof & { readonly code: string }): Promise<FactorAnswer<object>>;
}

const recoveryCodes = 10;

export function createSecondFactorService(ports: SecondFactorPorts): SecondFactorService {
  const { factors, codes, clock, isRequired } = ports;
  const limited = createLimited(ports);
  const by = (user: User) => ({ actor: user.email, origin: 'desk' as const, now: clock() });
  return {
    async state(user) {
      const found = await factors.find(user.id);
      const isSetUp = found?.isConfirmed === true;
      const recoveryCodesLeft = isSetUp ? await factors.codesLeft(user.id) : 0;
      return { isSetUp, isPending: found?.isConfirmed === false, isRequired, recoveryCodesLeft };
    },
    begin: (user, { password, ip }) =>
      limited({ user, ip, typed: [password] }, async () => {
        if (!(await ports.isPassword(user, password))) return undefined;
        const sealedSecret = codes.seal(codes.newSecret(), user.id);
        await factors.begin(user.id, { sealedSecret, now: clock() });
        return {};
      }),
    async pending(user) {
      const found = await factors.find(user.id);
      const secret = found?.isConfirmed === false ? codes.open(found.sealedSecret, user.id) : undefined;
      return secret && { uri: codes.uriOf(secret, user.email), secret: codes.textOf(secret) };
    },
    confirm: (user, { code, ip, sessionHash }) =>
      limited({ user, ip, typed: [code] }, async () => {
        const found = await factors.find(user.id);
        const secret = found?.isConfirmed === false ? codes.open(found.sealedSecret, user.id) : undefined;
        const step = secret && codes.stepOf(secret, onlyDigits(code), clock());
        if (found === undefined || step === undefined) return undefined;
        const made = newCodes(codes);
        const { sealedSecret } = found;
        const factor = { user, sealedSecret, step, codeHashes: made.hashes, keptSession: sessionHash };
        return (await factors.confirm(factor, by(user))) ? { recoveryCodes: made.texts } : undefined;
      }),
    renewCodes: (user, { password, ip }) =>
      limited({ user, ip, typed: [password] }, async () => {
        const found = await factors.find(user.id);
        if (found?.isConfirmed !== true || !(await ports.isPassword(user, password))) return undefined;
        const made = newCodes(codes);
        await factors.replaceCodes(user, made.hashes, by(user));
        return { recoveryCodes: made.texts };
      }),
    remove: (user, { password, code, ip }) =>
      limited({ user, ip, typed: [password, code] }, async () => {
        if (isRequired || !(await ports.isPassword(user, password))) return undefined;
        if ((await checkSecondFactor(user, code, ports)) !== 'right') return undefined;
        await factors.remove(user, by(user));
        return {};
      }),
  };
}

/**
 * Checks what was typed as a code and uses it up: a code of the app counts once, and none before it any more (RFC 6238
 * section 5.2); a recovery code is deleted.
 */
export async function checkSecondFactor(
  user: User,
  typed: string,
  { factors, codes, clock }: Pick<SecondFactorPorts, 'factors' | 'codes' | 'clock'>,
): Promise<'none' | 'right' | 'wrong'> {
  const found = await factors.find(user.id);
  if (found?.isConfirmed !== true) return 'none';
  const secret = codes.open(found.sealedSecret, user.id);
  const step = secret && codes.stepOf(secret, onlyDigits(typed), clock());
  if (step !== undefined) return (await factors.useStep(user.id, step)) ? 'right' : 'wrong';
  const letters = typed.toLowerCase().replaceAll(/[^a-z2-7]/gu, '');
  if (letters.length !== 16) return 'wrong';
  const hash = codes.hashRecoveryCode(letters);
  const change = { actor: user.email, origin: 'desk', now: clock() } as const;
  return (await factors.useRecoveryCode(user, hash, change)) ? 'right' : 'wrong';
}

/** Apps show a code with a space in its middle. */
function onlyDigits(text: string): string {
  return text.replaceAll(/\s/gu, '');
}

function newCodes(codes: OneTimeCodes): {
  readonly texts: readonly string[];
  readonly hashes: readonly string[];
} {
  const texts = Array.from({ length: recoveryCodes }, () => codes.newRecoveryCode());
  return { texts, hashes: texts.map((text) => codes.hashRecoveryCode(text.replaceAll('-', ''))) };
}

/**
 * Counts each attempt like one to sign in: a session that was left open is no way to guess. A form with an empty field is
 * wrong without being counted.
 */
function createLimited({ limits }: Pick<SecondFactorPorts, 'limits'>) {
  return async <Done extends object>(
    attempt: { readonly user: User; readonly ip: string; readonly typed: readonly string[] },
    work: () => Promise<Done | undefined>,
  ): Promise<FactorAnswer<Done>> => {
    if (attempt.typed.includes('')) return { kind: 'wrong' };
    const { ip } = attempt;
    const { email } = attempt.user;
    const retryAfterSeconds = await limits.take({ email, ip });
    if (retryAfterSeconds > 0) return { kind: 'too-many', retryAfterSeconds };
    const done = await work();
    if (done === undefined) return { kind: 'wrong' };
    await limits.forgive({ email, ip });
    return { kind: 'done', ...done };
  };
}
