import { join, relative, resolve } from 'node:path';

import { Command } from 'commander';

import type { Composition } from '../../app/compose-edition.ts';
import type { SampleMessage } from '../../app/compose-ports.ts';
import { formatProblem } from '../../domain/problem.ts';
import { formatReadingTime } from '../../domain/brevity.ts';
import type { CliContext } from '../context.ts';
import { formatCount, formatSize } from '../output/numbers.ts';
import { formatTable } from '../output/table.ts';
import { writeFiles } from '../output/write-files.ts';

/** `compose <publication>[/<date>]`: digest -> edition.html, edition.txt, edition.eml, report.json. */
export function composeCommand(context: CliContext): Command {
  return new Command('compose')
    .description('turn a digest into its email, and report on it')
    .argument('<edition>', 'publication, or publication/date')
    .option('-o, --out <folder>', 'where the results go', 'out')
    .action(async (reference: string, options: { readonly out: string }) => {
      const services = await context.openServices();
      const composition = await services.compose(reference);
      const sample = services.sample(composition);
      const { slug } = composition.found;
      const folder = join(resolve(context.io.cwd, options.out), slug, composition.digest.date);
      const report = toReport(composition, sample);
      await writeFiles(folder, toFiles(composition, { sample, report }));
      for (const problem of composition.problems) context.say(formatProblem(problem));
      const shown = relative(context.io.cwd, folder);
      context.result({ ...report, folder }, () => describe(report, shown));
    });
}

interface Report {
  readonly publication: string;
  readonly date: string;
  readonly subject: string;
  readonly words: number;
  readonly readingMinutes: number;
  /** Octets of the message as the heaviest recipient gets it. */
  readonly heaviestBytes: number;
  readonly contentHash: string;
  readonly problems: Composition['problems'];
}

function toReport(composition: Composition, sample: SampleMessage): Report {
  const { rendered, contentHash, problems } = composition;
  return {
    publication: composition.found.slug,
    date: composition.digest.date,
    subject: rendered.subject,
    words: rendered.words,
    readingMinutes: rendered.readingMinutes,
    heaviestBytes: sample.heaviestBytes,
    contentHash,
    problems,
  };
}

/** For a look without a web server, the page's pictures lie beside it. */
function toFiles(
  composition: Composition,
  made: { readonly sample: SampleMessage; readonly report: Report },
): Record<string, string | Uint8Array> {
  const { sample, report } = made;
  const files: Record<string, string | Uint8Array> = {};
  let { html } = sample;
  for (const image of composition.images) {
    const name = image.url.slice(composition.baseUrl.length + 1);
    html = html.replaceAll(image.url, name);
    files[name] = image.bytes;
  }
  return {
    ...files,
    'edition.html': html,
    'edition.txt': sample.text,
    'edition.eml': sample.eml,
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
  };
}

function describe(report: Report, folder: string): string {
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
