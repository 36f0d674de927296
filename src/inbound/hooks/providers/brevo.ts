import { at, textAt, toList } from '../json.ts';
import type { ProviderEvent } from '../provider-event.ts';
import { valuesOf } from '../values-of.ts';

type Meaning = Pick<ProviderEvent, 'kind' | 'severity' | 'cause'>;

/** The events of transactional mail, and the spelling that campaigns use. */
const events: Readonly<Record<string, Meaning>> = {
  hard_bounce: { kind: 'bounce', severity: 'hard' },
  hardbounce: { kind: 'bounce', severity: 'hard' },
  invalid_email: { kind: 'bounce', severity: 'hard' },
  soft_bounce: { kind: 'bounce', severity: 'soft' },
  softbounce: { kind: 'bounce', severity: 'soft' },
  error: { kind: 'bounce', severity: 'soft', cause: 'relay-trouble' },
  // Brevo did not try: the address is on its list.
  blocked: { kind: 'bounce', severity: 'blocked', cause: 'policy' },
  deferred: { kind: 'delay' },
  delivered: { kind: 'success' },
  spam: { kind: 'complaint' },
  complaint: { kind: 'complaint' },
  unsubscribed: { kind: 'unsubscribe' },
  unsubscribe: { kind: 'unsubscribe' },
};

/** Reads a Brevo webhook: one event, or several where batches are switched on. */
export function readBrevo(body: unknown): readonly ProviderEvent[] {
  return toList(body).flatMap((event) => {
    const name = textAt(event, 'event');
    const key = name.toLowerCase();
    const meaning = Object.hasOwn(events, key) ? events[key] : undefined;
    if (meaning === undefined) return [];
    return [
      {
        ...meaning,
        name,
        recipient: textAt(event, 'email'),
        reply: textAt(event, 'reason'),
        traces: [textAt(event, 'message-id'), ...valuesOf(at(event, 'X-Mailin-custom'))],
        source: event,
      },
    ];
  });
}
