import { AppError } from '../../errors/app-error.ts';
import { isSlug } from '../editions/slug.ts';
import type { EpochMs, Slug } from '../units.ts';
import { everyPublication } from './role.ts';

/**
 * What a token of the API is for.
 *
 * - `read`: publications, editions, their accounting and outcomes; no address of a subscriber
 * - `write`: digests and their images
 * - `approve`: approves, corrects and withdraws
 * - `send`: schedules, sends, pauses, resumes, cancels, retries
 * - `subscribers`: recipients, subscribers, suppressions, imports
 */
export const scopes = ['read', 'write', 'approve', 'send', 'subscribers'] as const;
export type Scope = (typeof scopes)[number];

/** A token of the API, without the token itself: the database has only its hash. */
export interface ApiToken {
  readonly id: number;
  /** The user of its actions in the audit log. Never given to another token. */
  readonly name: string;
  /** For whom it acts: the rule on authors who approve counts it as this person. */
  readonly owner: string;
  readonly scopes: readonly Scope[];
  /** Slugs, or `*` for every publication, those of the future included. */
  readonly publications: readonly Slug[];
  readonly createdAt: EpochMs;
  /** Null if it does not expire. */
  readonly expiresAt: EpochMs | null;
  readonly revokedAt: EpochMs | null;
  /** When the account of its owner was disabled: until it is enabled again the token is refused. */
  readonly ownerDisabledAt: EpochMs | null;
  /** When it was last used, to the minute; null if never. */
  readonly seenAt: EpochMs | null;
}

/** What a token of the API begins with, so that secret scanners recognise one. */
const tokenPrefix = 'daybrief_';

/** Returns true for the form of a token: the prefix and 256 bits in base64url. */
export function isApiToken(text: string): boolean {
  return new RegExp(`^${tokenPrefix}[\\w-]{43}$`, 'u').test(text);
}

export function formatApiToken(random: string): string {
  return `${tokenPrefix}${random}`;
}

/** Returns true if the token's publications include this one; `everyPublication` asks for all of them. */
export function coversPublication(
  { publications }: Pick<ApiToken, 'publications'>,
  publication: Slug,
): boolean {
  return publications.includes(everyPublication) || publications.includes(publication);
}

/** Returns the name of a token, trimmed. Throws AppError USAGE_INVALID. */
export function readTokenName(text: string): string {
  const name = text.trim();
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,63}$/u.test(name)) return name;
  throw new AppError('USAGE_INVALID', `"${name.slice(0, 80)}" cannot be the name of a token.`, {
    hint: 'Write at most 64 letters, digits, spaces and . _ @ + -, such as "newsroom-cms".',
  });
}

/** Returns the scopes, each once and in their order. Throws AppError USAGE_INVALID for an unknown one, or none. */
export function readScopes(texts: readonly string[]): readonly Scope[] {
  const wanted = texts.flatMap((text) => text.split(',')).map((text) => text.trim());
  const unknown = wanted.find((text) => !(scopes as readonly string[]).includes(text));
  if (unknown === undefined && wanted.length > 0) return scopes.filter((scope) => wanted.includes(scope));
  throw new AppError(
    'USAGE_INVALID',
    unknown === undefined ? 'A token needs at least one scope.' : `"${unknown}" is not a scope.`,
    { hint: `Give --scope one or more of ${scopes.join(', ')}.` },
  );
}

/** Returns slugs, each once, or `*` alone. Throws AppError USAGE_INVALID. */
export function readTokenPublications(texts: readonly string[]): readonly Slug[] {
  const wanted = [...new Set(texts.flatMap((text) => text.split(',')).map((text) => text.trim()))];
  const wrong = wanted.find((text) => text !== everyPublication && !isSlug(text));
  if (wrong !== undefined) {
    throw new AppError('USAGE_INVALID', `"${wrong}" is not the name of a publication.`, {
      hint: 'Give --publication a name as its folder has it, or leave it out for all publications.',
    });
  }
  return wanted.length === 0 || wanted.includes(everyPublication) ? [everyPublication] : wanted.toSorted();
}
