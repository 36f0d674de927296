import { Command, Option } from 'commander';

import type { LintedEdition } from '../../../app/editions/lint-edition.ts';
import { packageVersion } from '../../../config/package-root.ts';
import type { Brevity } from '../../../domain/editions/brevity-score.ts';
import { checkRules } from '../../../domain/editions/check-rules.ts';
import { formatProblem } from '../../../domain/editions/problem.ts';
import type { Problem } from '../../../domain/editions/problem.ts';
import type { SpamScore } from '../../../domain/editions/spam-score.ts';
import { formatCount } from '../../../domain/numbers.ts';
import { AppError } from '../../../errors/app-error.ts';
import { kinds } from '../../../errors/catalogue.ts';
import type { CliContext } from '../../context.ts';
import { lintTemplate } from '../../lint-template.ts';
import { inboxText } from '../../output/inbox-text.ts';
import { toGithub, toSarif } from '../../output/problem-formats.ts';
import { formatTable } from '../../output/table.ts';

type Format = 'text' | 'json' | 'sarif' | 'github';

interface LintFlags {
  readonly format: Format;
  readonly links?: boolean;
  readonly spam?: boolean;
  readonly rules?: boolean;
  readonly template?: string;
}

/** `lint <publication>[/<date>]`: every check on a digest; writes nothing. */
export function lintCommand(context: CliContext): Command {
  return new Command('lint')
    .description('check a digest: mistakes, brevity, links, images, and the email made of it')
    .argument('[edition]', "publication/date, or publication: today's digest, else the next")
    .addOption(
      new Option('--format <format>', 'how to print the problems')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .option('--links', 'also request each link, and report those that do not work')
    .option('--spam', 'insist on the score of SpamAssassin, which is asked if it is installed')
    .option('--no-spam', 'do not ask SpamAssassin, which takes some seconds')
    .option('--template <name>', 'check a template instead, by its name or path, against the samples')
    .option('--rules', 'list the checks whose level publication.yaml can set, and why they are there')
    .action(
      async (
        reference: string | undefined,
        { format, links = false, spam, rules = false, template }: LintFlags,
      ) => {
        if (template !== undefined) {
          await lintTemplate(context, template);
          return;
        }
        if (rules) {
          listRules(context);
          return;
        }
        if (reference === undefined) {
          throw new AppError(
            'USAGE_INVALID',
            'An edition is missing: `daybrief lint <publication>[/<date>]`.',
            {
              hint: '`daybrief lint --rules` lists the checks.',
            },
          );
        }
        const services = await context.openServices();
        const linted = await services.lint(reference, {
          links,
          spam: spam !== false,
          signal: context.signal,
          onUnscored: (why) => reportUnscored(context, why, spam === true),
        });
        print(context, linted, context.json ? 'json' : format);
        const isBlocked = linted.problems.some(({ severity }) => severity === 'error');
        if (isBlocked) context.exitStatus = kinds.content.exitStatus;
      },
    );
}

/** A program that is not there is no news, unless it was asked for. */
function reportUnscored(context: CliContext, why: string, isAskedFor: boolean): void {
  if (why !== 'missing') return context.warn(`SpamAssassin did not score the message: ${why}.`);
  if (!isAskedFor) return;
  throw new AppError('PROGRAM_MISSING', 'There is no `spamassassin` on this machine.', {
    hint: 'Install it: apt-get install spamassassin.',
  });
}

function listRules(context: CliContext): void {
  const rules = Object.entries(checkRules).map(([id, { level, rationale }]) => ({ id, level, rationale }));
  context.result({ rules }, () =>
    formatTable(
      [{ head: 'check' }, { head: 'level' }, { head: 'why' }],
      rules.map(({ id, level, rationale }) => [id, level, rationale]),
    ),
  );
}

function print(context: CliContext, linted: LintedEdition, format: Format): void {
  const { found, problems, brevity, inbox, weighed, spam } = linted;
  const value = { publication: found.slug, date: found.date, problems, brevity, inbox, weighed, spam };
  const texts: Readonly<Record<Format, () => string>> = {
    text: () => describe(linted),
    json: () => JSON.stringify(value, null, 2),
    sarif: () => JSON.stringify(toSarif(problems, packageVersion()), null, 2),
    github: () => toGithub(problems),
  };
  context.result(value, texts[format]);
}

function describe({ problems, brevity, inbox, weighed, spam, found }: LintedEdition): string {
  const parts = [
    problems.map(formatProblem).join('\n'),
    brevity === undefined ? '' : brevityText(brevity),
    inbox === undefined ? '' : inboxText(inbox),
    weighed === undefined ? '' : weightText(weighed),
    spam === undefined ? '' : spamText(spam),
    `${found.slug}/${found.date}: ${countsText(problems)}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function countsText(problems: readonly Problem[]): string {
  const count = (severity: Problem['severity'], one: string): string => {
    const { length } = problems.filter((problem) => problem.severity === severity);
    return `${formatCount(length)} ${length === 1 ? one : `${one}s`}`;
  };
  return [count('error', 'error'), count('warning', 'warning'), count('note', 'note')].join(', ');
}

/** Gmail cuts an email off near 102 KB. */
function weightText(weighed: NonNullable<LintedEdition['weighed']>): string {
  const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1);
  const total = weighed.reduce((sum, { bytes }) => sum + bytes, 0);
  return formatTable(
    [{ head: `the email has ${kilobytes(total)} KB of 102` }, { head: 'KB', align: 'right' }],
    weighed.map(({ name, bytes }) => [shorten(name), kilobytes(bytes)]),
  );
}

function brevityText({ score, words, targetWords, stories, sentenceWords, cuts }: Brevity): string {
  const table = formatTable(
    [{ head: `brevity ${score} of 100` }, { head: 'words', align: 'right' }],
    [
      ...stories.map(({ headline, words: count }) => [shorten(headline), formatCount(count)]),
      ['a sentence, on average', String(sentenceWords)],
      [`the edition, of ${formatCount(targetWords)}`, formatCount(words)],
    ],
  );
  const advice = cuts.map((cut) => `- line ${cut.at.line}: ${cut.advice}`);
  return advice.length === 0 ? table : `${table}\n\nMost effective cuts:\n${advice.join('\n')}`;
}

function spamText({ score, required, rules }: SpamScore): string {
  return formatTable(
    [{ head: `SpamAssassin ${score} of ${required}` }, { head: 'points', align: 'right' }, { head: 'why' }],
    rules.map(({ name, points, description }) => [name, String(points), description]),
  );
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59).trimEnd()}…`;
}
