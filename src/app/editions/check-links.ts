import { checkRules } from '../../domain/editions/check-rules.ts';
import { digestTargets } from '../../domain/editions/digest-targets.ts';
import type { LinkTarget } from '../../domain/editions/digest-targets.ts';
import type { Digest } from '../../domain/editions/digest.ts';
import { judgeLink } from '../../domain/editions/link-answer.ts';
import type { LinkAnswer } from '../../domain/editions/link-answer.ts';
import type { Problem, Severity } from '../../domain/editions/problem.ts';
import type { AskLinks } from '../ports/link-answers.ts';

const severities: Readonly<Record<string, Severity>> = { block: 'error', warn: 'warning', note: 'note' };

/** Requests every link of a digest and returns what is wrong, with its place in the file. */
export async function checkLinks(
  digest: Digest,
  file: string,
  ask: (urls: readonly string[]) => ReturnType<AskLinks>,
): Promise<readonly Problem[]> {
  const targets = digestTargets(digest);
  const answers = await ask(targetUrls(targets));
  return targets.flatMap((target) => {
    const answer = answers.get(requestUrl(target.url));
    return answer === undefined ? [] : toProblems(target, answer, file);
  });
}

/** The addresses to request, each once. */
export function targetUrls(targets: readonly LinkTarget[]): readonly string[] {
  return [...new Set(targets.map(({ url }) => requestUrl(url)))];
}

/** A server never sees the fragment. */
function requestUrl(url: string): string {
  const parsed = new URL(url);
  parsed.hash = '';
  return parsed.href;
}

function toProblems({ url, at }: LinkTarget, answer: LinkAnswer, file: string): readonly Problem[] {
  const finding = judgeLink(requestUrl(url), answer);
  if (finding === undefined) return [];
  const { rule, message, hint } = finding;
  const severity = severities[checkRules[rule].level] ?? 'note';
  const shown = url.length > 120 ? `${url.slice(0, 119)}…` : url;
  return [
    {
      rule,
      severity,
      message: `The link to "${shown}" ${message}.`,
      hint,
      file,
      line: at.line,
      column: at.column,
    },
  ];
}
