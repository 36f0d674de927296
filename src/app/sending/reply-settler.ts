import type { Recipient, Settlement } from '../../domain/sending/ledger.ts';
import { readAnswer } from '../../domain/sending/read-answer.ts';
import type { Verdict } from '../../domain/sending/read-answer.ts';
import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import type { BatchRunInput, EditionStop } from './batch-run-input.ts';

/** Turns the answers of one pass over a batch into settlements, and notices what concerns more than one recipient. */
export class ReplySettler {
  /** Why the edition must stop, if the replies show a fault on the sender's side. */
  stop: EditionStop | undefined;
  /** True if a receiver refused so many addresses that the ledger should look at them. */
  needsReview = false;
  readonly #input: BatchRunInput;
  /** Reasons already logged. */
  readonly #alarms = new Set<string>();

  constructor(input: BatchRunInput) {
    this.#input = input;
  }

  read(recipient: Recipient, answer: SmtpAnswer): Settlement {
    const { claim, ports, options } = this.#input;
    const now = ports.clock();
    const verdict = readAnswer(answer, {
      attempts: recipient.attempts,
      uncertainTimes: recipient.uncertainTimes,
      policy: claim.uncertain,
      resendLimit: options.resendLimit,
      now,
      expiresAt: this.#input.expiresAt(recipient),
      random: ports.random(),
      retryBaseMs: options.retryBaseMs,
    });
    const domain = domainOf(recipient);
    if (verdict.class === 'accepted') ports.pacing?.accepted(domain, now);
    if (verdict.slowDomain) ports.pacer.slowDown(domain, now, verdict.askedPauseMs, verdict.row.replyText);
    this.#alarm(verdict);
    if (verdict.stopEdition) {
      const reason = `the relay ${answer.relay} replied: ${verdict.alarmText ?? verdict.reason}`;
      this.stop ??= { alarm: 'edition-stopped', reason };
    }
    this.#noteSeries(recipient, answer.relay, verdict);
    const receiver = { editionId: claim.editionId, domain };
    const { row, needsReview } = ports.badAddresses.note(receiver, verdict.row);
    this.needsReview ||= needsReview;
    ports.progress.count(claim.editionId, verdict.row.state);
    return { ...row, subscriberId: recipient.subscriberId };
  }

  /** A blocklist refuses all recipients alike, so it is logged once. */
  #alarm({ alarm, alarmText, reason, row }: Verdict): void {
    if (!alarm || this.#alarms.has(reason)) return;
    this.#alarms.add(reason);
    const at = { editionId: this.#input.claim.editionId, relay: row.relay, replyCode: row.replyCode };
    this.#input.ports.log.warn({ ...at, alarmText }, `refused: ${reason}`);
  }

  #noteSeries(recipient: Recipient, relay: string, verdict: Verdict): void {
    const at = { editionId: this.#input.claim.editionId, relay, domain: domainOf(recipient) };
    const { subscriberId } = recipient;
    const finding = this.#input.ports.series.note({ ...at, subscriberId }, verdict);
    if (finding === undefined) return;
    this.stop ??= { alarm: finding.kind, reason: finding.reason, refused: finding.subscriberIds };
  }
}

export function domainOf(recipient: Recipient): string {
  return recipient.address.slice(recipient.address.lastIndexOf('@') + 1);
}
