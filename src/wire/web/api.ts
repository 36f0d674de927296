import { createFindToken } from '../../app/accounts/manage-tokens.ts';
import type { ApiService } from '../../app/api/api-service.ts';
import { createOnce } from '../../app/api/once.ts';
import { dateInZone } from '../../app/schedule/zones.ts';
import type { SignUpAnswer, SignUpRequest } from '../../app/signup/sign-up.ts';
import { listPublications } from '../../content/publication/list-publications.ts';
import { createApiLimits } from '../../limits/api-limits.ts';
import { sessionTokens } from '../../secrets/password-hash.ts';
import type { WireBase } from '../base.ts';
import type { wireEditions } from '../editions.ts';
import { wireApiDigests } from './api-digests.ts';
import type { DigestActions } from './api-digests.ts';

export type ApiActions = Pick<
  ReturnType<typeof wireEditions>,
  'send' | 'composePorts' | 'schedule' | 'timeZone' | 'slowedProviders'
>;

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
      const accountings = await editions.accountings(page.map(({ id }) => id));
      return page.flatMap((edition, index) => {
        const accounting = accountings[index];
        return accounting === undefined ? [] : [{ edition, accounting }];
      });
    },
    counted: async (publicationId, date) => {
      const edition = await editions.find(publicationId, date);
      return edition && { edition, accounting: await editions.accounting(edition.id) };
    },
    ...wireOutlook(base, actions),
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

/** Builds what the API shows of sending and of the days to come. */
function wireOutlook(
  { config, store, clock, digestSource }: WireBase,
  { schedule, timeZone, slowedProviders }: ApiActions,
): Pick<ApiService, 'details' | 'schedule' | 'publicationNames' | 'workers' | 'eventCounts' | 'nextDigest'> {
  const workers = async () => (await store()).heartbeats.summary(clock());
  return {
    details: async (edition) => ({
      timeZone: await timeZone(edition),
      waves: await schedule.waves(edition),
      workers: await workers(),
      slowedProviders: await slowedProviders(),
    }),
    schedule: async (slug) => {
      const [found] = await schedule.list(slug);
      return found ?? { publication: slug, days: [] };
    },
    publicationNames: () => listPublications(config.digests),
    workers,
    eventCounts: async (slug) =>
      (await (await store()).storedEvents.counts()).filter(({ publication }) => publication === slug),
    nextDigest: async ({ slug, timeZone: zone }) => {
      const today = dateInZone(clock(), zone);
      const found = await digestSource.findDigest(slug, () => today).catch(() => undefined);
      return { today, nextDigest: found?.date ?? today };
    },
  };
}
