import { resolve } from 'node:path';

import { Command } from 'commander';

import type { SubscriberService } from '../../../app/subscribers/subscriber-service.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import type { SubscriptionState } from '../../../domain/subscribers/subscriber.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { CliContext } from '../../context.ts';
import { alreadyThere, AtomicFile, exists } from '../../output/atomic-file.ts';
import { writeAll } from '../../output/write-all.ts';
import { stateOption } from './state-option.ts';

interface ExportFlags {
  readonly state?: SubscriptionState;
  readonly output?: string;
  readonly force?: boolean;
}

/** `subscribers export <publication>`: writes CSV that an import turns into the same subscribers. */
export function exportCommand(context: CliContext): Command {
  return new Command('export')
    .description('write subscribers as CSV to stdout, or to the file of --output')
    .argument('<publication>')
    .addOption(stateOption())
    .option('-o, --output <file>', 'write to this file')
    .option('--force', 'replace the file')
    .action(async (publication: string, flags: ExportFlags) => {
      const path = flags.output === undefined ? undefined : resolve(context.io.cwd, flags.output);
      if (path === undefined && context.json) {
        throw new AppError('USAGE_INVALID', 'An export on standard output is CSV and not JSON.', {
          hint: 'Give the file with --output, or use `subscribers list --json`.',
        });
      }
      const replace = flags.force ?? false;
      if (path !== undefined && !replace && (await exists(path))) throw alreadyThere(path);
      const services = await context.openServices();
      const pieces = (await services.subscribers()).export({ publication, state: flags.state });
      if (path === undefined) {
        await writeAll(context, textsOf(pieces));
        return;
      }
      const rows = await toFile(context, pieces, { path, replace });
      context.result(
        { publication, rows, file: path },
        () => `Wrote ${formatCounted(rows, 'subscriber')} to ${path}.`,
      );
    });
}

type Pieces = ReturnType<SubscriberService['export']>;

async function toFile(
  context: CliContext,
  pieces: Pieces,
  target: { readonly path: string; readonly replace: boolean },
): Promise<number> {
  await using file = new AtomicFile(target.path);
  let rows = 0;
  for await (const piece of pieces) {
    context.signal.throwIfAborted();
    await file.write(piece.text);
    rows += piece.rows;
  }
  await file.commit({ replace: target.replace });
  return rows;
}

async function* textsOf(pieces: Pieces): AsyncGenerator<string> {
  for await (const { text } of pieces) yield text;
}
