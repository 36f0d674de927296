import { onTestFinished } from 'vitest';

import { tickSchedule } from '../../../src/app/schedule/tick-schedule.ts';
import type { TickPorts } from '../../../src/app/schedule/tick-schedule.ts';
import { offsetsOf } from '../../../src/app/schedule/zones.ts';
import type { Edition } from '../../../src/domain/editions/edition.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import { sendWindowOf, publicationDay } from '../../../src/domain/schedule/schedule.ts';
import type { Log } from '../../../src/log/log.ts';
import { createAlarms } from '../../../src/store/alarms.ts';
import { createEditions } from '../../../src/store/editions/editions.ts';
import { createPublications } from '../../../src/store/editions/publications.ts';
import { createScheduledSends } from '../../../src/store/schedule/scheduled-sends.ts';
import { publishEdition } from '../../../src/store/sending/publish.ts';
import { samplePublication } from '../content/sample-publication.ts';
import { sha256, StoreFixture } from './store-fixture.ts';

/** A Wednesday. */
export const wednesday = '2026-11-25';

/** The publications' minute and deadline on that day: 06:00 and 09:00 in Chicago. */
export const minuteAt = Date.parse('2026-11-25T12:00Z');
export const deadlineAt = Date.parse('2026-11-25T15:00Z');

/** When everybody subscribed: after the minute of the day before. */
const since = minuteAt - 300 * 60_000;

export const minutes = (count: number): number => count * 60_000;

/** The clock's verb on real SQLite, with publications that the test writes and a time that it sets. */
export class ClockFixture {
  readonly store: StoreFixture;
  /** What publication.yaml of each says, or why it cannot be read. */
  readonly publications = new Map<string, Publication | Error>([['sample', samplePublication]]);
  now = minuteAt - minutes(120);
  /** Editions whose digest is no longer what was approved, as `slug/date`. */
  readonly changed = new Set<string>();
  /** True if a subscriber has an address outside the reserved domains. */
  isReachable = false;
  readonly ports: TickPorts;
  #closing: Promise<void> | undefined;

  private constructor(store: StoreFixture) {
    this.store = store;
    this.ports = this.#fillPorts();
  }

  /** With the publication `sample` and so many readers. */
  static async create(options: { readonly subscribers?: number } = {}): Promise<ClockFixture> {
    const store = await StoreFixture.create();
    const clock = new ClockFixture(store);
    onTestFinished(() => clock.close());
    await store.subscribe(options.subscribers ?? 3);
    await store.db.updateTable('subscriptions').set({ created_at: since }).execute();
    return clock;
  }

  /** Happens by itself at the end of the test; earlier for a test that needs many. */
  async close(): Promise<void> {
    this.#closing ??= this.store[Symbol.asyncDispose]();
    await this.#closing;
  }

  async tick(at: number = this.now, ports: Partial<TickPorts> = {}): Promise<void> {
    this.now = at;
    await tickSchedule({ ...this.ports, ...ports });
  }

  async approve(
    date: string,
    options: {
      readonly slug?: string;
      readonly content?: string;
      readonly changes?: Partial<Publication>;
      /** As JSON. */
      readonly digest?: string;
      readonly baseUrl?: string;
    } = {},
  ): Promise<Edition> {
    const { slug = 'sample', content = 'original', changes, digest = '{}' } = options;
    const { baseUrl = 'https://news.example.org' } = options;
    const found = this.publications.get(slug);
    const publication = {
      ...(found instanceof Error || found === undefined ? samplePublication : found),
      ...changes,
      slug,
    };
    const morning = publicationDay(publication, date, offsetsOf(publication.timeZone));
    const { edition } = await this.store.editions.approve(await this.addPublication(slug), date, {
      contentHash: sha256(content),
      subject: 'Subject',
      message: content,
      html: '[]',
      text: '[]',
      digest,
      settings: JSON.stringify({ publication, baseUrl }),
      approvedBy: 'jo',
      approvedAt: this.now,
      page: '',
      sendWindow: sendWindowOf(morning, { atSendTime: publication.atSendTime, now: this.now }) ?? undefined,
    });
    return edition;
  }

  /** A publication beside `sample`, with the same readers. */
  async addPublication(slug: string): Promise<number> {
    const { db } = this.store;
    const id = await createPublications(db).add(slug);
    await db
      .insertInto('subscriptions')
      .columns(['publication_id', 'subscriber_id', 'state', 'source', 'created_at', 'changed_at'])
      .expression((eb) =>
        eb
          .selectFrom('subscribers')
          .where('id', '>', 0)
          .select((of) => [
            of.val(id).as('p'),
            'id',
            of.val('active').as('s'),
            of.val('test').as('t'),
            of.val(since).as('c'),
            of.val(since).as('d'),
          ]),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return id;
  }

  edition(date: string, slug = 'sample') {
    return this.store.db
      .selectFrom('editions')
      .innerJoin('publications', 'publications.id', 'editions.publication_id')
      .selectAll('editions')
      .where('slug', '=', slug)
      .where('date', '=', date)
      .executeTakeFirst();
  }

  async stateOf(date: string, slug?: string): Promise<string | undefined> {
    return (await this.edition(date, slug))?.state;
  }

  /** Keys, in the order they were raised. */
  async alarms(): Promise<string[]> {
    const rows = await this.store.db.selectFrom('alarms').select('key').orderBy('id').execute();
    return rows.map(({ key }) => key.replace(/(?<=\/missed)\/\d+$/u, ''));
  }

  async lastAlarmText(): Promise<string> {
    const row = await this.store.db
      .selectFrom('alarms')
      .select('text')
      .orderBy('id', 'desc')
      .executeTakeFirst();
    return row?.text ?? '';
  }

  async events(date: string): Promise<string[]> {
    const edition = await this.edition(date);
    const events = await this.store.editions.events(edition?.id ?? 0);
    return events.map(({ event }) => event);
  }

  #fillPorts(): TickPorts {
    const { db } = this.store;
    return {
      editions: { ...createEditions(db), publish: (options) => publishEdition(db, options) },
      scheduledSends: createScheduledSends(db),
      audience: async () => ({ active: 1, isReachable: this.isReachable }),
      alarms: createAlarms(db),
      listPublications: async () => [...this.publications.keys()],
      loadPublication: async (slug) => {
        const publication = this.publications.get(slug);
        if (publication instanceof Error || publication === undefined) throw publication ?? new Error(slug);
        return publication;
      },
      findPublicationId: (slug) => createPublications(db).find(slug),
      checkDigest: async () => {},
      approveWaived: async (reference) => {
        const [slug = '', date = ''] = reference.split('/');
        await this.approve(date, { slug });
      },
      hasChanged: async (slug, { date }) => this.changed.has(`${slug}/${date}`),
      checkedStages: new Set(),
      clock: () => this.now,
      log: silent,
    };
  }
}

const silent: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
};
