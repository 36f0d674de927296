import { once } from 'node:events';

import { runWorker } from '../../queue/main.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { queueBoardPath } from '../web/routes/queues.ts';
import { WebServer } from '../web/server.ts';
import type { Services } from '../wire/open-services.ts';
import type { CliContext } from './context.ts';
import { hasSource } from './inbound-sources.ts';

/**
 * Serves the pages until the signal aborts; with `worker`, this process also sends editions and mail.
 * Resolves within ten seconds of the abort; pages and worker stop in parallel.
 */
export async function servePages(
  context: CliContext,
  services: Services,
  options: { readonly config: Config; readonly log: Log; readonly worker: boolean },
): Promise<void> {
  const { config, log } = options;
  await services.queue.check();
  // Pages and worker stop each other: without a worker the pages would accept signups that get no mail.
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const queueBoard = await services.openQueueBoard(queueBoardPath);
  await using server = await WebServer.create(await services.openWeb(), {
    ...config.web,
    ...(queueBoard === undefined ? {} : { queueBoard }),
    templatesDir: config.templates,
    log,
  });
  using _journal = services.keepJournal();
  const address = await server.listen();
  const rest = options.worker ? ', and this process is a worker' : '';
  context.note(`The pages of ${config.web.baseUrl} are served at ${address}${rest}. Ctrl-C stops.`);
  await using intake = options.worker ? await startIntake(services, config) : undefined;
  if (intake !== undefined) context.note(`Reports come in by ${intake.places.join(', ')}.`);
  const worker = options.worker
    ? runWorker(services, { signal, schedule: true }).finally(() => over.abort())
    : Promise.resolve();
  if (!signal.aborted) await once(signal, 'abort');
  await Promise.all([server[Symbol.asyncDispose](), worker]);
  context.note(options.worker ? 'Stopped; nothing is in flight.' : 'Stopped.');
}

/** Takes reports in this process too, if a source of them is configured. */
async function startIntake(services: Services, { inbound }: Config) {
  return hasSource(inbound) ? (await services.inbound()).start(inbound) : undefined;
}
