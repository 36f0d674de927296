import { Command } from 'commander';

import { formatCounted } from '../../domain/numbers.ts';
import type { CliContext } from '../context.ts';

/** `migrate`: updates the database to this version's schema. */
export function migrateCommand(context: CliContext): Command {
  return new Command('migrate')
    .description('bring the database to the schema of this version')
    .action(async () => {
      const services = await context.openServices();
      const applied = await services.migrate();
      context.result({ applied }, () =>
        applied === 0
          ? 'The database is up to date.'
          : `The database is up to date after ${formatCounted(applied, 'step')}.`,
      );
    });
}
