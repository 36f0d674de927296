import { Command } from 'commander';

import type { DemoResult } from '../../demo/run-demo.ts';
import { formatCount, formatCounted } from '../../domain/numbers.ts';
import { outcomeTexts } from '../../domain/outcome.ts';
import type { CliContext } from '../context.ts';
import { formatEquation } from '../output/equation.ts';
import { shownPath } from '../output/paths.ts';
import { formatTable } from '../output/table.ts';

interface DemoOptions {
  readonly keep?: boolean;
  readonly redis?: boolean;
  readonly out: string;
}

/** `demo [--keep] [--redis]`: runs the whole job on sample data, with a mail catcher as relay. */
export function demoCommand(context: CliContext): Command {
  return new Command('demo')
    .description('compose the sample, send it to a mail catcher, and show the outcome of every delivery')
    .option('--keep', "keep the subscribers' pages and the mail catcher's inbox open")
    .option('--redis', 'use BullMQ on a Redis server that is started for the demo')
    .option('-o, --out <folder>', 'where the composed files go', 'out/demo')
    .action(async (options: DemoOptions) => {
      // Imported here, because the mail catcher's packages would slow down every other command.
      const { runDemo } = await import('../../demo/run-demo.ts');
      const keep = options.keep === true;
      await runDemo(context, { out: options.out, keep, redis: options.redis === true }, (result) => {
        const folder = shownPath(result.folder, context.io.cwd);
        context.result(result, () => describe(result, { folder, keep }));
      });
    });
}

function describe(
  result: DemoResult,
  { folder, keep }: { readonly folder: string; readonly keep: boolean },
): string {
  const { accounting, outcomes, imported, caught, uncertain } = result;
  const rejected = Object.entries(imported.byReason).map(([reason, rows]) => [
    'valid-email',
    outcomeTexts['valid-email'],
    `import: ${reason}`,
    formatCount(rows),
  ]);
  const delivered = outcomes.map(({ outcome, reason, count }) => [
    outcome,
    outcomeTexts[outcome],
    reason,
    formatCount(count),
  ]);
  return [
    '',
    formatEquation(accounting),
    `The mail catcher took ${formatCount(caught)} messages: ${formatCounted(uncertain.length, 'answer')} never came, so ${formatCount(uncertain.length)} went out once more, under the same Message-ID.`,
    '',
    formatTable(
      [
        { head: 'outcome' },
        { head: 'a subscriber reads' },
        { head: 'reason' },
        { head: 'recipients', align: 'right' },
      ],
      [...delivered, ...rejected],
    ),
    '',
    `Open ${folder}/edition.html in a browser and ${folder}/received.eml in a mail program.`,
    ...(keep ? [] : ["Keep the inbox and the subscribers' pages open: npm run demo -- --keep"]),
  ].join('\n');
}
