import { Command } from 'commander';

import type { CliContext } from '../context.ts';
import { warnOfLinksInMail } from '../warn-of-links.ts';

/** `web`: serves the subscribers' pages until it gets a signal. */
export function webCommand(context: CliContext): Command {
  return new Command('web')
    .description("serve the subscribers' pages, until Ctrl-C or SIGTERM; `daybrief worker` sends the mail")
    .action(async () => serve(context, { worker: false }));
}

/** `start`: web, worker and schedule in one process. */
export function startCommand(context: CliContext): Command {
  return new Command('start')
    .description('serve the pages and be a worker in one process, until Ctrl-C or SIGTERM')
    .action(async () => serve(context, { worker: true }));
}

async function serve(context: CliContext, { worker }: { readonly worker: boolean }): Promise<void> {
  // Reading `signal` before the first message ensures that SIGTERM is handled from here on.
  void context.signal;
  const services = await context.openServices();
  // Imported here, because the server's packages would slow down every other command.
  const { servePages } = await import('../serve-pages.ts');
  const [config, log] = await Promise.all([context.config(), context.log()]);
  await warnOfLinksInMail(context, {
    what: 'Links in confirmations and other mail begin',
    hint: 'Set BASE_URL to the public address of the pages.',
  });
  await servePages(context, services, { config, log, worker });
}
