import { Command } from 'commander';

import { runWorker } from '../../../queue/main.ts';
import type { CliContext } from '../context.ts';

/** `worker`: serves whatever is being sent, until it is told to stop. */
export function workerCommand(context: CliContext): Command {
  return new Command('worker')
    .description('serve editions as they are sent, until stopped by Ctrl-C or SIGTERM')
    .action(async () => {
      // Read before anybody is told: from here on SIGTERM is a request and no end.
      const { signal } = context;
      const services = await context.openServices();
      context.say('The worker is ready. Ctrl-C stops it after what is in flight has been settled.');
      await runWorker(services, { signal });
      context.say('The worker has stopped; nothing is in flight.');
    });
}
