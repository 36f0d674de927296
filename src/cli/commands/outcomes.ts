import { Command } from 'commander';

import { outcomeTexts } from '../../domain/delivery.ts';
import type { CliContext } from '../context.ts';
import { formatCount } from '../output/numbers.ts';
import { formatTable } from '../output/table.ts';
import { wholeNumber } from './whole-number.ts';

/** `outcomes [<publication>]`: how deliveries ended, by edition, outcome and reason. */
export function outcomesCommand(context: CliContext): Command {
  return new Command('outcomes')
    .description('count how deliveries ended, by edition, outcome and reason')
    .argument('[publication]')
    .option('--editions <number>', 'how many editions back', wholeNumber({ least: 1, most: 1_000 }), 7)
    .action(async (slug: string | undefined, { editions }: { readonly editions: number }) => {
      const services = await context.openServices();
      const counts = await services.outcomes({ slug, editions });
      context.result({ outcomes: counts }, () =>
        counts.length === 0
          ? 'No delivery has ended yet.'
          : formatTable(
              [
                { head: 'edition' },
                { head: 'outcome' },
                { head: 'a subscriber reads' },
                { head: 'reason' },
                { head: 'people', align: 'right' },
              ],
              counts.map((row) => [
                `${row.publication}/${row.date}`,
                row.outcome,
                outcomeTexts[row.outcome],
                row.reason,
                formatCount(row.people),
              ]),
            ),
      );
    });
}
