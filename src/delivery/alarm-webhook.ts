import { createHmac } from 'node:crypto';

import type { NewAlarm } from '../domain/schedule/alarm.ts';

export interface AlarmWebhookOptions {
  readonly url: string;
  /** Signs each alarm; unsigned without. */
  readonly secret?: string | undefined;
  readonly clock: () => number;
  /** How long a receiver may take to answer. */
  readonly timeoutMs: number;
}

/**
 * Posts alarms as JSON to the configured URL, signed as Standard Webhooks 1.0 lays down: `webhook-signature`
 * is `v1,` and the HMAC-SHA-256, in Base64, of `<webhook-id>.<webhook-timestamp>.<body>`. The id of an alarm
 * stays the same when it is posted again.
 *
 * What it returns rejects where the receiver answers anything but 2xx, or nothing in time. No message
 * of an error contains the URL, which is a secret with many receivers.
 */
export function createAlarmWebhook(options: AlarmWebhookOptions) {
  return async (alarm: NewAlarm & { readonly id: number }): Promise<void> => {
    const { kind, publication, date, text, at } = alarm;
    const body = JSON.stringify({ kind, publication, date, text, at: new Date(at).toISOString() });
    const response = await fetch(options.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...signatureOf(`alarm-${alarm.id}`, body, options) },
      // Following a redirect would send the alarm to an address that was not configured.
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
    }).catch((error: Error) => describeFailure(error, options.timeoutMs));
    if (typeof response === 'string') throw new Error(response);
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  };
}

function signatureOf(
  id: string,
  body: string,
  { secret, clock }: AlarmWebhookOptions,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(clock() / 1_000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const signed = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signed}` };
}

/** In words of our own, because errors of `fetch` may name the URL. */
function describeFailure({ name, cause }: Error, timeoutMs: number): string {
  if (name === 'TimeoutError') return `it did not answer in ${timeoutMs / 1_000} s`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  return `it could not be reached: ${code}`;
}
