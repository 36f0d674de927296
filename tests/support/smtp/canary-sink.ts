import { sql } from 'kysely';

import { judgeCanaries } from '../../../src/app/sending/judge-canaries.ts';
import type { CanarySettings } from '../../../src/domain/sending/canary.ts';
import { createCanaries } from '../../../src/store/sending/canaries.ts';
import { DeliveryFixture } from '../store/delivery-fixture.ts';
import { FeedbackFixture } from '../store/feedback-fixture.ts';
import { relaysTo } from './relays-fixture.ts';
import { relayTo } from './smtp-client.ts';
import { SmtpSink } from './smtp-sink.ts';
import type { Behaviour } from './smtp-sink.ts';

/** Receiving domains of ten subscribers in their order, and so of every ten. */
const domains = [
  'gmail.com',
  'outlook.com',
  'gmail.com',
  'yahoo.com',
  'gmail.com',
  'icloud.com',
  'hotmail.com',
  'web.de',
  'orange.fr',
  'example.org',
] as const;

export const audience = 5_000;

/** As `canary: { percent: 1 }` of publication.yaml is read. */
const canary: CanarySettings = {
  share: 0.01,
  minutes: 10,
  limits: { bounced: 0.02, complained: 0.001, deferred: 0.25, failed: 0.05 },
};

/** How often a worker judges. */
const watchMs = 5_000;

export interface CanaryOptions {
  /** 5,000 unless set. */
  readonly recipients?: number;
  /** What the server says to a recipient at this domain. */
  readonly answer?: (domain: string) => Behaviour | undefined;
  /** What comes back about each accepted recipient. */
  readonly reports?: (subscriberId: number) => 'hard' | 'complaint' | undefined;
}

/** An edition to recipients at large providers, sent by real SMTP to a server that answers as they do. */
export class CanarySink implements AsyncDisposable {
  readonly site: DeliveryFixture;
  /** Recipients that the server was asked to take a message for. */
  readonly mailed = new Set<string>();
  readonly #opened = new AsyncDisposableStack();
  readonly #options: CanaryOptions;
  readonly #reported = new Set<number>();
  readonly #feedback: FeedbackFixture;

  private constructor(site: DeliveryFixture, options: CanaryOptions) {
    this.site = site;
    this.#options = options;
    this.#feedback = FeedbackFixture.on(site.store);
  }

  static async open(options: CanaryOptions): Promise<CanarySink> {
    const site = await DeliveryFixture.create({ recipients: options.recipients ?? audience, canary });
    const { db } = site.store;
    for (const [index, domain] of domains.entries()) {
      await db
        .updateTable('subscribers')
        .set({ address: sql<string>`replace(address, 'example.org', ${domain})` })
        .where(sql<number>`id % ${domains.length}`, '=', index)
        .execute();
    }
    return new CanarySink(site, options);
  }

  /**
   * Sends and judges as a worker does, every five seconds of the site's clock, until the edition halts or is sent; at
   * most until a quarter of an hour is over.
   */
  async run(): Promise<void> {
    const { site } = this;
    const sink = this.#opened.use(await SmtpSink.start({ rule: (address) => this.#answer(address) }));
    const sessions = this.#opened.use(relaysTo([relayTo(sink.port)]));
    for (const end = site.now + 900_000; site.now < end; site.now += watchMs) {
      for (const batchId of await site.store.batches.due({ now: site.now, limit: 100 }))
        await site.deliver({ batchId, ports: { sessions } });
      await this.#report();
      await this.#judge();
      if ((await this.state()) !== 'sending') return;
    }
  }

  async state(): Promise<string> {
    return (await this.site.store.editions.get(this.site.editionId)).state;
  }

  async alarms(): Promise<readonly { readonly kind: string; readonly text: string }[]> {
    return this.site.store.db.selectFrom('alarms').select(['kind', 'text']).execute();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }

  #answer(address: string): Behaviour | undefined {
    const domain = address.slice(address.lastIndexOf('@') + 1);
    if (!address.startsWith('reader')) return undefined;
    this.mailed.add(address);
    return this.#options.answer?.(domain);
  }

  /** Reports about recipients who were accepted come in before the next look. */
  async #report(): Promise<void> {
    const { site } = this;
    const { reports } = this.#options;
    if (reports === undefined) return;
    const rows = await site.store.db
      .selectFrom('deliveries')
      .select('subscriber_id as id')
      .where('state', '=', 'accepted')
      .execute();
    const arrivals = rows.flatMap(({ id }) => {
      if (this.#reported.has(id)) return [];
      this.#reported.add(id);
      const kind = reports(id);
      if (kind === undefined) return [];
      return [
        kind === 'hard'
          ? this.#feedback.bounce(site.editionId, id, { class: 'hard' })
          : this.#feedback.complaint(site.editionId, id),
      ];
    });
    if (arrivals.length > 0) await this.#feedback.feedback.record(arrivals, { now: site.now });
  }

  async #judge(): Promise<void> {
    const { site } = this;
    await judgeCanaries({
      canaries: createCanaries(site.store.db),
      editions: site.store.editions,
      hasChanged: async () => false,
      clock: () => site.now,
    });
  }
}
