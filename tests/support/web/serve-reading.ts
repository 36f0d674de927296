import type { ArchiveActions } from '../../../src/app/editions/read-archive.ts';
import { createPinoLog } from '../../../src/log/pino-log.ts';
import { WebServer } from '../../../src/web/server.ts';
import type { WebServices } from '../../../src/web/web-services.ts';
import { templatesDir } from '../content/render-sample.ts';
import { closedApi } from './closed-api.ts';
import { closedDesk, closedImports, closedWriting } from './closed-desk.ts';

/** The pages on a free port, for reading alone: nobody signs up or leaves. */
export function serveReading(
  publications: WebServices['publications'],
  archive: ArchiveActions,
): Promise<WebServer> {
  const services: WebServices = {
    publications,
    archive,
    desk: closedDesk,
    api: closedApi,
    writing: closedWriting,
    imports: closedImports,
    reviews: { open: async () => undefined, approve: unused, takeBack: unused, sendBack: unused },
    hooks: { find: () => undefined, take: unused },
    logos: { find: async () => undefined },
    now: Date.now,
    signUp: unused,
    issueStamp: () => 'stamp',
    ready: async () => {},
    metricsSnapshot: unused,
    overallLimitReached: () => 0,
    identify: () => '',
    doctor: unused,
    linkActions: {
      confirmation: unused,
      confirm: unused,
      leaving: unused,
      unsubscribe: unused,
      undo: unused,
      undoing: unused,
      preferences: unused,
      savePreferences: unused,
      requestManageLink: unused,
      manage: unused,
      download: unused,
      erase: unused,
    },
  };
  return WebServer.create(services, {
    baseUrl: 'https://news.example.org',
    host: '127.0.0.1',
    port: 0,
    trustedProxies: [],
    templatesDir,
    log: createPinoLog({ level: 'silent' }),
    // A busy machine decides no test.
    limits: { keepAliveTimeoutMs: 60_000, pageCacheMs: -1 },
  });
}

async function unused(): Promise<never> {
  throw new Error('Nobody signs up or leaves here.');
}
