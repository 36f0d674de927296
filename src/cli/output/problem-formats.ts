import { checkRules } from '../../domain/editions/check-rules.ts';
import type { CheckRule } from '../../domain/editions/check-rules.ts';
import type { Problem, Severity } from '../../domain/editions/problem.ts';

/**
 * Problems as SARIF 2.1.0, for editors and code hosts that show them in the file.
 * Paths are relative to the folder where the command runs.
 */
export function toSarif(problems: readonly Problem[], version: string): object {
  const known: Readonly<Record<string, CheckRule>> = checkRules;
  const ids = [...new Set(problems.map(({ rule }) => rule))].toSorted();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'daybrief',
            version,
            rules: ids.map((id) => {
              const rationale = known[id]?.rationale;
              return { id, ...(rationale === undefined ? {} : { fullDescription: { text: rationale } }) };
            }),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: problems.map((problem) => ({
          ruleId: problem.rule,
          ruleIndex: ids.indexOf(problem.rule),
          level: problem.severity,
          message: { text: sentenceOf(problem) },
          locations: problem.file === undefined ? [] : [{ physicalLocation: placeOf(problem) }],
        })),
      },
    ],
  };
}

function placeOf({ file = '', line, column }: Problem): object {
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column ?? 1 } };
  return { artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') }, ...region };
}

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** Problems as workflow commands of GitHub Actions, one a line. */
export function toGithub(problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const { file, line, column, rule, severity } = problem;
      const properties = [
        ...(file === undefined ? [] : [`file=${escapeProperty(file)}`]),
        ...(line === undefined ? [] : [`line=${line}`]),
        ...(column === undefined ? [] : [`col=${column}`]),
        `title=${escapeProperty(rule)}`,
      ];
      return `::${commands[severity]} ${properties.join(',')}::${escapeData(sentenceOf(problem))}`;
    })
    .join('\n');
}

function sentenceOf({ message, hint }: Problem): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
