import { Command } from 'commander';

import type { CliContext } from '../../context.ts';
import { formatTime } from '../../output/times.ts';

/** `inbound hooks`: the URLs to register with mail providers. */
export function hooksCommand(context: CliContext): Command {
  return new Command('hooks')
    .description('show the URL for the webhooks of each provider in INBOUND_HOOKS, and when it was last used')
    .action(async () => {
      const inbound = await (await context.openServices()).inbound();
      const hooks = await inbound.hooks();
      // A table would break the URLs, which are to be copied.
      context.result({ hooks }, () =>
        hooks.length === 0
          ? 'No webhooks are taken: INBOUND_HOOKS names no provider.'
          : hooks
              .map(({ provider, url, lastAt, waiting }) => {
                const last =
                  lastAt === null ? 'nothing in the last day' : `last ${formatTime(lastAt, 'UTC')}`;
                const open = waiting === 0 ? '' : `, ${waiting} waiting`;
                return `${provider} (${last}${open})\n  ${url}`;
              })
              .join('\n'),
      );
    });
}
