import type { UncertainPolicy } from '../editions/publication.ts';
import { maskAddresses } from '../subscribers/mask-addresses.ts';
import type { EpochMs } from '../units.ts';
import type { Settlement } from './ledger.ts';
import { consequenceOf } from './refusal-classes.ts';
import type { RefusalClass } from './refusal-classes.ts';
import type { SmtpAnswer } from './smtp-answer.ts';
import type { SmtpRule } from './smtp-rules/smtp-rule.ts';
import { smtpRules } from './smtp-rules/smtp-rules.ts';

export type AnswerClass = 'accepted' | 'uncertain' | RefusalClass;

export interface AnswerContext {
  /** As counted in the ledger before this attempt. */
  readonly attempts: number;
  readonly uncertainTimes: number;
  readonly policy: UncertainPolicy;
  /** Maximum number of times an uncertain delivery is sent again under the policy `resend`; once unless set. */
  readonly resendLimit?: number;
  readonly now: EpochMs;
  /** Epoch milliseconds. Nothing is retried from then on. */
  readonly expiresAt: EpochMs;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** Pause before the first retry; one minute unless set. */
  readonly retryBaseMs?: number;
}

/** The consequences of one answer for its ledger row, the receiving domain and the edition. */
export interface Verdict {
  readonly class: AnswerClass;
  readonly row: Omit<Settlement, 'subscriberId'>;
  /** The receiving domain asked to slow down. */
  readonly slowDomain: boolean;
  /** How long the server asked to wait, in ms, if its text says so. */
  readonly askedPauseMs?: number;
  /** The fault is on the sender's side: further attempts would only add refusals. */
  readonly stopEdition: boolean;
  /** Ops should look at it. */
  readonly alarm: boolean;
  /** The same as in `row`, for alarms. */
  readonly reason: string;
  /** The server's text without addresses; only with an alarm. */
  readonly alarmText?: string;
}

const retryBaseDefaultMs = 60_000;
const retryCapMs = 3_600_000;

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

export type Refusal = Extract<SmtpAnswer, { kind: 'refused' }>;
type Row = Verdict['row'];

/** Returns the first rule that matches the refusal; `rules` may put others before those for SMTP replies. */
export function findRule(
  answer: Refusal,
  rules: readonly SmtpRule[] = smtpRules,
): Pick<SmtpRule, 'class' | 'reason' | 'text'> {
  return rules.find((rule) => matches(rule, answer)) ?? { reason: 'refused', class: 'refused' };
}

function matches(rule: SmtpRule, answer: Refusal): boolean {
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
  const { delivery, suppress = false, minPauseMs = 0 } = consequenceOf(rule.class);
  const asked = answer.kind === 'refused' ? askedPause(answer) : 0;
  const pauseMs = Math.max(minPauseMs, asked);
  switch (delivery) {
    case 'fail':
      return verdict(rule.class, answer, {
        ...counted(context),
        state: 'failed',
        outcome: suppress ? 'valid-email' : 'subscription-failed',
        reason,
        ...(suppress ? { suppress: rule.class } : {}),
      });
    case 'defer':
      return verdict(rule.class, answer, deferred(context, reason, pauseMs));
    case 'defer-uncounted':
      return verdict(rule.class, answer, {
        ...deferred(context, reason, pauseMs),
        attempts: context.attempts,
      });
    case 'keep':
      // Recipients must not lose the edition because of the sender's own fault.
      return verdict(rule.class, answer, {
        state: 'deferred',
        attempts: context.attempts,
        uncertainTimes: context.uncertainTimes,
        nextAttemptAt: context.now + pause(context, 1),
        reason,
      });
    default:
      return delivery satisfies never;
  }
}

const unitMs = { second: 1_000, minute: 60_000, hour: 3_600_000 } as const;
const maxAskedMs = 24 * unitMs.hour;

/** Returns how long a 4xx reply asks to wait, in ms: "try again in 10 minutes", "retry=300s"; 0 if it does not. */
function askedPause({ code, text }: Refusal): number {
  if (code >= 500) return 0;
  const found =
    /(?:again|retry|wait|back|delay|for|after|within|in)\b[^.\d]{0,20}(\d{1,6})\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b/iu.exec(
      text,
    );
  if (found === null) return 0;
  const [, number = '0', unit = 's'] = found;
  const { [unit.charAt(0).toLowerCase()]: ms = 0 } = {
    s: unitMs.second,
    m: unitMs.minute,
    h: unitMs.hour,
  } as Readonly<Record<string, number>>;
  return Math.min(Number(number) * ms, maxAskedMs);
}

function readUncertain(answer: SmtpAnswer, context: AnswerContext): Verdict {
  const uncertainTimes = context.uncertainTimes + 1;
  const row = { ...counted(context), state: 'uncertain', uncertainTimes } as const;
  const final = (reason: string) =>
    verdict('uncertain', answer, { ...row, outcome: 'subscription-failed', reason });
  if (context.policy === 'hold') return final('uncertain-held');
  if (uncertainTimes > (context.resendLimit ?? 1)) return final('uncertain-resends-used');
  const nextAttemptAt = context.now + pause(context, uncertainTimes);
  if (nextAttemptAt >= context.expiresAt) return final('uncertain-expired');
  return verdict('uncertain', answer, { ...row, nextAttemptAt, reason: 'uncertain' });
}

function counted(context: AnswerContext): Pick<Row, 'attempts' | 'uncertainTimes'> {
  return { attempts: context.attempts + 1, uncertainTimes: context.uncertainTimes };
}

function deferred(context: AnswerContext, reason: string, minPauseMs: number): Row {
  const nextAttemptAt = context.now + pause(context, context.attempts + 1, minPauseMs);
  if (nextAttemptAt >= context.expiresAt) return expired(context);
  return { ...counted(context), state: 'deferred', nextAttemptAt, reason };
}

/** A delivery that may have arrived earlier is not failed because a later copy was deferred. */
function expired(context: AnswerContext): Row {
  const row = { ...counted(context), outcome: 'subscription-failed' } as const;
  return context.uncertainTimes === 0
    ? { ...row, state: 'failed', reason: 'expired' }
    : { ...row, state: 'uncertain', reason: 'uncertain-expired' };
}

/** Doubles with every attempt up to the cap; the jitter only lengthens, so that minimums hold. */
function pause(context: AnswerContext, attempt: number, minMs = 0): number {
  const baseMs = context.retryBaseMs ?? retryBaseDefaultMs;
  const doubledMs = Math.min(baseMs * 2 ** Math.min(attempt - 1, 30), retryCapMs);
  return Math.round(Math.max(doubledMs, minMs) * (1 + 0.25 * context.random));
}

function verdict(answerClass: AnswerClass, answer: SmtpAnswer, row: Row): Verdict {
  const reply = replyOf(answer);
  const { slowDomain, stopEdition, alarm }: Partial<ReturnType<typeof consequenceOf>> =
    answerClass === 'accepted' || answerClass === 'uncertain' ? {} : consequenceOf(answerClass);
  // A reply to MAIL comes from the relay, not from the receiving domain.
  const isRecipients = answer.kind === 'refused' && answer.stage !== 'mail';
  const askedPauseMs = answer.kind === 'refused' ? askedPause(answer) : 0;
  return {
    class: answerClass,
    row: { ...row, ...reply },
    slowDomain: slowDomain === true && isRecipients,
    ...(askedPauseMs > 0 ? { askedPauseMs } : {}),
    stopEdition: stopEdition === true,
    alarm: alarm === true,
    reason: row.reason,
    ...(alarm === true && reply.replyText !== undefined ? { alarmText: maskAddresses(reply.replyText) } : {}),
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
