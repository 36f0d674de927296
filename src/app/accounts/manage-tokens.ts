import {
  formatApiToken,
  isApiToken,
  readScopes,
  readTokenName,
  readTokenPublications,
} from '../../domain/accounts/api-token.ts';
import type { ApiToken } from '../../domain/accounts/api-token.ts';
import type { ActedBy } from '../../domain/audit.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ApiTokens, SessionTokens } from '../ports/accounts.ts';
import type { Clock } from '../ports/time.ts';

export interface TokenPorts {
  readonly apiTokens: ApiTokens;
  readonly tokens: SessionTokens;
  readonly clock: Clock;
}

/** What an operator of the machine does to tokens of the API. */
export interface TokenService {
  /** By name, those that were revoked or have expired included. */
  list(): Promise<readonly ApiToken[]>;
  /**
   * Makes a token, and returns it: it is shown once, and only its hash is stored.
   *
   * @param request.owner for whom it acts; who makes it, unless given
   * @param request.days until it expires; never, if undefined
   * @throws AppError USAGE_INVALID, TOKEN_EXISTS
   */
  create(request: {
    readonly name: string;
    readonly scopes: readonly string[];
    readonly publications: readonly string[];
    readonly owner?: string | undefined;
    readonly days?: number | undefined;
  }): Promise<{ readonly token: ApiToken; readonly secret: string }>;
  /** Ends a token: its next request is refused. Throws AppError TOKEN_NOT_FOUND. */
  revoke(name: string): Promise<ApiToken>;
}

const dayMs = 24 * 3_600_000;

export function createTokenService({ apiTokens, tokens, clock }: TokenPorts, by: ActedBy): TokenService {
  return {
    list: () => apiTokens.list(),
    async create({ name, scopes, publications, owner, days }) {
      const secret = formatApiToken(tokens.issue());
      const now = clock();
      const token = await apiTokens.add(
        {
          name: readTokenName(name),
          owner: owner?.trim() || by.actor,
          scopes: readScopes(scopes),
          publications: readTokenPublications(publications),
          expiresAt: days === undefined ? null : now + days * dayMs,
          tokenHash: tokens.hash(secret),
        },
        { ...by, now },
      );
      return { token, secret };
    },
    async revoke(name) {
      const token = await apiTokens.revoke(name.trim(), { ...by, now: clock() });
      if (token !== undefined) return token;
      throw new AppError('TOKEN_NOT_FOUND', `There is no token with the name ${name.trim()}.`, {
        hint: '`daybrief tokens list` shows them all.',
      });
    },
  };
}

/** Returns the token of a request; undefined for a text that is none, was revoked or has expired, or whose owner's account is disabled. */
export function createFindToken({ apiTokens, tokens, clock }: TokenPorts) {
  return async (secret: string): Promise<ApiToken | undefined> =>
    isApiToken(secret) ? apiTokens.find(tokens.hash(secret), clock()) : undefined;
}
