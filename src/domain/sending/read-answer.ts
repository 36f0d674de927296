import type { UncertainPolicy } from '../editions/publication.ts';
import type { Outcome } from '../outcome.ts';
import { maskAddresses } from '../subscribers/mask-addresses.ts';
import type { Settlement } from './ledger.ts';
import type { SmtpAnswer } from './smtp-answer.ts';
import { smtpRules } from './smtp-rules.ts';
import type { RefusalClass, SmtpRule } from './smtp-rules.ts';

export type AnswerClass = 'accepted' | 'uncertain' | RefusalClass;

export interface AnswerContext {
  /** As the ledger counted them before this attempt. */
  readonly attempts: number;
  readonly uncertainTimes: number;
  readonly policy: UncertainPolicy;
  /** How often an uncertain delivery may be sent again under the policy `resend`; 3 unless set. */
  readonly resendLimit?: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Epoch milliseconds. From here on nothing is tried again. */
  readonly expiresAt: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** First pause before another attempt; one minute unless set. */
  readonly retryBaseMs?: number;
}

/** What one answer means: for its ledger row, for the receiving domain and for the edition. */
export interface Verdict {
  readonly class: AnswerClass;
  readonly row: Omit<Settlement, 'subscriberId'>;
  /** The receiving domain asked for less. */
  readonly slowDomain: boolean;
  /** Our own authentication or configuration is at fault: going on would only add refusals. */
  readonly stopEdition: boolean;
  /** Ops should look: policy, reputation, authentication, configuration. */
  readonly alarm: boolean;
  /** As `row` has it: for alarms. */
  readonly reason: string;
  /** What the server said, without addresses; only where there is an alarm. */
  readonly alarmText?: string;
}

const retryBaseDefaultMs = 60_000;
const retryCapMs = 3_600_000;
/** Greylisting servers commonly ask for five minutes; in units of the base, so that tests can shrink it. */
const greylistBases = 5;

/** Reads an answer by the rules of `smtp-rules.ts`. Pure: the same arguments give the same verdict. */
export function readAnswer(answer: SmtpAnswer, context: AnswerContext): Verdict {
  switch (answer.kind) {
    case 'accepted':
      return verdict('accepted', answer, {
        ...counted(context),
        state: 'accepted',
        outcome: 'thank-you',
        reason: 'accepted',
      });
    case 'uncertain':
      return readUncertain(answer, context);
    case 'not-sent':
      return readRefusal({ class: 'network', reason: 'not-sent' }, answer, context);
    case 'needs-smtputf8':
      return readRefusal({ class: 'needs-smtputf8', reason: 'needs-smtputf8' }, answer, context);
    case 'refused':
      return readRefusal(findRule(answer), answer, context);
    default:
      return answer satisfies never;
  }
}

type Refusal = Extract<SmtpAnswer, { kind: 'refused' }>;
type Row = Verdict['row'];

function findRule(answer: Refusal): SmtpRule {
  const found = smtpRules.find((rule) => fits(rule, answer));
  return found ?? { reason: 'refused', class: 'refused' };
}

function fits(rule: SmtpRule, answer: Refusal): boolean {
  if (rule.stage !== undefined && rule.stage !== answer.stage) return false;
  if (rule.code !== undefined && !rule.code.test(String(answer.code))) return false;
  if (rule.bare === true && answer.enhanced !== undefined) return false;
  if (rule.enhanced !== undefined && !rule.enhanced.test(answer.enhanced ?? '')) return false;
  return rule.text === undefined || rule.text.test(answer.text);
}

function readRefusal(
  rule: Pick<SmtpRule, 'class' | 'reason'>,
  answer: SmtpAnswer,
  context: AnswerContext,
): Verdict {
  const { reason } = rule;
  switch (rule.class) {
    case 'bad-address':
    case 'dead-mailbox':
      return verdict(rule.class, answer, {
        ...failed(context, reason, 'valid-email'),
        suppress: rule.class,
      });
    case 'policy':
    case 'refused':
    case 'too-big':
    case 'needs-smtputf8':
      return verdict(rule.class, answer, failed(context, reason, 'subscription-failed'));
    case 'full':
    case 'temporary':
    case 'network':
      return verdict(rule.class, answer, deferred(context, reason));
    case 'greylist':
      return verdict('greylist', answer, deferred(context, reason, { least: greylistBases }));
    case 'rate':
      return verdict('rate', answer, {
        ...deferred(context, reason),
        attempts: context.attempts,
      });
    case 'ours':
      // Never failed, not even after the expiry: recipients must not lose the edition because of the sender's own fault.
      return verdict('ours', answer, {
        state: 'deferred',
        attempts: context.attempts,
        uncertainTimes: context.uncertainTimes,
        nextAttemptAt: context.now + pauseMs(context, 1),
        reason,
      });
    default:
      return rule.class satisfies never;
  }
}

function readUncertain(answer: SmtpAnswer, context: AnswerContext): Verdict {
  const uncertainTimes = context.uncertainTimes + 1;
  const row = { ...counted(context), state: 'uncertain', uncertainTimes } as const;
  const final = (reason: string) =>
    verdict('uncertain', answer, { ...row, outcome: 'subscription-failed', reason });
  if (context.policy === 'hold') return final('uncertain-held');
  if (uncertainTimes > (context.resendLimit ?? 3)) return final('uncertain-resends-used');
  const nextAttemptAt = context.now + pauseMs(context, uncertainTimes);
  if (nextAttemptAt >= context.expiresAt) return final('uncertain-expired');
  return verdict('uncertain', answer, { ...row, nextAttemptAt, reason: 'uncertain' });
}

function counted(context: AnswerContext): Pick<Row, 'attempts' | 'uncertainTimes'> {
  return { attempts: context.attempts + 1, uncertainTimes: context.uncertainTimes };
}

function failed(context: AnswerContext, reason: string, outcome: Outcome): Row {
  return { ...counted(context), state: 'failed', outcome, reason };
}

function deferred(context: AnswerContext, reason: string, options = { least: 0 }): Row {
  const nextAttemptAt = context.now + pauseMs(context, context.attempts + 1, options.least);
  if (nextAttemptAt >= context.expiresAt) return expired(context);
  return { ...counted(context), state: 'deferred', nextAttemptAt, reason };
}

/** A delivery that may have arrived earlier is not failed because a later copy was deferred. */
function expired(context: AnswerContext): Row {
  if (context.uncertainTimes === 0) return failed(context, 'expired', 'subscription-failed');
  const row = failed(context, 'uncertain-expired', 'subscription-failed');
  return { ...row, state: 'uncertain' };
}

/** Doubles with every attempt up to the cap; the jitter only lengthens, so that minimums hold. */
function pauseMs(context: AnswerContext, attempt: number, leastBases = 0): number {
  const baseMs = context.retryBaseMs ?? retryBaseDefaultMs;
  const doubled = Math.min(baseMs * 2 ** Math.min(attempt - 1, 30), retryCapMs);
  const pause = Math.max(doubled, baseMs * leastBases);
  return Math.round(pause * (1 + 0.25 * context.random));
}

const alarming: ReadonlySet<AnswerClass> = new Set(['policy', 'ours']);

function verdict(answerClass: AnswerClass, answer: SmtpAnswer, row: Row): Verdict {
  const reply = replyOf(answer);
  const alarm = alarming.has(answerClass);
  // What the relay says of the sender is not the receiving domain's word.
  const fromDomain = answer.kind === 'refused' && answer.stage !== 'mail';
  return {
    class: answerClass,
    row: { ...row, ...reply },
    slowDomain: answerClass === 'rate' && fromDomain,
    stopEdition: answerClass === 'ours',
    alarm,
    reason: row.reason,
    ...(alarm && reply.replyText !== undefined ? { alarmText: maskAddresses(reply.replyText) } : {}),
  };
}

function replyOf(answer: SmtpAnswer): Pick<Row, 'relay' | 'replyCode' | 'enhanced' | 'replyText'> {
  switch (answer.kind) {
    case 'accepted':
      return { relay: answer.relay, replyCode: answer.code, replyText: answer.text };
    case 'refused':
      return {
        relay: answer.relay,
        replyCode: answer.code,
        ...(answer.enhanced === undefined ? {} : { enhanced: answer.enhanced }),
        replyText: answer.text,
      };
    case 'not-sent':
    case 'uncertain':
      return { relay: answer.relay, replyText: answer.text };
    case 'needs-smtputf8':
      return { relay: answer.relay };
    default:
      return answer satisfies never;
  }
}
