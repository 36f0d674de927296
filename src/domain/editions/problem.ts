/** `error` stops a digest from being composed or approved, `warning` is reported, `note` only by `lint`. */
export type Severity = 'error' | 'warning' | 'note';

/** One finding about a digest, a template or a finished message, with its place where it has one. */
export interface Problem {
  /** Permanent kebab-case name of the rule: `image-alt-missing`. */
  readonly rule: string;
  readonly severity: Severity;
  /** A whole sentence: what was found and what is expected. */
  readonly message: string;
  /** What to do about it: "Did you mean `subject`?" */
  readonly hint?: string;
  /** Path as the user would type it. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** `digests/sample/2026-11-23.md:4:1`, or less where less is known. */
export function formatPlace(problem: Problem): string {
  return [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
}

/** A problem as one line for a terminal: place, severity, sentence, hint. */
export function formatProblem(problem: Problem): string {
  const place = formatPlace(problem);
  const hint = problem.hint === undefined ? '' : ` ${problem.hint}`;
  return `${place === '' ? '' : `${place}: `}${problem.severity}: ${problem.message}${hint} [${problem.rule}]`;
}
