import { Command } from 'commander';

import type { Services } from '../../wire/open-services.ts';
import type { CliContext } from '../context.ts';

/** `worker`: sends scheduled editions and works on all batches and mails until it gets a signal. */
export function workerCommand(context: CliContext): Command {
  return new Command('worker')
    .description('send scheduled editions and deliver everything due, until Ctrl-C or SIGTERM')
    .action(async () => {
      // Reading `signal` before the first message ensures that SIGTERM is handled from here on.
      const { signal } = context;
      const services = await context.openServices();
      const { runWorker } = await import('../../../queue/main.ts');
      await services.queue.check();
      await using metrics = await serveMetrics(context, services);
      if (metrics !== undefined) context.note(`Health and metrics are served at ${metrics.address}.`);
      const onReady = () =>
        context.note('The worker is ready. Ctrl-C stops it after the messages in flight are settled.');
      await runWorker(services, { signal, schedule: true, onReady });
      context.note('The worker has stopped; nothing is in flight.');
    });
}

/** Listens on METRICS_PORT; undefined without it. */
async function serveMetrics(
  context: CliContext,
  services: Services,
): Promise<(AsyncDisposable & { readonly address: string }) | undefined> {
  const { web } = await context.config();
  if (web.metricsPort === undefined) return undefined;
  const { MetricsServer } = await import('../../web/metrics-server.ts');
  const server = new MetricsServer(await services.metricsSource(), {
    host: web.host,
    port: web.metricsPort,
    adminPassword: web.adminPassword,
    isHealthy: () => services.isWorking(),
    log: await context.log(),
  });
  return { address: await server.listen(), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
