import type { Claim, StepResult, Recipient, Settlement } from '../../domain/sending/ledger.ts';
import { readAnswer } from '../../domain/sending/read-answer.ts';
import type { Verdict } from '../../domain/sending/read-answer.ts';
import type { SmtpAnswer } from '../../domain/sending/smtp-answer.ts';
import type { StopAlarm } from '../ports/editions.ts';
import type { MessageMaker } from '../ports/messages.ts';
import type { RelaySession } from '../ports/relays.ts';
import type { DeliverBatchOptions, DeliverBatchPorts } from './deliver-batch-ports.ts';

export interface BatchRunInput {
  readonly claim: Claim;
  readonly recipients: readonly Recipient[];
  /** After this a delivery to the recipient is neither begun nor retried. */
  readonly expiresAt: (recipient: Recipient) => number;
  readonly makeMessage: MessageMaker;
  readonly ports: DeliverBatchPorts;
  readonly options: DeliverBatchOptions;
}

export interface EditionStop {
  readonly alarm: StopAlarm;
  readonly reason: string;
  /** Recipients of a series of refusals, which are due again when the edition is resumed. */
  readonly refused?: readonly number[];
}

export interface BatchResult {
  /** When the first recipient may be tried whose receiving domain is paused; undefined if none is. */
  readonly notBefore: number | undefined;
  /** True if a recipient remains that could have been begun: the batch is due again at once. */
  readonly hasAbandoned: boolean;
  /** True if a receiver refused so many addresses that the ledger should look at them. */
  readonly needsReview: boolean;
  /** Why the edition must stop, if the replies show a fault on the sender's side. */
  readonly stop: EditionStop | undefined;
}

/** Iterations of the event loop, each some tens of microseconds at most. */
const gatherSteps = 20;
const quietSteps = 3;

/**
 * One pass over one batch. Each ledger step settles the replies that have arrived and begins as many recipients
 * as there are free sessions; only recipients that the step has committed as begun are sent to. No session
 * waits for the slowest of a group, and a pass never has more recipients in flight than sessions.
 */
export class BatchRun {
  #notBefore: number | undefined;
  #hasAbandoned = false;
  #needsReview = false;
  #editionStop: EditionStop | undefined;
  readonly #input: BatchRunInput;
  readonly #waiting: Recipient[];
  readonly #settlements: Settlement[] = [];
  readonly #stop = new AbortController();
  #sessions: RelaySession[] = [];
  #acquiring = false;
  #inFlight = 0;
  /** Reasons already logged. */
  readonly #alarms = new Set<string>();
  #renewalDue = false;
  #ledgerFailed = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(input: BatchRunInput) {
    this.#input = input;
    // Reversed, because recipients are popped from the end.
    this.#waiting = input.recipients.toReversed();
  }

  /**
   * Runs until no recipient waits and nothing is in flight. Rejects with the first error that no single message
   * caused, after settling what was in flight; if the ledger cannot be written, the replies are kept for
   * one more try.
   */
  async run(): Promise<BatchResult> {
    const { options } = this.#input;
    const stop = () => this.#abandonRest();
    options.signal.addEventListener('abort', stop, { once: true });
    const renewal = setInterval(() => {
      this.#renewalDue = true;
      this.#wake();
    }, options.leaseMs / 3);
    try {
      while (await this.#hasWork()) await this.#step();
    } finally {
      clearInterval(renewal);
      options.signal.removeEventListener('abort', stop);
      this.#abandonRest();
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    const result = { notBefore: this.#notBefore, hasAbandoned: this.#hasAbandoned };
    return { ...result, needsReview: this.#needsReview, stop: this.#editionStop };
  }

  /** Resolves with true when a ledger step has work, with false when the pass is over. */
  async #hasWork(): Promise<boolean> {
    for (;;) {
      this.#acquireSessions();
      const hasNews = this.#settlements.length > 0 || (this.#sessions.length > 0 && this.#waiting.length > 0);
      if (this.#renewalDue || (hasNews && !this.#ledgerFailed)) {
        await this.#gather();
        return true;
      }
      if (this.#inFlight === 0 && !hasNews && this.#waiting.length === 0) return false;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /**
   * Lets replies that are about to arrive join the same transaction, which costs as much for one as for
   * twenty: waits while more arrive, well below a millisecond in all.
   */
  async #gather(): Promise<void> {
    let seen = -1;
    for (let quiet = 0, steps = 0; quiet < quietSteps && steps < gatherSteps; steps += 1) {
      quiet = this.#settlements.length > seen ? 0 : quiet + 1;
      seen = this.#settlements.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #acquireSessions(): void {
    const wanted = this.#waiting.length - this.#sessions.length;
    if (this.#acquiring || wanted <= 0) return;
    this.#acquiring = true;
    void this.#input.ports.sessions.acquire(wanted, this.#stop.signal).then(
      (sessions) => {
        this.#acquiring = false;
        this.#sessions.push(...sessions);
        if (this.#stop.signal.aborted) this.#releaseSessions();
        this.#wake();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  async #step(): Promise<void> {
    const { claim, ports, options } = this.#input;
    const now = ports.clock();
    this.#renewalDue = false;
    if (now >= claim.expiresAt) this.#abandonRest();
    const intents = this.#nextRecipients(now);
    // Removed first: an abort during the step then releases only the others.
    const sessions = this.#sessions.splice(0, intents.length);
    const result = await this.#stepLedger(intents, now);
    const mayContinue =
      result?.lease === 'held' && result.edition === 'sending' && result.revision === claim.revision;
    if (mayContinue) {
      // A process that was frozen after the commit must not send under a lease that has expired meanwhile.
      const leaseEndsAt = now + options.leaseMs;
      for (const recipient of intents) {
        if (!result.begun.has(recipient.subscriberId)) continue;
        const session = sessions.pop();
        if (session !== undefined) void this.#deliver(session, recipient, leaseEndsAt);
      }
    } else {
      this.#waiting.push(...intents);
      this.#abandonRest();
    }
    this.#sessions.push(...sessions);
    if (this.#waiting.length === 0) {
      this.#releaseSessions();
      options.onAllBegun?.();
    }
  }

  /** Returns undefined if the ledger could not be written; the replies are kept for another try. */
  async #stepLedger(intents: readonly Recipient[], now: number): Promise<StepResult | undefined> {
    const { claim, ports, options } = this.#input;
    const settlements = this.#settlements.splice(0);
    try {
      const step = { settlements, intents, now, leaseMs: options.leaseMs };
      const result = await ports.ledger.step(claim, step);
      this.#ledgerFailed = false;
      return result;
    } catch (error) {
      if (this.#ledgerFailed) throw error;
      this.#ledgerFailed = true;
      this.#settlements.unshift(...settlements);
      this.#fail(error);
      return undefined;
    }
  }

  /** Returns as many recipients as there are sessions, without those whose receiving domain is paused. */
  #nextRecipients(now: number): Recipient[] {
    const { claim, expiresAt, ports } = this.#input;
    const next: Recipient[] = [];
    while (next.length < this.#sessions.length) {
      const recipient = this.#waiting.pop();
      if (recipient === undefined) break;
      const pausedUntil =
        now >= expiresAt(recipient) ? claim.expiresAt : ports.pacer.pausedUntil(domainOf(recipient), now);
      if (pausedUntil > now) this.#notBefore = Math.min(this.#notBefore ?? pausedUntil, pausedUntil);
      else next.push(recipient);
    }
    return next;
  }

  /** Never rejects. If classifying the reply throws, the row stays in-flight and the next claim marks it uncertain. */
  async #deliver(session: RelaySession, recipient: Recipient, leaseEndsAt: number): Promise<void> {
    this.#inFlight += 1;
    try {
      const answer = await this.#send(session, recipient, leaseEndsAt);
      this.#settle(recipient, answer);
    } catch (error) {
      this.#fail(error);
    }
    this.#inFlight -= 1;
    this.#wake();
  }

  /** Never rejects: a recipient whose message cannot be made must not stop or repeat the others. */
  async #send(session: RelaySession, recipient: Recipient, leaseEndsAt: number): Promise<SmtpAnswer> {
    const { makeMessage, ports } = this.#input;
    const now = ports.clock();
    try {
      if (now < leaseEndsAt) return await session.send(await makeMessage({ ...recipient, now }));
      session.release();
      return { kind: 'not-sent', relay: session.relay, text: 'the lease had expired' };
    } catch (error) {
      session.release();
      const at = { editionId: this.#input.claim.editionId, subscriberId: recipient.subscriberId };
      ports.log.error({ ...at, error }, 'message could not be made');
      return { kind: 'not-sent', relay: session.relay, text: (error as Error).message };
    }
  }

  #settle(recipient: Recipient, answer: SmtpAnswer): void {
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
    if (verdict.slowDomain) ports.pacer.slowDown(domainOf(recipient), now, verdict.askedPauseMs);
    // A blocklist refuses all recipients alike, so it is logged once.
    if (verdict.alarm && !this.#alarms.has(verdict.reason)) {
      this.#alarms.add(verdict.reason);
      const { alarmText, reason, row } = verdict;
      const at = { editionId: claim.editionId, relay: row.relay, replyCode: row.replyCode };
      ports.log.warn({ ...at, alarmText }, `refused: ${reason}`);
    }
    if (verdict.stopEdition) {
      const reason = `the relay ${answer.relay} replied: ${verdict.alarmText ?? verdict.reason}`;
      this.#editionStop ??= { alarm: 'edition-stopped', reason };
      this.#abandonRest();
    }
    this.#noteSeries(recipient, answer.relay, verdict);
    const receiver = { editionId: claim.editionId, domain: domainOf(recipient) };
    const { row, needsReview } = ports.badAddresses.note(receiver, verdict.row);
    this.#needsReview ||= needsReview;
    this.#settlements.push({ ...row, subscriberId: recipient.subscriberId });
    ports.progress.count(claim.editionId, verdict.row.state);
  }

  #noteSeries(recipient: Recipient, relay: string, verdict: Verdict): void {
    const at = { editionId: this.#input.claim.editionId, relay, domain: domainOf(recipient) };
    const { subscriberId } = recipient;
    const finding = this.#input.ports.series.note({ ...at, subscriberId }, verdict);
    if (finding === undefined) return;
    this.#editionStop ??= { alarm: finding.kind, reason: finding.reason, refused: finding.subscriberIds };
    this.#abandonRest();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#abandonRest();
  }

  /** Begins no more deliveries; those in flight are still awaited and settled. */
  #abandonRest(): void {
    if (this.#waiting.length > 0) this.#hasAbandoned = true;
    this.#waiting.length = 0;
    this.#stop.abort();
    this.#releaseSessions();
    this.#wake();
  }

  #releaseSessions(): void {
    for (const session of this.#sessions) session.release();
    this.#sessions = [];
  }
}

function domainOf(recipient: Recipient): string {
  return recipient.address.slice(recipient.address.lastIndexOf('@') + 1);
}
