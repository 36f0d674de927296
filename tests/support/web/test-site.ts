import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { createSafeFetch } from '../../../src/fetch/safe-fetch.ts';
import type { SafeFetchOptions } from '../../../src/fetch/safe-fetch.ts';

/** A real web server on loopback. */
export interface TestSite {
  readonly port: number;
  /** Paths that were asked for. */
  readonly asked: string[];
  readonly connections: () => number;
}

export async function serveSite(answer: RequestListener, host = '127.0.0.1'): Promise<TestSite> {
  const asked: string[] = [];
  let connections = 0;
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked, connections: () => connections };
}

/** A fetch for which `public.test` is the given site, and every other name what the table says. */
export function fetchFor(
  site: TestSite,
  names: Readonly<Record<string, readonly string[]>> = {},
  more: SafeFetchOptions = {},
) {
  const asked: string[] = [];
  const fetch = createSafeFetch({
    resolve: async (host) => {
      asked.push(host);
      return names[host] ?? ['127.0.0.1'];
    },
    permit: (address, port) => address === '127.0.0.1' && port === site.port,
    ...more,
  });
  return { fetch, asked };
}

/** The code of the error that the work ends with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'fetched';
  } catch (error) {
    return error instanceof AppError ? error.code : `not an AppError: ${String(error)}`;
  }
}
