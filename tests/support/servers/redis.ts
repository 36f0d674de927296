import type { TestProject } from 'vitest/node';

import { RedisServer } from './redis-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a server that all test files share: each uses keys of its own. */
    readonly redisUrl?: string;
  }
}

/**
 * vitest's global setup for tests on Redis: one server for the whole run, or the one that TEST_REDIS_URL
 * names. Tests that stop, flush or freeze a server start one of their own.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env['TEST_REDIS_URL'];
  if (named !== undefined && named !== '') {
    project.provide('redisUrl', named);
    return async () => {};
  }
  const server = await RedisServer.create();
  project.provide('redisUrl', server.url);
  return () => server[Symbol.asyncDispose]();
}
