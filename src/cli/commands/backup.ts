import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Command } from 'commander';

import { formatSize } from '../../domain/numbers.ts';
import type { CliContext } from '../context.ts';
import { alreadyThere, AtomicFile, exists } from '../output/atomic-file.ts';

/** `backup [file]`: a consistent copy of the database in one file, while workers run. */
export function backupCommand(context: CliContext): Command {
  return new Command('backup')
    .description('copy the database to a file, while others go on using it')
    .argument('[file]', 'where to; a name with the time in the current folder unless given')
    .action(async (file: string | undefined) => {
      const { kind } = (await context.config()).database;
      const path = resolve(context.io.cwd, file ?? usualName(kind));
      if (await exists(path)) throw alreadyThere(path, 'Choose another name, or move it away.');
      const services = await context.openServices();
      await using copy = new AtomicFile(path);
      await copy.fill((temporary) => services.backUp(temporary));
      await copy.commit({ replace: false });
      const { size } = await stat(path);
      await services.rememberBackup({ path, sizeBytes: size });
      context.result({ file: path, sizeBytes: size }, () => `Wrote ${formatSize(size)} to ${path}.`);
      context.note(
        kind === 'sqlite'
          ? 'Keep it with the secret of DAYBRIEF_HOME: links in mail need that one. `daybrief restore` brings it back.'
          : 'Keep it with DAYBRIEF_SECRET: links in mail need that one. `daybrief restore` brings it back.',
      );
    });
}

/** `daybrief-20261123-061502.db`, in UTC. */
function usualName(kind: 'sqlite' | 'postgres'): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/gu, '').replace('T', '-');
  return `daybrief-${time}.${kind === 'sqlite' ? 'db' : 'dump'}`;
}
