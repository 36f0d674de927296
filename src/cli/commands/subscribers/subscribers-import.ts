import { resolve } from 'node:path';

import { Command, Option } from 'commander';

import { importFields } from '../../../app/subscribers/choose-columns.ts';
import {
  givenStates,
  readDelimiter,
  readMapping,
  readStateWords,
} from '../../../app/subscribers/read-import-options.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import { rowStates } from '../../../domain/subscribers/row-states.ts';
import type { RowState } from '../../../domain/subscribers/row-states.ts';
import type { CliContext } from '../../context.ts';
import { openImportFile } from '../../import-file.ts';
import type { ImportFile } from '../../import-file.ts';
import { startProgress } from '../../output/progress.ts';
import { RejectsFile, refuseRejectsPath } from '../../output/rejects-file.ts';
import { reportImport } from '../../report-import.ts';

interface ImportFlags {
  readonly map?: readonly string[];
  readonly state?: readonly string[];
  readonly as?: RowState;
  readonly ignore?: readonly string[];
  readonly rejects?: string;
  readonly delimiter?: string;
  readonly dryRun?: boolean;
}

/** `subscribers import <publication> <file>`: merges the rows of a CSV file, with the states it shows. */
export function importCommand(context: CliContext): Command {
  return new Command('import')
    .description('add the subscribers of a CSV file; invalid rows go to a rejects file')
    .argument('<publication>')
    .argument('<file>', 'CSV in UTF-8 with a header; - reads standard input')
    .option(
      '--map <field=column>',
      `which column is which field, if the header does not match; fields: ${importFields.join(', ')}`,
      collect,
    )
    .option(
      '--state <value=state>',
      `meaning of a value in a state column (repeatable): --state cancelled=unsubscribed, or of one column: --state consent:no=unsubscribed; states: ${rowStates.join(', ')}`,
      collect,
    )
    .addOption(
      new Option('--as <state>', 'state of every row, unless a column shows a stricter one').choices([
        ...givenStates,
      ]),
    )
    .option('--ignore <column>', 'a column that is not read (repeatable)', collect)
    .option('--rejects <file>', 'where rejected rows go (default: <file>.rejects.csv)')
    .option('--delimiter <character>', 'what separates fields; `tab` for a tab (default: detected)')
    .option('--dry-run', 'show what would happen; write only the rejects file')
    .action(async (publication: string, file: string, flags: ImportFlags) => {
      const mapping = readMapping(flags.map ?? []);
      const delimiter = readDelimiter(flags.delimiter);
      const stateWords = readStateWords(flags.state ?? []);
      await using input = await openImportFile(context, file);
      const rejectsPath =
        flags.rejects === undefined ? input.rejectsPath : resolve(context.io.cwd, flags.rejects);
      if (rejectsPath !== undefined) await refuseRejectsPath(rejectsPath, input.path);
      const services = await context.openServices();
      const subscribers = await services.subscribers();
      await using rejects =
        rejectsPath === undefined ? undefined : new RejectsFile(rejectsPath, subscribers.formatRows);
      const result = await showingProgress(context, input, (source, onProgress) =>
        subscribers.import({
          publication,
          source,
          mapping,
          stateWords,
          as: flags.as,
          ignore: flags.ignore,
          delimiter,
          dryRun: flags.dryRun ?? false,
          onHeader: async (header) => rejects?.setHeader(header),
          onRejects: async (rows) => rejects?.write(rows),
          onProgress,
          signal: context.signal,
        }),
      );
      const kept = await rejects?.commit();
      if (kept !== undefined) context.note(`The rejects of an earlier import are kept as ${kept}.`);
      reportImport(context, result, { publication, rejectsPath });
    });
}

async function showingProgress<T>(
  context: CliContext,
  input: ImportFile,
  work: (source: () => AsyncIterable<Uint8Array>, onProgress: (rows: number) => void) => Promise<T>,
): Promise<T> {
  const { source, sizeBytes } = input;
  if (sizeBytes === undefined) return work(source, () => undefined);
  let readBytes = 0;
  using progress = startProgress(context.io.stderr, {
    label: 'Importing KB',
    // Read twice.
    total: Math.ceil((2 * sizeBytes) / 1024),
  });
  const passBytes = sizeBytes;
  let passes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    // A first pass ends early if no column can show a state.
    readBytes = passes * passBytes;
    passes += 1;
    for await (const chunk of source()) {
      readBytes += chunk.byteLength;
      yield chunk;
    }
  }
  return work(counted, (rows) => progress.update(Math.ceil(readBytes / 1024), formatCounted(rows, 'row')));
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
