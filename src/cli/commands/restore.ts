import { Command } from 'commander';

import { formatCounted } from '../../domain/numbers.ts';
import type { CliContext } from '../context.ts';

/** `restore [file]`: puts a backup in place of the database, and makes it safe to send from. */
export function restoreCommand(context: CliContext): Command {
  return new Command('restore')
    .description(
      'put a backup in place of the database: unsubscribes since are applied, unfinished editions put on hold',
    )
    .argument('[file]', 'written by `backup`; without it, check a database that was replaced by hand')
    .action(async (file: string | undefined) => {
      const services = await context.openServices();
      const result = await services.restore(file);
      const { onHold, publishedSince, aside } = result;
      context.result(result, () =>
        [
          file === undefined ? 'The database is checked.' : `${file} is restored.`,
          ...(aside === undefined ? [] : [`The database from before is kept as ${aside}.`]),
          `Applied since the backup: ${formatCounted(result.unsubscribed, 'unsubscribe')}, ${formatCounted(result.suppressed, 'suppression')}, ${formatCounted(result.erased, 'erasure')}.`,
          ...onHold.map(
            ({ publication, date, state }) => `${publication}/${date}, ${state} in the backup, is on hold.`,
          ),
          ...publishedSince.map(
            ({ publication, date }) =>
              `${publication}/${date} was published after the backup was made, and is on hold.`,
          ),
          ...(onHold.length + publishedSince.length === 0
            ? []
            : [
                'Find out what was sent of these: the relay has logs. `daybrief cancel` ends an edition, `daybrief release` lets it be sent.',
              ]),
        ].join('\n'),
      );
    });
}
