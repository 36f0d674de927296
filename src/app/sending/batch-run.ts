import type { StepResult, Recipient, Settlement } from '../../domain/sending/ledger.ts';
import type { RelaySession } from '../ports/relays.ts';
import { Announcements } from './announcements.ts';
import type { Announced } from './announcements.ts';
import type { BatchRunInput, EditionStop } from './batch-run-input.ts';
import { MessageSender } from './message-sender.ts';
import type { Begin } from './message-sender.ts';
import { RecipientQueue } from './recipient-queue.ts';
import { ReplySettler } from './reply-settler.ts';

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

/** A ledger step waits until this share of what is in flight is answered: larger groups, fewer commits. */
const answeredShare = 0.25;
/** But no longer than this. */
const maxGatherMs = 5;

/** An answer that takes longer costs the recipient announced behind it no wait: another session takes them. */
const announcedMs = 2_000;

/**
 * One pass over one batch. Each ledger step settles the replies that have arrived and begins as many recipients
 * as there are free sessions; only recipients that the step has committed as begun are sent to. No session
 * waits for the slowest of a group.
 *
 * A session is kept until its answer is committed, so a pass never has more rows in flight than it has sessions. While
 * it waits, the relay may get the envelope of the next recipient, but never the content: that follows the step that
 * begins the delivery.
 */
export class BatchRun {
  readonly #input: BatchRunInput;
  readonly #answers: ReplySettler;
  readonly #sender: MessageSender;
  readonly #waiting: RecipientQueue;
  readonly #settlements: Settlement[] = [];
  readonly #stop = new AbortController();
  readonly #sessions: RelaySession[] = [];
  /** Sessions whose answers are among the settlements. */
  readonly #answered: RelaySession[] = [];
  /** Sessions that can only go on with the message announced. */
  readonly #ready: (Announced & { readonly session: RelaySession })[] = [];
  readonly #announcements = new Announcements();
  #acquiring = false;
  #inFlight = 0;
  #renewalDue = false;
  /** Since when the first of the settlements waits for a step; `performance.now()`. */
  #answeredAt = 0;
  #ledgerFailed = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};
  #gathering: NodeJS.Timeout | undefined;

  constructor(input: BatchRunInput) {
    this.#input = input;
    this.#answers = new ReplySettler(input);
    this.#waiting = new RecipientQueue(input, () => this.#wake());
    this.#sender = new MessageSender(input, {
      waiting: this.#waiting,
      announcements: this.#announcements,
      freeSessions: () => this.#sessions.length,
    });
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
    const patience = setInterval(() => this.#withdrawLate(), announcedMs / 2);
    try {
      while (await this.#hasWork()) await this.#step();
    } finally {
      clearInterval(renewal);
      clearInterval(patience);
      options.signal.removeEventListener('abort', stop);
      this.#abandonRest();
      release(this.#answered);
      this.#waiting[Symbol.dispose]();
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    const { notBefore, hasAbandoned } = this.#waiting;
    const { needsReview, stop: found } = this.#answers;
    return { notBefore, hasAbandoned, needsReview, stop: found };
  }

  /** Resolves with true when a ledger step has work, with false when the pass is over. */
  async #hasWork(): Promise<boolean> {
    for (;;) {
      this.#acquireSessions();
      const mayBegin = this.#sessions.length > 0 && this.#waiting.length > 0;
      const hasNews = this.#settlements.length > 0 || this.#ready.length > 0 || mayBegin;
      if (this.#renewalDue) return true;
      if (hasNews && !this.#ledgerFailed) {
        const waitMs = this.#gatherMs();
        if (waitMs <= 0) return true;
        this.#gathering ??= setTimeout(() => this.#wake(), waitMs);
      } else if (this.#inFlight === 0 && !hasNews && this.#waiting.isEmpty) return false;
      this.#waiting.awaitSlots();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /**
   * How many milliseconds a step should wait for further answers, which then share its commit: until a quarter of what is
   * in flight is answered. While a step is written, answers gather by themselves.
   */
  #gatherMs(): number {
    if (this.#settlements.length >= this.#inFlight * answeredShare) return 0;
    return Math.ceil(this.#answeredAt + maxGatherMs - performance.now());
  }

  #acquireSessions(): void {
    const wanted = this.#waiting.length - this.#sessions.length;
    if (this.#acquiring || wanted <= 0) return;
    this.#acquiring = true;
    const { signal } = this.#stop;
    void this.#input.ports.sessions.acquire(wanted, signal, { keep: true }).then(
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
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    if (now >= claim.expiresAt) this.#abandonRest();
    const finished = this.#renewAnswered();
    const begins = this.#nextBegins(now);
    const intents = begins.map(({ recipient }) => recipient);
    const result = await this.#stepLedger(intents, now).finally(() => release(finished));
    const mayContinue =
      result?.lease === 'held' && result.edition === 'sending' && result.revision === claim.revision;
    if (!mayContinue) {
      this.#waiting.giveBack(intents);
      this.#abandonRest();
    }
    // A process that was frozen after the commit must not send under a lease that has expired meanwhile.
    const leaseEndsAt = now + options.leaseMs;
    for (const begin of begins) {
      if (mayContinue && result.begun.has(begin.recipient.subscriberId))
        void this.#deliver(begin, leaseEndsAt);
      else if (begin.session.hasAnnounced || !mayContinue) begin.session.release();
      else this.#sessions.push(begin.session);
    }
    if (this.#waiting.length === 0) {
      this.#releaseSessions();
      options.onAllBegun?.();
    }
  }

  /** Sessions that go on are free for the next recipients of this step; returns the others, to be released after it. */
  #renewAnswered(): RelaySession[] {
    const finished: RelaySession[] = [];
    for (const session of this.#answered.splice(0)) {
      if (this.#waiting.length > this.#sessions.length && session.renew()) this.#sessions.push(session);
      else finished.push(session);
    }
    return finished;
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

  /**
   * Returns the recipients announced and as many others as there are free sessions, each with their session. Removes
   * both from this pass: an abort during the step then releases only the others.
   */
  #nextBegins(now: number): Begin[] {
    const begins: Begin[] = [];
    for (const { session, recipient, outgoing } of this.#ready.splice(0)) {
      if (now < this.#input.expiresAt(recipient)) begins.push({ session, recipient, outgoing });
      else session.release();
    }
    while (this.#sessions.length > 0) {
      const recipient = this.#waiting.take(now);
      const session = recipient === undefined ? undefined : this.#sessions.pop();
      if (recipient === undefined || session === undefined) break;
      begins.push({ session, recipient });
    }
    return begins;
  }

  /** Never rejects. If classifying the reply throws, the row stays in-flight and the next claim marks it uncertain. */
  async #deliver(begin: Begin, leaseEndsAt: number): Promise<void> {
    this.#inFlight += 1;
    let next: Announced | undefined;
    try {
      const sent = await this.#sender.send(begin, leaseEndsAt);
      next = sent.next;
      if (this.#settlements.length === 0) this.#answeredAt = performance.now();
      this.#settlements.push(this.#answers.read(begin.recipient, sent.answer));
      if (this.#answers.stop !== undefined) this.#abandonRest();
    } catch (error) {
      this.#fail(error);
    }
    this.#keep(begin.session, next);
    this.#inFlight -= 1;
    this.#wake();
  }

  /** After the answer: the session goes on with the message announced, or waits for the next step. */
  #keep(session: RelaySession, next: Announced | undefined): void {
    const isCurrent = next !== undefined && this.#announcements.end(next);
    if (isCurrent && session.hasAnnounced && !this.#stop.signal.aborted) {
      this.#ready.push({ ...next, session });
      return;
    }
    if (isCurrent) this.#waiting.giveBack([next.recipient]);
    if (session.hasAnnounced) session.release();
    else this.#answered.push(session);
  }

  /** Recipients who wait behind an answer that takes long are begun on another session. */
  #withdrawLate(): void {
    const late = this.#announcements.withdraw(announcedMs);
    if (late.length === 0) return;
    this.#waiting.giveBack(late);
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#abandonRest();
  }

  /** Begins no more deliveries; those in flight are still awaited and settled. */
  #abandonRest(): void {
    const ready = this.#ready.splice(0);
    this.#waiting.giveBack(ready.map(({ recipient }) => recipient));
    this.#waiting.abandon();
    this.#stop.abort();
    release(ready.map(({ session }) => session));
    this.#releaseSessions();
    this.#wake();
  }

  #releaseSessions(): void {
    release(this.#sessions.splice(0));
  }
}

function release(sessions: readonly RelaySession[]): void {
  for (const session of sessions) session.release();
}
