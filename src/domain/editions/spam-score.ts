import type { Problem } from './problem.ts';

/** What SpamAssassin says of a message. */
export interface SpamScore {
  readonly score: number;
  /** From here on a message is taken for spam. */
  readonly required: number;
  /** Rules that matched, the heaviest first. */
  readonly rules: readonly SpamRule[];
}

export interface SpamRule {
  readonly points: number;
  readonly name: string;
  readonly description: string;
}

/** Points that a newsletter should stay below: the receiver adds those of its own tests. */
const noticeable = 2;

/** Returns the finding about a score, if it is one. */
export function spamProblem({ score, required, rules }: SpamScore, file: string): Problem | undefined {
  if (score < noticeable) return undefined;
  const counted = rules.filter(({ points }) => points > 0).map(({ name, points }) => `${name} (${points})`);
  return {
    rule: 'spam-score',
    severity: score >= required ? 'warning' : 'note',
    message: `SpamAssassin gives the message ${score} of ${required} points: ${counted.join(', ')}.`,
    hint: 'Change what the rules with most points name.',
    file,
  };
}
