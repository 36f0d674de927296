import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import type { LintedSample } from '../app/editions/lint-template.ts';
import { formatProblem } from '../domain/editions/problem.ts';
import type { Problem } from '../domain/editions/problem.ts';
import { formatCount, formatSize } from '../domain/numbers.ts';
import { AppError } from '../errors/app-error.ts';
import type { CliContext } from './context.ts';
import { shownPath } from './output/paths.ts';
import { formatTable } from './output/table.ts';

/** Renders the samples with a template, a folder's name or path, and runs every check on the results. */
export async function lintTemplate(context: CliContext, template: string): Promise<void> {
  const folder = await findFolder(context, template);
  const samples = await (await context.openServices()).lintTemplate(folder);
  const problems = distinct(samples, context.io.cwd);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const shown = shownPath(folder, context.io.cwd);
  if (errors.length > 0) {
    const count = errors.length === 1 ? '1 mistake' : `${formatCount(errors.length)} mistakes`;
    throw new AppError('TEMPLATE_INVALID', `The template ${shown} has ${count}.`, {
      hint: 'docs/templates.md says what a template needs.',
      details: problems.map(formatProblem),
    });
  }
  for (const problem of problems) context.note(formatProblem(problem));
  context.result({ template: shown, samples, problems }, () => describe(samples, shown, problems));
}

/** A path names a folder anywhere; a bare name is looked up in the templates first. */
async function findFolder(context: CliContext, template: string): Promise<string> {
  const { templates } = await context.config();
  const named = resolve(templates, template);
  if (!/[/\\]/u.test(template) && existsSync(named)) return named;
  const folder = resolve(context.io.cwd, template);
  if (existsSync(folder)) return folder;
  throw new AppError('TEMPLATE_INVALID', `There is no template ${JSON.stringify(template)}.`, {
    hint: `Name a folder in ${shownPath(templates, context.io.cwd)}, or give a path such as ./my-template.`,
  });
}

/** Each problem once, with the first sample that shows it. */
function distinct(samples: readonly LintedSample[], cwd: string): readonly Problem[] {
  const byText = new Map<string, Problem>();
  for (const { edition, problems } of samples) {
    for (const problem of problems) {
      const file = problem.file === undefined ? {} : { file: shownPath(problem.file, cwd) };
      const key = formatProblem(problem);
      if (!byText.has(key)) {
        byText.set(key, { ...problem, ...file, message: `${problem.message} (${edition})` });
      }
    }
  }
  return [...byText.values()];
}

function describe(samples: readonly LintedSample[], template: string, problems: readonly Problem[]): string {
  const warnings = problems.length === 0 ? 'No problem.' : `${formatCount(problems.length)} warnings.`;
  const table = formatTable(
    [{ head: template }, { head: 'HTML', align: 'right' }],
    samples.map(({ edition, htmlBytes }) => [edition, formatSize(htmlBytes)]),
  );
  return `${table}\n${warnings}`;
}
