import { toBounceClass } from '../domain/inbound/received-report.ts';
import type { BounceClass, ReportEvidence } from '../domain/inbound/received-report.ts';
import { isRelatedAddress } from '../domain/inbound/related-address.ts';
import { findRule } from '../domain/sending/read-answer.ts';
import type { RefusalClass } from '../domain/sending/refusal-classes.ts';
import { senderRules } from '../domain/sending/smtp-rules/sender-rules.ts';
import type { SmtpRule } from '../domain/sending/smtp-rules/smtp-rule.ts';
import { confirmHard } from './confirm-hard.ts';
import type { RecipientStatus } from './parts/delivery-status.ts';
import { findForwarded } from './parts/find-addresses.ts';
import { collapse, findReplies, isWrapping } from './parts/find-replies.ts';
import type { FoundReply } from './parts/find-replies.ts';
import type { ReasonRule } from './rules/reason-rule.ts';
import { findReason } from './rules/reason-rules.ts';
import { reportRules } from './rules/report-rules.ts';

/** Why a message bounced, and what that rests on. */
export interface BounceVerdict {
  readonly class: BounceClass;
  readonly refusal?: RefusalClass;
  readonly reason: string;
  readonly evidence: ReportEvidence;
}

interface Candidate {
  readonly refusal: RefusalClass;
  readonly reason: string;
  readonly evidence: ReportEvidence;
  /** By a rule of last resort: another part of the report may say more. */
  readonly weak: boolean;
}

export interface BounceSource {
  /** The recipient's fields, if the report has any. */
  readonly status: RecipientStatus | undefined;
  /** What the report says to a person. */
  readonly text: string;
}

/**
 * Classifies a bounce: by the diagnostic, then the status, then replies and words in the text. The first that says more
 * than that something failed decides. Whatever decides, a sign that the failure passes makes a hard class soft.
 */
export function classifyBounce(source: BounceSource): BounceVerdict {
  const candidates = [...fromDiagnostic(source), ...fromText(source.text), ...fromStatus(source.status)];
  const [first] = candidates;
  const found = candidates.find(({ weak }) => !weak) ?? first;
  if (found === undefined) {
    const evidence = { text: collapse(source.text).slice(0, maxText), source: 'none' } as const;
    return { class: 'unclassified', reason: 'unclassified', evidence };
  }
  const doubted = toBounceClass(found.refusal) === 'hard' && isDoubtful([found, first ?? found], source);
  const { refusal, reason, evidence } = doubted
    ? { ...found, refusal: 'temporary' as const, reason: 'doubtful' }
    : found;
  return { class: toBounceClass(refusal), refusal, reason, evidence };
}

const maxText = 500;

function fromDiagnostic({ status, text: words }: BounceSource): readonly Candidate[] {
  if (status === undefined || status.diagnostic === '') return [];
  const text = collapse(status.diagnostic);
  const replies = findReplies(status.diagnostic).map((reply) =>
    byReply(withStage(reply, words), { status, source: 'diagnostic' }),
  );
  // The words of programs that deliver locally, or that speak another language.
  const worded = byWords(text, 'diagnostic');
  if (replies.length > 0) return worded === undefined ? replies : [...replies, worded];
  const bare = byReply(
    { code: isTemporaryStatus(status) ? 450 : 550, enhanced: undefined, text, stage: 'rcpt' },
    { status, source: 'diagnostic', fallback: true },
  );
  return worded === undefined ? [bare] : [bare, worded];
}

/** Diagnostics do not say at which command a reply came; a transcript of the session does. */
function withStage(reply: FoundReply, transcript: string): FoundReply {
  if (reply.stage !== 'rcpt') return reply;
  const begin = reply.text.slice(0, 30);
  const same = findReplies(transcript).find(
    ({ code, text }) => code === reply.code && text.startsWith(begin),
  );
  return same === undefined ? reply : { ...reply, stage: same.stage };
}

function fromText(text: string): readonly Candidate[] {
  const words = byWords(collapse(text), 'text');
  const replies = findReplies(text).map((reply) => byReply(reply, { status: undefined, source: 'text' }));
  return words === undefined ? replies : [...replies, words];
}

/** The status alone: RFC 3463 codes that name the address, the mailbox or the way. */
function fromStatus(status: RecipientStatus | undefined): readonly Candidate[] {
  if (status?.status === undefined) return [];
  const code = isTemporaryStatus(status) ? 450 : 550;
  const reply = { code, enhanced: undefined, text: collapse(status.diagnostic), stage: 'rcpt' } as const;
  return [byReply(reply, { status, source: 'status', fallback: true })];
}

function isTemporaryStatus({ status, action }: RecipientStatus): boolean {
  return status?.startsWith('4') === true || (status === undefined && action === 'delayed');
}

function byReply(
  reply: FoundReply,
  options: {
    readonly status: RecipientStatus | undefined;
    readonly source: 'diagnostic' | 'status' | 'text';
    /** There is no reply, only the status: nothing is read into its first digit. */
    readonly fallback?: true;
  },
): Candidate {
  const { status, source } = options;
  const { code, text, stage } = reply;
  // A reply without an enhanced code, or with one that a wrapping server put there, is read with the report's status.
  const own = isWrapping(reply.enhanced) ? undefined : reply.enhanced;
  const reported = isWrapping(status?.status) ? undefined : status?.status;
  const sameClass = reported?.charAt(0) === String(code).charAt(0) ? reported : undefined;
  const enhanced = own ?? sameClass ?? (options.fallback ? `${String(code).charAt(0)}.0.0` : undefined);
  const refused = { kind: 'refused', relay: '', stage, code, text } as const;
  const rule = findRule(enhanced === undefined ? refused : { ...refused, enhanced }, reportRules);
  const isBare = rule.class === 'policy' && enhanced === undefined;
  // A code that blames the address under words that do not: the words are believed.
  const contrary = toBounceClass(rule.class) === 'hard' ? byWords(text, source) : undefined;
  if (contrary !== undefined && toBounceClass(contrary.refusal) !== 'hard') return withCodes(contrary, reply);
  // A rule without words believed the code alone.
  const isByCode = toBounceClass(rule.class) === 'hard' && rule.text === undefined;
  const confirmed = isByCode ? confirmHard(text) : 'yes';
  const known = reply.enhanced ?? status?.status;
  const doubtful = confirmed === 'policy' ? ('policy' as const) : ('temporary' as const);
  return {
    refusal: confirmed === 'yes' ? rule.class : doubtful,
    reason: confirmed === 'yes' ? rule.reason : 'doubtful',
    weak: isBare || rule.class === 'refused' || rule.class === 'temporary',
    evidence: {
      code,
      ...(known === undefined ? {} : { enhanced: known }),
      text: text.slice(0, maxText),
      source,
    },
  };
}

function withCodes(candidate: Candidate, { code, enhanced, text }: FoundReply): Candidate {
  const codes = enhanced === undefined ? { code } : { code, enhanced };
  return { ...candidate, evidence: { ...candidate.evidence, ...codes, text: text.slice(0, maxText) } };
}

function byWords(text: string, source: 'diagnostic' | 'status' | 'text'): Candidate | undefined {
  const cut = text.slice(0, 4_000);
  const worded = findReason(cut);
  // `Your account is suspended` is about the sender's.
  const isHard = worded !== undefined && toBounceClass(worded.class) === 'hard';
  const rule = worded === undefined || isHard ? (bySender(cut) ?? worded) : worded;
  if (rule === undefined) return undefined;
  const at = rule.text.exec(cut)?.index ?? 0;
  const start = Math.max(0, at - 60);
  return {
    refusal: rule.class,
    reason: rule.reason,
    weak: false,
    evidence: { text: cut.slice(start, start + maxText), source },
  };
}

/** What a sending server says about its own customer, without a reply code. */
function bySender(text: string): Pick<ReasonRule, 'class' | 'reason' | 'text'> | undefined {
  const about = (rule: SmtpRule) => rule.code === undefined && rule.enhanced === undefined;
  // Sentence by sentence: what a report says around it speaks of recipients.
  const sentences = text.split(/(?<=[.:!?])\s/u).slice(0, 40);
  const rules: readonly SmtpRule[] = senderRules;
  for (const rule of rules) {
    const { text: words } = rule;
    if (words === undefined || !(about(rule) || rule.class === 'account')) continue;
    if (sentences.some((sentence) => words.test(sentence))) {
      return { class: rule.class, reason: rule.reason, text: words };
    }
  }
  return undefined;
}

/** Signs that the failure may pass, or was not this recipient's. */
function isDoubtful(candidates: readonly Candidate[], { status, text }: BounceSource): boolean {
  const isTemporary = ({ evidence: { code = 550, enhanced = '5' } }: Candidate) =>
    code < 500 || enhanced.startsWith('4');
  if (candidates.some(isTemporary)) return true;
  if (status !== undefined && isTemporaryStatus(status)) return true;
  // A forwarding copy is broken: the subscriber may still read the mailbox itself.
  const { final, original } = status ?? findForwarded(text) ?? {};
  return final !== undefined && original !== undefined && !isRelatedAddress(final, original);
}
