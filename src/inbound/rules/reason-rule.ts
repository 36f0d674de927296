import type { RefusalClass } from '../../domain/sending/refusal-classes.ts';

/**
 * Words by which a report gives its reason without a reply code, or in another language than English. The first rule
 * that matches decides.
 */
export interface ReasonRule {
  readonly reason: string;
  readonly class: RefusalClass;
  readonly text: RegExp;
  /** Texts that this rule decides; the tests run them through all rules. */
  readonly examples: readonly [string, ...string[]];
}
