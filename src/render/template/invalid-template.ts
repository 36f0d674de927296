import { formatProblem } from '../../domain/editions/problem.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import { AppError } from '../../errors/app-error.ts';

/** A template that cannot be used, with its mistakes and their places. TEMPLATE_INVALID. */
export class InvalidTemplateError extends AppError {
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problems: readonly Problem[], cause?: unknown) {
    const [first, ...rest] = problems;
    if (first === undefined) throw new TypeError('An invalid template has at least one problem.');
    const place = [first.file, first.line].filter((part) => part !== undefined).join(':');
    super('TEMPLATE_INVALID', `The template ${place} cannot be used: ${first.message}`, {
      ...(first.hint === undefined ? {} : { hint: first.hint }),
      details: rest.map(formatProblem),
      cause,
    });
    this.problems = [first, ...rest];
  }
}
