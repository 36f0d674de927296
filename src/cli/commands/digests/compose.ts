import { dirname, join, resolve } from 'node:path';

import { Command } from 'commander';

import type { Composition } from '../../../app/editions/compose-edition.ts';
import { formatReadingTime } from '../../../domain/editions/brevity.ts';
import { formatProblem } from '../../../domain/editions/problem.ts';
import { formatCount, formatSize } from '../../../domain/numbers.ts';
import type { CliContext } from '../../context.ts';
import { shownPath } from '../../output/paths.ts';
import { formatTable } from '../../output/table.ts';
import { writeComposition } from '../../write-composition.ts';
import type { CompositionReport } from '../../write-composition.ts';

interface ComposeOptions {
  readonly out: string;
  readonly copyImages?: true;
}

/** `compose <publication>[/<date>]`: digest -> edition.html, edition.txt, edition.eml, report.json. */
export function composeCommand(context: CliContext): Command {
  return new Command('compose')
    .description('turn a digest into its email, and report on it')
    .argument('<edition>', "publication/date, or publication: today's digest, else the next")
    .option('-o, --out <folder>', 'where the results go', 'out')
    .option('--copy-images', 'download hosted images beside the digest, and use the copies from now on')
    .action(async (reference: string, options: ComposeOptions) => {
      const services = await context.openServices();
      const composition = await services.compose(reference, { copyImages: options.copyImages === true });
      const sample = services.sample(composition);
      const out = resolve(context.io.cwd, options.out);
      const { folder, report } = await writeComposition(composition, sample, { out });
      const { copied, found } = composition;
      for (const { url, file } of copied) {
        context.note(`Copied ${url} to ${shownPath(join(dirname(found.path), file), context.io.cwd)}.`);
      }
      for (const problem of composition.problems) context.note(formatProblem(problem));
      await warnOfApproved(context, composition);
      context.result({ ...report, folder, ...(copied.length > 0 && { copied }) }, () =>
        describe(report, shownPath(folder, context.io.cwd)),
      );
    });
}

/** Says that another content is approved. Composing needs no database, so one that is missing or away is ignored. */
async function warnOfApproved(context: CliContext, { found, contentHash }: Composition): Promise<void> {
  const services = await context.openServices();
  const reference = `${found.slug}/${found.date}`;
  const approved = await services.approvedHash(reference);
  if (approved === undefined || approved.contentHash === contentHash) return;
  context.warn(
    `Revision ${approved.revision} of ${reference} is approved with other content. \`daybrief approve ${reference}\` approves this one.`,
  );
}

function describe(report: CompositionReport, folder: string): string {
  const warnings = report.problems.length;
  return formatTable(
    [{ head: `${report.publication}/${report.date}` }, { head: '' }],
    [
      ['subject', report.subject],
      ['words', `${formatCount(report.words)} (${formatReadingTime(report.readingMinutes)})`],
      ['heaviest message', formatSize(report.heaviestBytes)],
      ['content hash', report.contentHash],
      ['warnings', warnings === 0 ? 'none' : formatCount(warnings)],
      ['written to', folder],
    ],
  );
}
