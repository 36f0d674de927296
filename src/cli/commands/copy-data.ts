import { resolve } from 'node:path';

import { Command } from 'commander';

import { formatCount } from '../../domain/numbers.ts';
import { AppError } from '../../errors/app-error.ts';
import type { CliContext } from '../context.ts';
import { startProgress } from '../output/progress.ts';
import { formatTable } from '../output/table.ts';

interface CopyFlags {
  readonly from: string;
  readonly to?: string;
}

/** `copy-data`: copies an SQLite database to PostgreSQL. */
export function copyDataCommand(context: CliContext): Command {
  return new Command('copy-data')
    .description('move everything from an SQLite file to a new PostgreSQL database; can be started again')
    .requiredOption('--from <sqlite:path>', 'the file, as sqlite:data/daybrief.db')
    .option(
      '--to <url>',
      'postgres://...; DATABASE_URL unless given, which no other user of the machine sees',
    )
    .action(async (flags: CopyFlags) => {
      const from = resolve(context.io.cwd, readFrom(flags.from));
      const to = await (flags.to === undefined ? readTarget(context) : readTo(flags.to));
      const services = await context.openServices();
      using shown = showProgress(context);
      const { signal } = context;
      const tables = await services.copyData({ from, to, signal, onProgress: shown.update });
      context.result({ tables }, () =>
        formatTable(
          [{ head: 'table' }, { head: 'rows', align: 'right' }],
          tables.map(({ table, rows }) => [table, formatCount(rows)]),
        ),
      );
      context.note(
        'All of it was read back and compared. Start every process with DATABASE_URL, and with the',
      );
      context.note('same secret as DAYBRIEF_SECRET; keep the file as a backup, and send nothing from it.');
    });
}

function readFrom(text: string): string {
  const [, path] = /^sqlite:(?:\/\/(?=\/))?(.+)$/u.exec(text) ?? [];
  if (path !== undefined) return path;
  throw new AppError('USAGE_INVALID', 'What to copy from is named as sqlite:<path>.', {
    hint: 'For example --from sqlite:data/daybrief.db.',
  });
}

async function readTo(text: string): Promise<string> {
  const { isDatabaseUrl } = await import('../../config/variables.ts');
  if (isDatabaseUrl(text)) return text;
  throw new AppError(
    'USAGE_INVALID',
    'What to copy to is named as postgres://user:password@host:port/database.',
    {
      hint: 'Set DATABASE_URL instead of --to: every user of the machine can read a command line.',
    },
  );
}

async function readTarget(context: CliContext): Promise<string> {
  const { database } = await context.config();
  if (database.kind === 'postgres') return database.url;
  throw new AppError('USAGE_INVALID', 'Where to copy to is not said.', {
    hint: 'Set DATABASE_URL, or give --to postgres://...',
  });
}

/** Starts when the first rows arrive, because the total is known only then. */
function showProgress(context: CliContext) {
  let progress: ReturnType<typeof startProgress> | undefined;
  return {
    update: ({
      table,
      rows,
      total,
    }: {
      readonly table: string;
      readonly rows: number;
      readonly total: number;
    }) => {
      progress ??= startProgress(context.io.stderr, { label: 'Copying rows', total });
      progress.update(rows, table);
    },
    [Symbol.dispose]: () => progress?.[Symbol.dispose](),
  };
}
