import { checkRules, isCheckRule } from './check-rules.ts';
import type { CheckLevels, Level } from './check-rules.ts';
import type { Digest, Waiver } from './digest.ts';
import type { Problem, Severity } from './problem.ts';

const severities: Readonly<Record<Exclude<Level, 'off'>, Severity>> = {
  note: 'note',
  warn: 'warning',
  block: 'error',
};

/**
 * Gives findings the level that the publication has chosen for their rule, and takes away what the digest waives for
 * its own date. A waiver that came along with yesterday's text waives nothing, and is reported.
 *
 * @param file of the digest, as the user would type it
 */
export function applyChecks(
  problems: readonly Problem[],
  { digest, checks, file }: { readonly digest: Digest; readonly checks: CheckLevels; readonly file: string },
): readonly Problem[] {
  const waivers = digest.waive ?? [];
  const valid = waivers.filter(({ on }) => on === undefined || on === digest.date);
  const waived = new Set(valid.map(({ rule }) => rule));
  const kept = problems.flatMap((problem): readonly Problem[] => {
    if (!isCheckRule(problem.rule)) return [problem];
    const level = checks[problem.rule];
    if (level === 'off' || waived.has(problem.rule)) return [];
    return [level === undefined ? problem : { ...problem, severity: severities[level] }];
  });
  const found = new Set(problems.map(({ rule }) => rule));
  return [
    ...kept,
    ...waivers.filter((waiver) => !valid.includes(waiver)).map((waiver) => outdated(waiver, file)),
    ...valid.filter(({ rule }) => !found.has(rule) && !isRequest(rule)).map((waiver) => unused(waiver, file)),
  ];
}

/** What links and other programs answer is not always asked, and another day they answer otherwise. */
function isRequest(rule: string): boolean {
  return isCheckRule(rule) && 'requests' in checkRules[rule];
}

function outdated({ rule, on }: Waiver, file: string): Problem {
  return {
    rule: 'waiver-outdated',
    severity: 'warning',
    message: `The waiver of \`${rule}\` is for ${on}, so it waives nothing here.`,
    hint: 'Delete it, or write the date of this digest.',
    file,
  };
}

function unused({ rule }: Waiver, file: string): Problem {
  return {
    rule: 'waiver-unused',
    severity: 'note',
    message: `The digest waives \`${rule}\`, which found nothing.`,
    hint: 'Delete the waiver.',
    file,
  };
}
