import { Command } from 'commander';

import { formatCount } from '../../../domain/numbers.ts';
import type { CliContext } from '../../context.ts';

/** `new <publication>[/<date>]`: skeleton.yaml, sponsors.yaml and picked items -> the digest of a day. */
export function newCommand(context: CliContext): Command {
  return new Command('new')
    .description("begin a day's digest from the skeleton and the picked items")
    .argument('<edition>', 'publication/date, or publication: the next day without a digest')
    .action(async (reference: string) => {
      const services = await context.openServices();
      const made = await services.newDigest(reference);
      const { publication, date, displayPath, sponsor, items, toWrite } = made;
      const result = {
        publication,
        date,
        file: displayPath,
        sponsor: sponsor ?? null,
        items: items.map(({ id, headline }) => ({ id, headline: headline ?? null })),
        toWrite,
      };
      context.result(result, () => {
        const from = items.length === 1 ? 'one picked item' : `${formatCount(items.length)} picked items`;
        const paid = sponsor === undefined ? '' : ` and a message from ${sponsor}`;
        const passed = describePassed(made.passed);
        return `${displayPath} is there, with ${from}${paid}. ${passed}What is still to be written is marked TK (${formatCount(toWrite)} times); \`daybrief compose ${publication}/${date}\` names each.`;
      });
    });
}

/** Why it is not the digest of an earlier day. */
function describePassed(passed: readonly string[]): string {
  if (passed.length === 0) return '';
  const [first = ''] = passed;
  const days = passed.length === 1 ? first : `${first} to ${passed.at(-1) ?? ''}`;
  return `${days} ${passed.length === 1 ? 'has a digest' : 'have digests'} already. `;
}
