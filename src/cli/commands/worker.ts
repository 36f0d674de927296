import { Command } from 'commander';

import { runWorker } from '../../../queue/main.ts';
import type { CliContext } from '../context.ts';

/** `worker`: sends editions at their minute and serves whatever is being sent, until it is told to stop. */
export function workerCommand(context: CliContext): Command {
  return new Command('worker')
    .description('send editions at their minute and serve what is being sent, until Ctrl-C or SIGTERM')
    .action(async () => {
      // Read before anybody is told: from here on SIGTERM is a request and no end.
      const { signal } = context;
      const services = await context.openServices();
      await services.queue.check();
      context.say('The worker is ready. Ctrl-C stops it after what is in flight has been settled.');
      await runWorker(services, { signal, clock: true });
      context.say('The worker has stopped; nothing is in flight.');
    });
}
