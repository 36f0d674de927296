import type { FastifyPluginCallback } from 'fastify';

import type { Log } from '../log/log.ts';
import type { DeskPages } from './desk/desk-pages.ts';
import type { Metrics } from './metrics.ts';
import type { Assets } from './pages/assets.ts';
import type { Pages } from './pages/page.ts';
import type { Site } from './pages/site.ts';
import type { WebServices } from './web-services.ts';

/** What every route plugin gets. */
export interface Web {
  readonly services: WebServices;
  readonly options: WebOptions;
  readonly log: Log;
  readonly pages: Pages;
  readonly deskPages: DeskPages;
  readonly assets: Assets;
  readonly site: Site;
  readonly metrics: Metrics;
}

/** A route whose path ends in a token. */
export interface OfToken {
  Params: { token: string };
}

export interface WebOptions {
  /** Without trailing slash. */
  readonly baseUrl: string;
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** IP addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Absolute path of the folder `templates`. */
  readonly templatesDir: string;
  readonly adminPassword?: string;
  /** Pages that show the queues, where they are in Redis. */
  readonly queueBoard?: FastifyPluginCallback;
  readonly log: Log;
  readonly limits?: Partial<ConnectionLimits>;
}

/** What a connection may cost. */
export interface ConnectionLimits {
  /** The head of a request has to be there within this time. */
  readonly headersTimeoutMs: number;
  /** The whole request has to be there within this time. */
  readonly requestTimeoutMs: number;
  /** The same, for a form with a file of a user of the desk. */
  readonly uploadTimeoutMs: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs: number;
  /** How often connections are looked at for the times above. */
  readonly checkIntervalMs: number;
  /** More than these are refused. */
  readonly maxConnections: number;
  /** Then the connection is closed, and further requests of it are answered 503. */
  readonly maxRequestsPerConnection: number;
  readonly bodyBytes: number;
  /** How long answers of public pages and feeds are reused. */
  readonly pageCacheMs: number;
  /** How long a stop waits for requests that are under way. */
  readonly closeGraceMs: number;
}
