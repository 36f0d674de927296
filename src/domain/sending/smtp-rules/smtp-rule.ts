import type { RefusalClass } from '../refusal-classes.ts';
import type { SmtpStage } from '../smtp-answer.ts';

export interface SmtpRule {
  /** Kebab-case; becomes the ledger's reason. */
  readonly reason: string;
  readonly class: RefusalClass;
  readonly code?: RegExp;
  /** RFC 3463. A rule with neither this nor `bare` applies with and without an enhanced code. */
  readonly enhanced?: RegExp;
  /** Applies only without an enhanced code. */
  readonly bare?: true;
  readonly text?: RegExp;
  readonly stage?: SmtpStage;
  /** Replies that this rule decides, each as `<stage> <code> <text>`; the tests run them through all rules. */
  readonly examples: readonly [string, ...string[]];
}
