import type { Position } from '../../domain/editions/digest.ts';
import type { Problem, Severity } from '../../domain/editions/problem.ts';

/** One thing that is wrong at one place. */
export interface Finding {
  readonly rule: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly at?: Position | undefined;
}

/** Collects the mistakes in one file, so that a curator sees all of them at once. */
export interface Report {
  error(finding: Finding): void;
  warn(finding: Finding): void;
  note(finding: Finding): void;
  readonly hasErrors: boolean;
  /** In the order of the file; at most `maxProblems`, then one sentence on how many more there are. */
  problems(): readonly Problem[];
}

const maxProblems = 100;

export function createReport(file: string): Report {
  const problems: Problem[] = [];
  let unlisted = 0;
  let errors = 0;

  function add(severity: Severity, { rule, message, hint, at }: Finding): void {
    if (severity === 'error') errors += 1;
    if (problems.length >= maxProblems) {
      unlisted += 1;
      return;
    }
    problems.push({
      rule,
      severity,
      message,
      ...(hint === undefined ? {} : { hint }),
      file,
      ...(at === undefined ? {} : { line: at.line, column: at.column }),
    });
  }

  return {
    error: (finding) => add('error', finding),
    warn: (finding) => add('warning', finding),
    note: (finding) => add('note', finding),
    get hasErrors() {
      return errors > 0;
    },
    problems() {
      const sorted = inFileOrder(problems);
      if (unlisted === 0) return sorted;
      const message = `There are ${unlisted} more problems; fix these first.`;
      return [
        ...sorted,
        { rule: 'too-many-problems', severity: errors > 0 ? 'error' : 'warning', message, file },
      ];
    },
  };
}

/** Problems by line and column; those without a place come first. */
function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
