import { Command } from 'commander';

import { formatProblem } from '../../../domain/editions/problem.ts';
import type { CliContext } from '../../context.ts';

/** `correct <publication>/<date> --note TEXT` */
export function correctCommand(context: CliContext): Command {
  return new Command('correct')
    .description('make the changed digest the web page of a sent edition, with a dated note')
    .argument('<edition>', 'publication/date')
    .requiredOption('--note <text>', 'what changed, for readers of the page')
    .action(async (reference: string, { note }: { readonly note: string }) => {
      const services = await context.openServices();
      const { composition, revision } = await services.correct(reference, note);
      for (const problem of composition.problems) context.note(formatProblem(problem));
      const { publication, digest, contentHash, baseUrl } = composition;
      const result = { edition: reference, date: digest.date, revision, contentHash, note };
      context.result(result, () =>
        publication.archive
          ? `The page of ${reference} is corrected: ${baseUrl}/p/${publication.slug}/archive/${digest.date}\nThe mail stays as it was sent.`
          : `${reference} is corrected, but its publication has no archive (\`archive: false\`), so that it has no page.`,
      );
    });
}

/** `withdraw <publication>/<date> [--note TEXT]` */
export function withdrawCommand(context: CliContext): Command {
  return new Command('withdraw')
    .description('replace the web page of a sent edition by a notice')
    .argument('<edition>', 'publication/date')
    .option('--note <text>', 'why, for readers of the notice', '')
    .action(async (reference: string, { note }: { readonly note: string }) => {
      const services = await context.openServices();
      const { date } = await services.withdraw(reference, note);
      context.result(
        { edition: reference, date, note },
        () =>
          `The page of ${reference} is replaced by a notice. \`daybrief correct ${reference} --note "..."\` brings it back with a correction.`,
      );
    });
}
