import type { PostEvent } from '../app/ports/events.ts';
import type { EndpointAnswer } from '../domain/events/outgoing-event.ts';
import { describeFailure, signWebhook } from './sign-webhook.ts';

export interface EventWebhookOptions {
  /** Keys of the signatures for an endpoint, newest first; empty if none is configured, and then nothing is sent. May throw. */
  readonly keysFor: (endpoint: string) => readonly Uint8Array[];
  readonly clock: () => number;
  /** How long an endpoint may take to answer. */
  readonly timeoutMs: number;
}

/** These say that the endpoint as a whole takes nothing now: RFC 9110 section 15.6, RFC 6585 section 4. */
const downStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Posts events as JSON, signed as Standard Webhooks 1.0 lays down. Redirects are not followed, so that no event goes to an
 * address that was not configured. The body of an answer is not read.
 */
export function createEventWebhook({ keysFor, clock, timeoutMs }: EventWebhookOptions): PostEvent {
  const keysOrFailure = (name: string): readonly Uint8Array[] | string => {
    try {
      const keys = keysFor(name);
      return keys.length === 0 ? 'EVENTS_SECRET is not set' : keys;
    } catch {
      return 'the file events-secret cannot be read';
    }
  };
  return async ({ url, name }, { eventId, body }) => {
    const keys = keysOrFailure(name);
    if (typeof keys === 'string') return { kind: 'refused', reason: keys, isDown: true };
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Daybrief-Events/1',
      ...signWebhook(eventId, body, { keys, at: clock() }),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal }).catch(
      (error: Error) => describeFailure(error, timeoutMs),
    );
    if (typeof response === 'string') return { kind: 'refused', reason: response, isDown: true };
    await response.body?.cancel().catch(() => {});
    return readAnswer(response, clock());
  };
}

function readAnswer({ status, headers }: Response, now: number): EndpointAnswer {
  if (status >= 200 && status < 300) return { kind: 'accepted', status };
  if (status === 410) return { kind: 'gone' };
  const what = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
  const reason = `it answered ${status}${what}`;
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), now);
  return { kind: 'refused', reason, isDown: downStatuses.has(status), retryAfterMs };
}

/** Seconds or a date: RFC 9110 section 10.2.3. */
function readRetryAfter(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/u.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
