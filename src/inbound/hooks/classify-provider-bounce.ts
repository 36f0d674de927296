import { toBounceClass } from '../../domain/inbound/received-report.ts';
import type { BounceClass } from '../../domain/inbound/received-report.ts';
import type { RefusalClass } from '../../domain/sending/refusal-classes.ts';
import { classifyBounce } from '../classify-bounce.ts';
import type { BounceVerdict } from '../classify-bounce.ts';
import type { ProviderEvent } from './provider-event.ts';

/** What is recorded where neither the reply nor the provider names the cause. */
const causes: Readonly<Record<Exclude<BounceClass, 'unclassified'>, RefusalClass>> = {
  hard: 'bad-address',
  soft: 'temporary',
  blocked: 'policy',
};

/**
 * Classifies a bounce that a provider reports: by the receiver's reply, as in a report by mail, and by what the provider
 * makes of it. The milder of the two decides, so that a bounce is hard only if nothing speaks against it. If there is no
 * reply, or it says nothing, the provider decides.
 */
export function classifyProviderBounce(event: ProviderEvent): BounceVerdict {
  const { severity = 'unclassified', cause } = event;
  const reply = byReply(event);
  if (!isReplyBelieved(reply.class, severity)) return byProvider(event, reply);
  // The provider read the whole reply, and may know the cause more exactly.
  const isExact = cause !== undefined && toBounceClass(cause) === reply.class;
  return isExact ? { ...reply, refusal: cause } : reply;
}

function isReplyBelieved(reply: BounceClass, severity: BounceClass): boolean {
  if (reply === 'unclassified') return false;
  if (severity === 'soft') return reply !== 'hard';
  if (severity === 'blocked') return reply === 'blocked';
  return true;
}

/** Composes the reply as it was on the wire, from the parts in which providers pass it on. */
function byReply({ reply, code, enhanced }: ProviderEvent): BounceVerdict {
  const [, ownCode, ownEnhanced, words = reply] = replyParts.exec(reply) ?? [];
  const status = ownEnhanced ?? enhanced;
  const parts = [meaningful(Number(ownCode ?? code), words + (status ?? '')), status, words];
  const text = parts.filter((part) => part !== undefined && part !== '').join(' ');
  return classifyBounce({ status: undefined, text });
}

/** `550 5.1.1 words`, of which each may be missing. */
const replyParts = /^(?:([245]\d\d)(?![\d.])[ -]*)?(?:#?([245]\.\d{1,3}\.\d{1,3})(?![\d.])\s*)?(.*)$/su;

/**
 * A code alone says that something failed, not what; 500 to 504 (RFC 5321 section 4.2.1) are about a command of the
 * provider's own session.
 */
function meaningful(code: number, rest: string): string | undefined {
  return Number.isNaN(code) || rest === '' || (code >= 500 && code <= 504) ? undefined : String(code);
}

function byProvider({ severity, cause, name, reply }: ProviderEvent, found: BounceVerdict): BounceVerdict {
  const text = reply === '' ? name : reply.slice(0, 500);
  const evidence = { ...found.evidence, text, source: 'feedback' } as const;
  if (severity === undefined || severity === 'unclassified') {
    return { class: 'unclassified', reason: 'unclassified', evidence };
  }
  const isOfClass = cause !== undefined && toBounceClass(cause) === severity;
  const refusal = isOfClass ? cause : causes[severity];
  return { class: severity, refusal, reason: 'as-provider-says', evidence };
}
