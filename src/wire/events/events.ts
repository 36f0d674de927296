import { randomUUID } from 'node:crypto';

import { createEventService } from '../../app/events/event-service.ts';
import { createEventSender, forgetEvents } from '../../app/events/send-events.ts';
import type { PostEvent } from '../../app/ports/events.ts';
import { makeEventSecrets, readEventSecrets, keysFor } from '../../config/event-secrets.ts';
import { createEventWebhook } from '../../delivery/event-webhook.ts';
import type { WireBase } from '../base.ts';

/** How long an endpoint may take to answer. */
const timeoutMs = 15_000;

/** Builds the actions on events. */
export async function wireEvents(base: WireBase) {
  const { store, publications, clock, config } = base;
  const { storedEvents: events, eventOutbox: outbox } = await store();
  const random = () => randomUUID().replaceAll('-', '');
  return {
    ...createEventService({ events, outbox, publications, post: openPost(base), clock, random }),
    counts: () => events.counts(),
    /** Returns the secret that receivers need, and makes one if there is none. */
    secret: (endpoint: string | undefined) => {
      const { all, byEndpoint } = makeEventSecrets(config);
      const own = endpoint === undefined ? undefined : byEndpoint.get(endpoint);
      return (own ?? all)[0];
    },
  };
}

/** Builds what a worker does with events. */
export async function wireEventWorker(base: WireBase, signal: AbortSignal) {
  const { store, publications, clock, log } = base;
  const { eventOutbox: outbox } = await store();
  const ports = { outbox, publications, post: openPost(base), clock, log };
  return { ...createEventSender(ports, { signal }), forget: () => forgetEvents(ports) };
}

/** The file with the secrets is read for each event, so that a worker need not be started again after a rotation. */
function openPost({ config, clock }: WireBase): PostEvent {
  return createEventWebhook({
    keysFor: (endpoint) => keysFor(readEventSecrets(config), endpoint),
    clock,
    timeoutMs,
  });
}
