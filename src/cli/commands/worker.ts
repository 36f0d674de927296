import { Command } from 'commander';

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
      const onReady = () =>
        context.note('The worker is ready. Ctrl-C stops it after the messages in flight are settled.');
      await runWorker(services, { signal, schedule: true, onReady });
      context.note('The worker has stopped; nothing is in flight.');
    });
}
