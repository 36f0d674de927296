import { Command } from 'commander';

import type { CliContext } from '../context.ts';

/** `web`: the pages for readers, until it is told to stop. */
export function webCommand(context: CliContext): Command {
  return new Command('web')
    .description('serve the pages for readers, until Ctrl-C or SIGTERM; mail is sent by `daybrief worker`')
    .action(async () => serve(context, { worker: false }));
}

/** `start`: everything in one process. */
export function startCommand(context: CliContext): Command {
  return new Command('start')
    .description('serve the pages and be a worker in one process, until Ctrl-C or SIGTERM')
    .action(async () => serve(context, { worker: true }));
}

async function serve(context: CliContext, { worker }: { readonly worker: boolean }): Promise<void> {
  // Read before anybody is told: from here on SIGTERM is a request and no end.
  void context.signal;
  const services = await context.openServices();
  // Loaded here, because the server's packages would slow every other command's start.
  const { servePages } = await import('../serve-pages.ts');
  const { config, log } = context;
  await servePages(context, services, { config, log, worker });
}
