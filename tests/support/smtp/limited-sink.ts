import type { ProviderPaces } from '../../../src/app/ports/pacing.ts';
import type { Relays } from '../../../src/delivery/smtp/relays.ts';
import { readAnswer } from '../../../src/domain/sending/read-answer.ts';
import type { SmtpAnswer } from '../../../src/domain/sending/smtp-answer.ts';
import { DomainPacer } from '../../../src/limits/domain-pacer.ts';
import { ProviderPacer } from '../../../src/limits/provider-pacer.ts';
import { createProviderPaces } from '../../../src/store/sending/provider-paces.ts';
import { StoreFixture } from '../store/store-fixture.ts';
import { groups } from './pacing-simulation.ts';
import { relaysTo, takeOne } from './relays-fixture.ts';
import { messageTo, relayTo } from './smtp-client.ts';
import { SmtpSink } from './smtp-sink.ts';

export interface LimitedProvider {
  readonly name: string;
  readonly domain: string;
  /** Messages that it takes in each second. */
  readonly perSecond: number;
  /** What it says to the others, at RCPT or after the content. */
  readonly reply: string;
  readonly at: 'rcpt' | 'message';
}

/** A message as the sink saw it. */
export interface Seen {
  readonly at: number;
  readonly isTaken: boolean;
}

const stepMs = 10;
/** When a worker learns of an answer. */
const latencyMs = 40;
/** Messages of one worker to one provider at a time. */
const maxInFlight = 20;

/**
 * An SMTP server that limits senders as a large provider does, and workers that send to it over real sessions, with
 * paces in a real database. The clock of both is moved once all messages of a step are answered, so that the speed of
 * the machine decides nothing.
 */
export class LimitedSink implements AsyncDisposable {
  now = Date.parse('2026-11-27T06:00:00Z');
  readonly seen: Seen[] = [];
  readonly #provider: LimitedProvider;
  readonly #opened = new AsyncDisposableStack();
  readonly #changes = new Set<Promise<unknown>>();
  #taken = { second: 0, count: 0 };
  #workers: readonly ProviderPacer[] = [];
  #relays: Relays | undefined;
  #paces: ProviderPaces | undefined;
  #answers: { readonly at: number; readonly worker: ProviderPacer; readonly answer: SmtpAnswer }[] = [];

  private constructor(provider: LimitedProvider) {
    this.#provider = provider;
  }

  static async start(provider: LimitedProvider, options: { readonly workers: number }): Promise<LimitedSink> {
    const limited = new LimitedSink(provider);
    const sink = limited.#opened.use(await SmtpSink.start({ rule: (address) => limited.#judge(address) }));
    limited.#relays = limited.#opened.use(relaysTo([relayTo(sink.port, { sessions: 5 })]));
    const store = limited.#opened.use(await StoreFixture.create());
    limited.#paces = createProviderPaces(store.db, { now: () => limited.now });
    limited.#workers = Array.from({ length: options.workers }, (_, index) =>
      limited.#opened.use(limited.#open(`worker ${index}`)),
    );
    return limited;
  }

  /** Sends as much as the pace allows for so long. */
  async run(forMs: number): Promise<void> {
    for (const end = this.now + forMs; this.now < end; this.now += stepMs) {
      this.#learn();
      await Promise.all(this.#workers.flatMap((worker) => this.#begin(worker)));
      if (this.now % 1_000 === 0) for (const worker of this.#workers) await worker.listen();
      while (this.#changes.size > 0) await Promise.all(this.#changes);
    }
  }

  get refused(): number {
    return this.seen.filter(({ isTaken }) => !isTaken).length;
  }

  /** When nothing was begun after the first refusal, in epoch milliseconds. */
  async pausedUntil(): Promise<number> {
    const paces = (await this.#paces?.all()) ?? [];
    return paces.find(({ group }) => group === this.#provider.name)?.pausedUntil ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }

  #open(name: string): ProviderPacer {
    const paces = this.#paces;
    if (paces === undefined) throw new Error('There is no database.');
    return new ProviderPacer({
      pauses: new DomainPacer(),
      groups,
      paces: {
        all: () => paces.all(),
        change: (group, step) => {
          const change = paces.change(group, step);
          // What follows in the pacer runs before the next step too.
          const after = change.then(
            () => new Promise((resolve) => setImmediate(resolve)),
            () => {},
          );
          this.#changes.add(after);
          void after.then(() => this.#changes.delete(after));
          return change;
        },
      },
      worker: name,
      clock: () => this.now,
      limitsFromStart: false,
    });
  }

  /** The sink's: asked at MAIL with the sender, and at RCPT. */
  #judge(address: string): { readonly refuse: string; readonly at: 'rcpt' | 'message' } | undefined {
    const { domain, perSecond, reply, at } = this.#provider;
    if (!address.endsWith(`@${domain}`)) return undefined;
    const second = Math.floor(this.now / 1_000);
    if (second !== this.#taken.second) this.#taken = { second, count: 0 };
    const isTaken = this.#taken.count < perSecond;
    if (isTaken) this.#taken.count += 1;
    this.seen.push({ at: this.now, isTaken });
    return isTaken ? undefined : { refuse: reply, at };
  }

  #begin(worker: ProviderPacer): Promise<void>[] {
    const { domain } = this.#provider;
    const begun: Promise<void>[] = [];
    if (worker.pausedUntil(domain, this.now) > this.now) return begun;
    const busy = this.#answers.filter((one) => one.worker === worker).length;
    while (busy + begun.length < maxInFlight && worker.take(domain, this.now)) begun.push(this.#send(worker));
    return begun;
  }

  async #send(worker: ProviderPacer): Promise<void> {
    if (this.#relays === undefined) throw new Error('There is no relay.');
    const session = await takeOne(this.#relays);
    const answer = await session.send(messageTo(`reader${this.seen.length}@${this.#provider.domain}`));
    this.#answers.push({ at: this.now + latencyMs, worker, answer });
  }

  #learn(): void {
    const due = this.#answers.filter(({ at }) => at <= this.now);
    this.#answers = this.#answers.filter(({ at }) => at > this.now);
    const { domain } = this.#provider;
    for (const { worker, answer } of due) {
      if (answer.kind === 'accepted') worker.accepted(domain, this.now);
      else this.#slowDown(worker, answer);
    }
  }

  /** By the rules for SMTP replies, as a worker does. */
  #slowDown(worker: ProviderPacer, answer: SmtpAnswer): void {
    const verdict = readAnswer(answer, {
      attempts: 0,
      uncertainTimes: 0,
      policy: 'resend',
      now: this.now,
      expiresAt: this.now + 43_200_000,
      random: 0,
    });
    if (!verdict.slowDomain) throw new Error(`No rate was seen in ${JSON.stringify(answer)}`);
    worker.slowDown(this.#provider.domain, this.now, verdict.askedPauseMs, this.#provider.reply);
  }
}
