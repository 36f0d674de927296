import { formatProblem } from '../../domain/editions/problem.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import { AppError } from '../../errors/app-error.ts';
import { InvalidTemplateError } from './invalid-template.ts';
import type { Template } from './load-templates.ts';
import { fileOfTag } from './trace.ts';
import type { Trace } from './trace.ts';

/** One mistake as MJML reports it; the line is that of what the template made. */
interface MjmlMistake {
  readonly line: number;
  readonly message: string;
  readonly tagName: string;
}

const maxProblems = 20;

/** Says in which file and line of a template the mistakes are that MJML found in what it made. */
export function explainMjml(error: unknown, template: Template, trace: Trace): unknown {
  if (!(error instanceof AppError)) return error;
  const { errors = [] } = (error.cause ?? {}) as { readonly errors?: readonly MjmlMistake[] };
  const problems = errors.map(({ line, message, tagName }): Problem => {
    const file = fileOfTag(trace, tagName, line) ?? template.file('edition.mjml.hbs');
    const source = template.sources.get(file)?.split('\n') ?? [];
    const [, attribute = ''] = /^Attribute (\S+)/u.exec(message) ?? [];
    const tags = source.flatMap((text, index) => (text.includes(`<${tagName}`) ? [index] : []));
    const found = tags.find((index) => source[index]?.includes(attribute)) ?? tags[0];
    const mistake = {
      rule: 'template-mjml',
      severity: 'error',
      message: `MJML: ${message} (<${tagName}>).`,
      file,
    } as const;
    return found === undefined ? mistake : Object.assign(mistake, { line: found + 1 });
  });
  // A partial that is used for ten stories has its mistake ten times.
  const distinct = [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()];
  if (distinct.length > 0) return new InvalidTemplateError(distinct.slice(0, maxProblems), error);
  const message = 'MJML cannot read what the template makes; it must begin with <mjml>.';
  const file = template.file('edition.mjml.hbs');
  return new InvalidTemplateError([{ rule: 'template-mjml', severity: 'error', message, file }], error);
}
