import { providerRules } from './provider-rules.ts';
import { senderRules } from './sender-rules.ts';
import type { SmtpRule } from './smtp-rule.ts';
import { statusCodeRules } from './status-code-rules.ts';
import { textRules } from './text-rules.ts';

/**
 * The rules by which replies of 4xx and 5xx are read: the first one that matches decides. Texts about the
 * sender's own account come first, then a provider's own rules, texts that decide, the enhanced code (RFC 3463) and the
 * reply code (RFC 5321 section 4.2). `refusal-classes.ts` says what follows from a class.
 */
export const smtpRules: readonly SmtpRule[] = [
  ...senderRules,
  ...providerRules,
  ...textRules,
  ...statusCodeRules,
];

/** What the ledger says of a delivery that a rule decided. */
export type SmtpReason = (
  | (typeof senderRules)[number]
  | (typeof providerRules)[number]
  | (typeof textRules)[number]
  | (typeof statusCodeRules)[number]
)['reason'];
