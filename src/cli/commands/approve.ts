import { Command } from 'commander';

import { formatProblem } from '../../domain/problem.ts';
import type { CliContext } from '../context.ts';

/** `approve <publication>/<date>`: freezes the digest as it is, bound to its content hash. */
export function approveCommand(context: CliContext): Command {
  return new Command('approve')
    .description('freeze a digest for sending: from here on these bytes are sent, or none')
    .argument('<edition>', 'publication/date')
    .option('--hash <hash>', 'approve only if the content hash begins like this')
    .action(async (reference: string, options: { readonly hash?: string }) => {
      const services = await context.openServices();
      const approval = await services.approve(reference, {
        actor: services.actor,
        expectedHash: options.hash,
      });
      const { composition, edition, revision } = approval;
      for (const problem of composition.problems) context.say(formatProblem(problem));
      const name = `${composition.found.slug}/${edition.date}`;
      const waits = edition.state === 'sending' || edition.state === 'paused';
      const next = waits
        ? `The edition is ${edition.state}: give it to those not yet served with \`npx daybrief pause ${name}\` and \`npx daybrief resume ${name} --revision ${revision}\`.`
        : `Send it with \`npx daybrief send ${name}\`.`;
      context.result(
        {
          publication: composition.found.slug,
          date: edition.date,
          state: edition.state,
          revision,
          contentHash: composition.contentHash,
          approvedBy: services.actor,
        },
        () => `Approved revision ${revision} of ${name}: ${composition.contentHash}\n${next}`,
      );
    });
}
