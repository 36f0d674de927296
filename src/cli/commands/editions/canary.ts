import { Command } from 'commander';

import type { CliContext } from '../../context.ts';
import { seedLines } from '../../output/canary.ts';

/** `canary check <edition>`: sends an approved edition to its seed mailboxes and checks it as it arrives. */
export function canaryCommand(context: CliContext): Command {
  return new Command('canary').description('try the seed mailboxes of a publication').addCommand(
    new Command('check')
      .description('send an approved edition to its seed mailboxes alone, and check it as it arrives')
      .argument('<edition>', 'publication, or publication/date')
      .action(async (reference: string) => {
        const services = await context.openServices();
        const seeds = await services.checkSeeds(reference, {
          signal: context.signal,
          onFound: (text) => context.note(text),
        });
        if (seeds.some(({ state }) => state === 'failed')) context.exitStatus = 4;
        context.result({ reference, seeds }, () =>
          [
            ...seedLines(seeds).filter((line) => line !== ''),
            ...seeds.flatMap(({ address, findings }) =>
              findings.map(({ ok, text }) => `${address}: ${ok ? 'ok, ' : 'failed, '}${text}`),
            ),
          ].join('\n'),
        );
      }),
  );
}
