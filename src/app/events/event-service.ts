import { isWanted } from '../../domain/events/event-types.ts';
import { eventBody } from '../../domain/events/outgoing-event.ts';
import type { EndpointAnswer, EventEndpoint, OutgoingEvent } from '../../domain/events/outgoing-event.ts';
import { AppError } from '../../errors/app-error.ts';
import type { EventOutbox, EventQuery, ListedEvent, PostEvent, StoredEvents } from '../ports/events.ts';
import type { PublicationRecord, Publications } from '../ports/publications.ts';
import type { Clock } from '../ports/time.ts';

export interface EventServicePorts {
  readonly events: StoredEvents;
  readonly outbox: Pick<EventOutbox, 'start'>;
  readonly publications: Pick<Publications, 'find'>;
  readonly post: PostEvent;
  readonly clock: Clock;
  /** Makes a part of an id that no other has. */
  readonly random: () => string;
}

export interface TestedEndpoint {
  readonly endpoint: string;
  readonly answer: EndpointAnswer;
  /** It had been stopped and gets events again. */
  readonly isStarted: boolean;
}

export interface EventService {
  list(query: EventQuery & { readonly limit: number }): Promise<readonly ListedEvent[]>;
  /**
   * Returns an event and, for each endpoint that wants it, the body as it would be sent now.
   *
   * @throws AppError EVENT_NOT_FOUND
   */
  show(eventId: string): Promise<{ readonly event: ListedEvent; readonly body: string }>;
  /**
   * Sends one event again.
   *
   * @returns how many deliveries were added
   * @throws AppError EVENT_NOT_FOUND, EVENT_ENDPOINTS_MISSING
   */
  replayOne(eventId: string, options: { readonly endpoint?: string | undefined }): Promise<number>;
  /**
   * Sends events of a publication again, oldest first.
   *
   * @returns how many deliveries were added
   * @throws AppError PUBLICATION_NOT_FOUND, EVENT_ENDPOINTS_MISSING
   */
  replayMany(
    query: EventQuery & { readonly publication: string },
    options: { readonly endpoint?: string | undefined; readonly failedOnly: boolean },
  ): Promise<number>;
  /**
   * Sends a test event to the endpoints of a publication, without the outbox. One that accepts it gets events again if
   * it was stopped.
   *
   * @throws AppError PUBLICATION_NOT_FOUND, EVENT_ENDPOINTS_MISSING
   */
  test(
    publication: string,
    options: { readonly endpoint?: string | undefined },
  ): Promise<readonly TestedEndpoint[]>;
}

const pageSize = 500;

export function createEventService(ports: EventServicePorts): EventService {
  const { events } = ports;
  const find = async (eventId: string) => {
    const event = await events.find(eventId);
    if (event !== undefined) return event;
    throw new AppError('EVENT_NOT_FOUND', `There is no event ${eventId}.`, {
      hint: '`daybrief events list` shows the events of the last two weeks.',
    });
  };
  return {
    list: (query) => events.newest(query),
    async show(eventId) {
      const event = await find(eventId);
      return { event, body: eventBody(event) };
    },
    async replayOne(eventId, { endpoint }) {
      const event = await find(eventId);
      const endpoints = await findEndpoints(event.publication, { endpoint }, ports);
      return replay([event], { endpoints, failedOnly: false }, ports);
    },
    async replayMany(query, { endpoint, failedOnly }) {
      const endpoints = await findEndpoints(query.publication, { endpoint }, ports);
      let added = 0;
      for (let afterId = 0; ;) {
        const page = await events.page({ ...query, afterId, limit: pageSize });
        added += await replay(page, { endpoints, failedOnly }, ports);
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) return added;
        afterId = last.id;
      }
    },
    test: (publication, options) => test(publication, options, ports),
  };
}

async function findEndpoints(
  publication: string,
  { endpoint }: { readonly endpoint?: string | undefined },
  { publications }: Pick<EventServicePorts, 'publications'>,
): Promise<readonly EventEndpoint[]> {
  const endpoints = endpointsOf(await publications.find(publication), publication);
  const chosen = endpoints.filter(({ name }) => endpoint === undefined || name === endpoint);
  if (chosen.length > 0) return chosen;
  const names = endpoints.map(({ name }) => name).join(', ');
  throw new AppError(
    'EVENT_ENDPOINTS_MISSING',
    endpoint === undefined
      ? `${publication} has no endpoint for events.`
      : `${publication} has no endpoint "${endpoint}" for events.`,
    { hint: names === '' ? 'Add one under `events` in publication.yaml.' : `Its endpoints are: ${names}.` },
  );
}

function endpointsOf(found: PublicationRecord | undefined, slug: string): readonly EventEndpoint[] {
  if (found !== undefined) return found.publication.events ?? [];
  throw new AppError('PUBLICATION_NOT_FOUND', `There is no publication "${slug}".`, {
    hint: 'Its folder in DAYBRIEF_DIGESTS has the name.',
  });
}

async function replay(
  chosen: readonly OutgoingEvent[],
  { endpoints, failedOnly }: { readonly endpoints: readonly EventEndpoint[]; readonly failedOnly: boolean },
  { events, clock }: EventServicePorts,
): Promise<number> {
  let added = 0;
  for (const { name, types } of endpoints) {
    const wanted = chosen.filter(({ type }) => isWanted(type, types));
    const [first] = wanted;
    if (first === undefined) continue;
    const key = { publication: first.publication, endpoint: name };
    added += await events.replay(key, { events: wanted.map(({ id }) => id), failedOnly, now: clock() });
  }
  return added;
}

async function test(
  publication: string,
  options: { readonly endpoint?: string | undefined },
  ports: EventServicePorts,
): Promise<readonly TestedEndpoint[]> {
  const endpoints = await findEndpoints(publication, options, ports);
  return Promise.all(
    endpoints.map(async (endpoint) => {
      const event = { type: 'daybrief.test', publication, subscriberId: null, at: ports.clock(), data: {} };
      const eventId = `evt_test_${ports.random()}`;
      const answer = await ports.post(endpoint, { eventId, body: eventBody(event), publication });
      const key = { publication, endpoint: endpoint.name };
      const isStarted = answer.kind === 'accepted' && (await ports.outbox.start(key));
      return { endpoint: endpoint.name, answer, isStarted };
    }),
  );
}
