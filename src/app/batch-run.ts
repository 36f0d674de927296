import type { Claim, Recipient, Settlement } from '../domain/ledger.ts';
import { readAnswer } from '../domain/read-answer.ts';
import type { SmtpAnswer } from '../domain/smtp-answer.ts';
import type { Log } from '../log/log.ts';
import type {
  Batches,
  Clock,
  Editions,
  Lane,
  Lanes,
  Ledger,
  MessageMaker,
  Messages,
  Pacer,
} from './ports.ts';

export interface DeliverBatchPorts {
  readonly batches: Batches;
  readonly ledger: Ledger;
  readonly editions: Editions;
  readonly messages: Messages;
  readonly lanes: Lanes;
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** Uniform in [0, 1): jitter for retries. */
  readonly random: () => number;
  readonly log: Log;
}

export interface DeliverBatchOptions {
  readonly workerId: string;
  readonly leaseMs: number;
  /** First pause before a deferred delivery is tried again. */
  readonly retryBaseMs: number;
  readonly resendLimit: number;
  /** Aborted when the worker is asked to stop: nothing more is begun, what is in flight is settled. */
  readonly signal: AbortSignal;
}

export interface BatchRunInput {
  readonly claim: Claim;
  readonly recipients: readonly Recipient[];
  readonly makeMessage: MessageMaker;
  readonly ports: DeliverBatchPorts;
  readonly options: DeliverBatchOptions;
}

/**
 * One pass over one batch. It turns in a circle: whatever answers have come in and whatever lanes are
 * free go into one exchange with the ledger, and only those the ledger has written down are sent. So
 * there is no barrier (no lane waits for the slowest of a group) and never more people are in flight
 * than there are lanes.
 */
export class BatchRun {
  /** When the first of those left out for their receiving domain's sake may be tried. */
  notBefore: number | undefined;
  /** Why the edition must stop, where a relay's answer put us at fault. */
  stopReason: string | undefined;
  readonly #input: BatchRunInput;
  readonly #waiting: Recipient[];
  readonly #settlements: Settlement[] = [];
  readonly #stop = new AbortController();
  #lanes: Lane[] = [];
  #taking = false;
  #inFlight = 0;
  #renewalDue = false;
  #wake: () => void = () => {};

  constructor(input: BatchRunInput) {
    this.#input = input;
    // Taken from the end: reversed, so that people are served in order.
    this.#waiting = input.recipients.toReversed();
  }

  async finish(): Promise<void> {
    const { options } = this.#input;
    const stop = () => this.#abandonRest();
    options.signal.addEventListener('abort', stop, { once: true });
    const renewal = setInterval(() => {
      this.#renewalDue = true;
      this.#wake();
    }, options.leaseMs / 3);
    try {
      while (await this.#somethingToDo()) await this.#turn();
    } finally {
      clearInterval(renewal);
      options.signal.removeEventListener('abort', stop);
      this.#abandonRest();
    }
  }

  /** Resolves with true when a turn is worth taking, with false when the pass is over. */
  async #somethingToDo(): Promise<boolean> {
    for (;;) {
      this.#takeLanes();
      const ready =
        this.#settlements.length > 0 ||
        this.#renewalDue ||
        (this.#lanes.length > 0 && this.#waiting.length > 0);
      if (ready) {
        // Let the other sockets' answers of this turn of the event loop join the same transaction.
        await new Promise((resolve) => setImmediate(resolve));
        return true;
      }
      if (this.#inFlight === 0 && this.#waiting.length === 0) return false;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #takeLanes(): void {
    const wanted = this.#waiting.length - this.#lanes.length;
    if (this.#taking || wanted <= 0) return;
    this.#taking = true;
    void this.#input.ports.lanes.take(wanted, this.#stop.signal).then((lanes) => {
      this.#taking = false;
      this.#lanes.push(...lanes);
      if (this.#stop.signal.aborted) this.#releaseLanes();
      this.#wake();
    });
  }

  async #turn(): Promise<void> {
    const { claim, ports, options } = this.#input;
    const settlements = this.#settlements.splice(0);
    const intents = this.#nextRecipients();
    const now = ports.clock();
    this.#renewalDue = false;
    const result = await ports.ledger.exchange(claim, {
      settlements,
      intents,
      now,
      leaseMs: options.leaseMs,
    });
    if (result.lease === 'lost' || result.edition !== 'sending') return this.#abandonRest();
    // A process that was frozen after the commit must not send for a lease that has run out meanwhile.
    const leaseEndsAt = now + options.leaseMs;
    for (const recipient of intents) {
      if (result.intended.has(recipient.subscriberId)) this.#send(recipient, leaseEndsAt);
    }
    if (this.#waiting.length === 0) this.#releaseLanes();
  }

  /** As many as there are lanes, leaving out those whose receiving domain asked for a pause. */
  #nextRecipients(): Recipient[] {
    const { ports } = this.#input;
    const next: Recipient[] = [];
    const now = ports.clock();
    while (next.length < this.#lanes.length) {
      const recipient = this.#waiting.pop();
      if (recipient === undefined) break;
      const pausedUntil = ports.pacer.pausedUntil(domainOf(recipient), now);
      if (pausedUntil > now) this.notBefore = Math.min(this.notBefore ?? pausedUntil, pausedUntil);
      else next.push(recipient);
    }
    return next;
  }

  #send(recipient: Recipient, leaseEndsAt: number): void {
    const lane = this.#lanes.pop();
    if (lane === undefined) throw new Error('more people were intended than there are lanes');
    this.#inFlight += 1;
    void this.#handOver(lane, recipient, leaseEndsAt).then((answer) => {
      this.#inFlight -= 1;
      this.#settle(recipient, answer);
      this.#wake();
    });
  }

  /** Never rejects: one person whose message cannot be made must not stop or repeat the others. */
  async #handOver(lane: Lane, recipient: Recipient, leaseEndsAt: number): Promise<SmtpAnswer> {
    const { makeMessage, ports } = this.#input;
    const now = ports.clock();
    try {
      if (now < leaseEndsAt) return await lane.send(makeMessage({ ...recipient, now }));
      lane.release();
      return { kind: 'not-sent', relay: lane.relay, text: 'the lease had run out' };
    } catch (error) {
      lane.release();
      ports.log.error({ subscriberId: recipient.subscriberId, error }, 'message could not be made');
      return { kind: 'not-sent', relay: lane.relay, text: (error as Error).message };
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
      expiresAt: claim.expiresAt,
      random: ports.random(),
      retryBaseMs: options.retryBaseMs,
    });
    if (verdict.slowDomain) ports.pacer.slowDown(domainOf(recipient), now);
    if (verdict.alarm) {
      const { replyCode, replyText, relay } = verdict.row;
      ports.log.warn(
        { editionId: claim.editionId, relay, replyCode, replyText },
        `refused: ${verdict.reason}`,
      );
    }
    if (verdict.stopEdition) {
      this.stopReason ??= `The relay ${answer.relay} answered: ${verdict.replyText ?? verdict.reason}`;
      this.#abandonRest();
    }
    this.#settlements.push({ ...verdict.row, subscriberId: recipient.subscriberId });
  }

  /** Begins nothing more; what is in flight is still waited for and settled. */
  #abandonRest(): void {
    this.#waiting.length = 0;
    this.#stop.abort();
    this.#releaseLanes();
    this.#wake();
  }

  #releaseLanes(): void {
    for (const lane of this.#lanes) lane.release();
    this.#lanes = [];
  }
}

function domainOf(recipient: Recipient): string {
  return recipient.address.slice(recipient.address.lastIndexOf('@') + 1);
}
