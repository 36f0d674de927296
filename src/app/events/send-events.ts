import { eventBody, retryPause } from '../../domain/events/outgoing-event.ts';
import type { ClaimedEvent, EndpointAnswer, EventEndpoint } from '../../domain/events/outgoing-event.ts';
import { newAlarm } from '../../domain/schedule/alarm.ts';
import type { NewAlarm } from '../../domain/schedule/alarm.ts';
import type { Log } from '../../log/log.ts';
import type { EndpointKey, EventOutbox, PostEvent } from '../ports/events.ts';
import type { Publications } from '../ports/publications.ts';
import type { Clock } from '../ports/time.ts';

export interface SendEventsPorts {
  readonly outbox: EventOutbox;
  readonly publications: Pick<Publications, 'find'>;
  readonly post: PostEvent;
  readonly clock: Clock;
  readonly log: Log;
}

/** Requests to one endpoint at a time. */
const maxParallel = 8;

/** Longer than an endpoint may take to answer. */
export const eventLeaseMs = 60_000;

/** Events are kept for two weeks, so that they can be looked at and sent again. */
export const keptMs = 14 * 24 * 3_600_000;

/** Rows that are changed or deleted in one transaction. */
const forgetSlice = 1_000;
const giveUpSlice = 1_000;

/** How an endpoint that is down is left alone; in memory, because each process finds out by itself. */
interface Rest {
  readonly failures: number;
  readonly until: number;
}

export interface EventSender {
  /** Assigns new events, and begins to send to every endpoint that has any due; does not wait for the answers. */
  run(): Promise<void>;
  /** Resolves once nothing is being sent, whether or not anything is due later. */
  idle(): Promise<void>;
}

/**
 * Sends events to the endpoints of publications. Endpoints never wait for each other: each is sent to by a loop of its
 * own, with up to eight subjects at a time.
 */
export function createEventSender(
  ports: SendEventsPorts,
  { signal }: { readonly signal?: AbortSignal } = {},
): EventSender {
  const busy = new Map<string, Promise<void>>();
  const rests = new Map<string, Rest>();
  const begin = (key: EndpointKey) => {
    const name = `${key.publication}/${key.endpoint}`;
    if (busy.has(name) || (rests.get(name)?.until ?? 0) > ports.clock()) return;
    const sending = drain(key, ports, { rests, name, signal })
      .catch((error: unknown) => ports.log.warn({ endpoint: name, error }, 'events could not be sent'))
      .finally(() => busy.delete(name));
    busy.set(name, sending);
  };
  return {
    async run() {
      await assignAll(ports);
      for (const key of await ports.outbox.endpointsDue(ports.clock())) {
        if (signal?.aborted !== true) begin(key);
      }
    },
    async idle() {
      while (busy.size > 0) await Promise.all(busy.values());
    },
  };
}

/** Deletes events that are older than two weeks and are no longer being sent. */
export async function forgetEvents({
  outbox,
  clock,
}: Pick<SendEventsPorts, 'outbox' | 'clock'>): Promise<void> {
  const before = clock() - keptMs;
  while ((await outbox.forget({ before, limit: forgetSlice })) === forgetSlice);
}

async function assignAll(ports: SendEventsPorts): Promise<void> {
  const { outbox, clock } = ports;
  for (const slug of await outbox.unassigned()) {
    const endpoints = await findEndpoints(slug, ports);
    if (endpoints === undefined) continue;
    while ((await outbox.assign(slug, { endpoints, now: clock() })) > 0);
  }
}

/** Sends what is due to one endpoint until nothing is, or the endpoint is down. */
async function drain(
  key: EndpointKey,
  ports: SendEventsPorts,
  {
    rests,
    name,
    signal,
  }: { readonly rests: Map<string, Rest>; readonly name: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { outbox, clock } = ports;
  for (;;) {
    if (signal?.aborted === true) return;
    const endpoints = await findEndpoints(key.publication, ports);
    if (endpoints === undefined) return;
    const endpoint = endpoints.find((one) => one.name === key.endpoint);
    if (endpoint === undefined) {
      return outbox.giveUp(key, { reason: 'publication.yaml has no such endpoint', now: clock() });
    }
    const claims = await outbox.claim(key, { now: clock(), leaseMs: eventLeaseMs, limit: maxParallel });
    if (claims.length === 0) return;
    const answers = await Promise.all(claims.map((claim) => send(claim, { key, endpoint }, ports)));
    if (answers.some(({ kind }) => kind === 'gone')) return;
    const refusal = downAnswer(answers);
    if (refusal === undefined) {
      rests.delete(name);
      continue;
    }
    await giveUpOverdue(key, refusal.reason, ports);
    const failures = (rests.get(name)?.failures ?? 0) + 1;
    rests.set(name, { failures, until: clock() + retryPause(failures) });
    return;
  }
}

/** Returns the first answer if all of them say that the endpoint takes nothing now. */
function downAnswer(answers: readonly EndpointAnswer[]) {
  const refusals = answers.flatMap((answer) => (answer.kind === 'refused' && answer.isDown ? [answer] : []));
  return refusals.length === answers.length ? refusals[0] : undefined;
}

/**
 * Gives up events whose day is over. An endpoint that is down is tried with a few events at a time, so that most of
 * those that wait for it would have no attempt of their own that could end them.
 */
async function giveUpOverdue(
  key: EndpointKey,
  reason: string,
  { outbox, clock, log }: SendEventsPorts,
): Promise<void> {
  const now = clock();
  const alarm = failedAlarm(key, { reason, now });
  let events = 0;
  for (;;) {
    const slice = await outbox.giveUpOverdue(key, { reason, now, limit: giveUpSlice, alarm });
    events += slice;
    if (slice < giveUpSlice) break;
  }
  if (events > 0) log.error({ ...key, events, reason }, 'an endpoint did not take events for a day');
}

/** Undefined if the file of the publication cannot be read: then its events wait. */
async function findEndpoints(
  slug: string,
  { publications }: Pick<SendEventsPorts, 'publications'>,
): Promise<readonly EventEndpoint[] | undefined> {
  const found = await publications.find(slug);
  return found && (found.publication.events ?? []);
}

interface Destination {
  readonly key: EndpointKey;
  readonly endpoint: EventEndpoint;
}

async function send(
  claim: ClaimedEvent,
  { key, endpoint }: Destination,
  ports: SendEventsPorts,
): Promise<EndpointAnswer> {
  const { outbox, post, clock, log } = ports;
  const { event } = claim;
  const body = eventBody(event, endpoint.addresses ? claim.address : undefined);
  const answer = await post(endpoint, { eventId: event.eventId, body, publication: key.publication });
  const now = clock();
  const about = {
    publication: key.publication,
    endpoint: key.endpoint,
    event: event.eventId,
    type: event.type,
  };
  switch (answer.kind) {
    case 'accepted':
      await outbox.settle(key, claim, { state: 'delivered', reason: String(answer.status), now });
      return answer;
    case 'gone':
      log.error(about, 'an endpoint for events answered 410 and is stopped');
      await outbox.giveUp(key, {
        reason: 'the endpoint answered 410',
        now,
        stop: { url: endpoint.url, alarm: goneAlarm(key, now) },
      });
      return answer;
    case 'refused':
      await refuse(claim, { answer, key, now }, ports);
      return answer;
  }
}

async function refuse(
  claim: ClaimedEvent,
  {
    answer: { reason, retryAfterMs },
    key,
    now,
  }: {
    readonly answer: Extract<EndpointAnswer, { kind: 'refused' }>;
    readonly key: EndpointKey;
    readonly now: number;
  },
  { outbox, log }: SendEventsPorts,
): Promise<void> {
  const { publication, endpoint } = key;
  const about = { publication, endpoint, event: claim.event.eventId, attempts: claim.epoch, reason };
  if (now < claim.giveUpAt) {
    log.warn(about, 'an endpoint did not take an event; it is sent again');
    const dueAt = Math.min(claim.giveUpAt, now + retryPause(claim.epoch, retryAfterMs));
    return outbox.postpone(key, claim, { reason, dueAt });
  }
  log.error(about, 'an endpoint did not take an event for a day');
  const alarm = failedAlarm(key, { reason, now });
  return outbox.settle(key, claim, { state: 'failed', reason, now, alarm });
}

function goneAlarm({ publication, endpoint }: EndpointKey, at: number): NewAlarm {
  const text = `The endpoint ${endpoint} of ${publication} answered 410 and gets no more events. If that is a mistake, correct it and run \`daybrief events test ${publication}\`, which starts it again.`;
  return newAlarm('events-stopped', {
    publication,
    date: utcDay(at),
    at,
    text,
    occasion: `${endpoint}/${at}`,
  });
}

/** Once a day for each endpoint. */
function failedAlarm(
  { publication, endpoint }: EndpointKey,
  { reason, now: at }: { readonly reason: string; readonly now: number },
): NewAlarm {
  const text = `The endpoint ${endpoint} of ${publication} did not take an event for a day: ${reason}. When it works again, run \`daybrief events replay ${publication} --failed\`.`;
  return newAlarm('events-failed', { publication, date: utcDay(at), at, text, occasion: endpoint });
}

function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
