import { createEventService } from '../../../src/app/events/event-service.ts';
import { createEventSender } from '../../../src/app/events/send-events.ts';
import type { EventSender, SendEventsPorts } from '../../../src/app/events/send-events.ts';
import { parseEventSecrets } from '../../../src/config/event-secret-list.ts';
import { keysFor } from '../../../src/config/event-secrets.ts';
import { createEventWebhook } from '../../../src/delivery/event-webhook.ts';
import type { EventEndpoint } from '../../../src/domain/events/outgoing-event.ts';
import { createEventOutbox } from '../../../src/store/events/outbox.ts';
import { createStoredEvents } from '../../../src/store/events/stored-events.ts';
import { samplePublication } from '../content/sample-publication.ts';
import { RecordingLog } from '../recording-log.ts';
import { EventReceiver } from '../servers/event-receiver.ts';
import { StoreFixture } from './store-fixture.ts';

export const eventSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const otherSecret = 'whsec_c2VjcmV0IG9mIHRlc3RzIHRoYXQgaXMgbG9uZw==';

/** A database, endpoints that listen, and the sender between them with a clock that tests set. */
export class EventsFixture implements AsyncDisposable {
  readonly store: StoreFixture;
  readonly outbox;
  readonly events;
  readonly log = new RecordingLog();
  now = Date.parse('2026-11-25T06:00:00Z');
  secrets = eventSecret;
  timeoutMs = 60_000;
  endpoints: EventEndpoint[] = [];
  readonly #receivers: EventReceiver[] = [];

  private constructor(store: StoreFixture) {
    this.store = store;
    this.outbox = createEventOutbox(store.db);
    this.events = createStoredEvents(store.db);
  }

  static async create(): Promise<EventsFixture> {
    return new EventsFixture(await StoreFixture.create());
  }

  /** Starts a receiver and configures it as an endpoint of the publication `sample`. */
  async receiver(name: string, settings: Partial<EventEndpoint> = {}): Promise<EventReceiver> {
    const receiver = await EventReceiver.start(eventSecret);
    this.#receivers.push(receiver);
    this.endpoints.push({ name, url: receiver.url, types: [], addresses: false, ...settings });
    return receiver;
  }

  /** The ports of a sender; signatures have the real time, because the verifier compares it with its own clock. */
  ports(): SendEventsPorts {
    const secrets = parseEventSecrets(this.secrets);
    const webhook = createEventWebhook({
      keysFor: (endpoint) => (secrets === undefined ? [] : keysFor(secrets, endpoint)),
      clock: Date.now,
      timeoutMs: this.timeoutMs,
    });
    const publication = { ...samplePublication, events: this.endpoints };
    const publications = {
      find: async (slug: string) => (slug === 'sample' ? { id: 1, publication } : undefined),
    };
    const clock = () => this.now;
    return { outbox: this.outbox, publications, post: webhook, clock, log: this.log };
  }

  sender(): EventSender {
    return createEventSender(this.ports());
  }

  service() {
    const { outbox, publications, post, clock } = this.ports();
    let last = 0;
    return createEventService({
      events: this.events,
      outbox,
      publications,
      post,
      clock,
      random: () => String((last += 1)),
    });
  }

  /** One pass of a new process, to its end. */
  async pass(sender: EventSender = this.sender()): Promise<void> {
    await sender.run();
    await sender.idle();
  }

  /** Passes with pauses between them, until so much time is over. */
  async passFor(durationMs: number, stepMs = 60_000): Promise<void> {
    const sender = this.sender();
    for (const end = this.now + durationMs; this.now <= end; this.now += stepMs) await this.pass(sender);
  }

  /** Adds events of editions: `approved` of several dates, in this order. */
  async change(
    ...changes: readonly (readonly [date: string, event: string, detail?: string])[]
  ): Promise<void> {
    for (const [date, event, detail = ''] of changes) {
      await this.store.db
        .insertInto('editions')
        .values({ publication_id: 1, date, state: 'draft', revision: 0, intended: 0, created_at: 0 })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const { id } = await this.store.db
        .selectFrom('editions')
        .select('id')
        .where('date', '=', date)
        .executeTakeFirstOrThrow();
      await this.store.editions.record(id, { at: this.now, event, actor: 'jo', detail });
    }
  }

  /** State of each delivery, oldest first. */
  async states(): Promise<readonly string[]> {
    const rows = await this.store.db.selectFrom('event_deliveries').select('state').orderBy('id').execute();
    return rows.map(({ state }) => state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const receiver of this.#receivers) await receiver[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
  }
}
