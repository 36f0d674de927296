import { createFindToken } from '../../app/accounts/manage-tokens.ts';
import type { ApiService } from '../../app/api/api-service.ts';
import { createOnce } from '../../app/api/once.ts';
import type { SignUpAnswer, SignUpRequest } from '../../app/signup/sign-up.ts';
import { createApiLimits } from '../../limits/api-limits.ts';
import { sessionTokens } from '../../secrets/password-hash.ts';
import type { WireBase } from '../base.ts';
import type { wireEditions } from '../editions.ts';
import { wireApiDigests } from './api-digests.ts';
import type { DigestActions } from './api-digests.ts';

export type ApiActions = Pick<ReturnType<typeof wireEditions>, 'send' | 'composePorts'>;

/** A form of Daybrief is older than this when it is sent: see `app/signup/sign-up.ts`. */
const formAgeMs = 60_000;

/** Builds what the API does besides what it shares with the desk. */
export async function wireApi(
  base: WireBase,
  {
    actions,
    signUp,
    writing,
  }: {
    readonly actions: ApiActions;
    readonly signUp: (request: SignUpRequest) => Promise<SignUpAnswer>;
    readonly writing: DigestActions['writing'];
  },
): Promise<ApiService> {
  const { config, clock, shared } = base;
  const store = await base.store();
  const { editions, subscribers, suppressions, feedback } = store;
  const { hashRequest, stamps } = await base.secrets();
  return {
    findToken: createFindToken({ apiTokens: store.apiTokens, tokens: sessionTokens, clock }),
    limits: createApiLimits(config.apiRequests, { redis: await shared?.redis() }),
    once: createOnce(store.idempotentRequests, clock),
    digests: wireApiDigests(base, { composePorts: actions.composePorts, writing }),
    fingerprint: (text) => hashRequest(text).toString('hex'),
    editions: async ({ publicationId, limit, ...which }) => {
      const page = await editions.latest(publicationId, limit, which);
      return Promise.all(
        page.map(async (edition) => ({ edition, accounting: await editions.accounting(edition.id) })),
      );
    },
    send: (reference, options, by) => actions.send(reference, { ...options, ...by }),
    countSubscribers: (publicationId) => subscribers.counts(publicationId),
    outcomes: async ({ editions: count, days, ...range }) => ({
      outcomes: await store.outcomes({ ...range, editions: count }),
      feedback: await feedback.reasons({ ...range, editions: count }),
      signups: await store.signupOutcomes({ ...range, days }),
    }),
    countSuppressions: () => suppressions.count(),
    // The token takes the place of the stamp and the hidden field; address, network and sum are limited as for a form.
    signUp: (request) =>
      signUp({ ...request, stamp: stamps.issue(clock() - formAgeMs), honeypot: '', source: 'api' }),
  };
}
