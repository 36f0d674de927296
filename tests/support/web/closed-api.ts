import type { ApiService } from '../../../src/app/api/api-service.ts';

/** The API of an installation without any token. */
export const closedApi: ApiService = {
  findToken: async () => undefined,
  limits: { take: unused },
  once: { begin: unused, finish: unused, forget: unused },
  digests: { read: unused, write: unused, check: unused, compose: unused },
  fingerprint: () => '',
  editions: unused,
  counted: unused,
  details: unused,
  schedule: unused,
  publicationNames: unused,
  workers: unused,
  eventCounts: unused,
  nextDigest: unused,
  send: unused,
  countSubscribers: unused,
  outcomes: unused,
  countSuppressions: unused,
  signUp: unused,
};

function unused(): Promise<never> {
  return Promise.reject(new Error('There is no token.'));
}
