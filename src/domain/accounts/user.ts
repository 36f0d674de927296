import { AppError } from '../../errors/app-error.ts';
import { isSlug } from '../editions/slug.ts';
import { parseAddress } from '../subscribers/address.ts';
import type { EpochMs } from '../units.ts';
import { everyPublication, isRole, roles } from './role.ts';
import type { Grant } from './role.ts';

/** A person who may sign in at the desk. */
export interface User {
  readonly id: number;
  /** Canonical, see `domain/subscribers/address.ts`: also the name under which the user acts. */
  readonly email: string;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly createdAt: EpochMs;
  /** Null unless the account is disabled. */
  readonly disabledAt: EpochMs | null;
  /** Signing in asks for a code of an authenticator app. */
  readonly hasSecondFactor: boolean;
  /** When the newest session of the user was last used; null without a session. */
  readonly seenAt: EpochMs | null;
}

/** In characters. NIST SP 800-63B-4 section 3.1.1.2 asks for 15 where a password is the only factor. */
const minPasswordLength = 15;
/** In characters: a longer text is refused before it is hashed. */
export const maxPasswordLength = 256;

/** Returns the canonical address of an account. Throws AppError ADDRESS_INVALID. */
export function readEmail(text: string): string {
  const parsed = parseAddress(text);
  if (parsed.ok) return parsed.canonical;
  throw new AppError('ADDRESS_INVALID', `"${text}" is not an email address.`, {
    hint: 'An account is known by the email address of its owner, such as lena@example.org.',
  });
}

/**
 * Reads roles as the command line has them: `operator` in every publication, `approver:letter` in one.
 *
 * @throws AppError USAGE_INVALID for an unknown role, or none at all
 */
export function readGrants(texts: readonly string[]): readonly Grant[] {
  if (texts.length === 0) {
    throw new AppError('USAGE_INVALID', 'An account needs at least one role.', {
      hint: `Give --role one of ${roles.join(', ')}, or with a publication: --role approver:letter.`,
    });
  }
  const grants = texts.map((text) => {
    const [role = '', publication = everyPublication, ...rest] = text.split(':');
    const isKnown = publication === everyPublication || isSlug(publication);
    if (isRole(role) && isKnown && rest.length === 0) return { role, publication };
    throw new AppError('USAGE_INVALID', `"${text}" is not a role.`, {
      hint: `Write one of ${roles.join(', ')}, followed by a publication unless it is for all: approver:letter.`,
    });
  });
  return [...new Map(grants.map((grant) => [formatGrant(grant), grant])).values()];
}

/** `operator`, or `approver:letter`. */
export function formatGrant({ role, publication }: Grant): string {
  return publication === everyPublication ? role : `${role}:${publication}`;
}

/**
 * Refuses a password that is too short, too long or the address itself. Asks for no mixture of characters: NIST SP
 * 800-63B-4 section 3.1.1.2.
 *
 * @throws AppError PASSWORD_WEAK
 */
export function checkPassword(password: string, email: string): void {
  const length = [...password].length;
  const why =
    length < minPasswordLength
      ? `The password has ${length} characters, and needs at least ${minPasswordLength}.`
      : length > maxPasswordLength
        ? `The password has ${length} characters, and may have ${maxPasswordLength}.`
        : new Set(password.toLowerCase()).size < 5 || password.toLowerCase().includes(email)
          ? 'The password is too easy to guess.'
          : undefined;
  if (why === undefined) return;
  throw new AppError('PASSWORD_WEAK', why, {
    hint: 'Four or five words that have nothing to do with each other are long enough and easy to type.',
  });
}
