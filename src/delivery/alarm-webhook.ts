import type { NewAlarm } from '../domain/schedule/alarm.ts';
import { describeFailure, signWebhook } from './sign-webhook.ts';

export interface AlarmWebhookOptions {
  readonly url: string;
  /** Signs each alarm; unsigned without. */
  readonly secret?: string | undefined;
  readonly clock: () => number;
  /** How long a receiver may take to answer. */
  readonly timeoutMs: number;
}

/**
 * Posts alarms as JSON to the configured URL, signed as Standard Webhooks 1.0 lays down. The id of an alarm stays the
 * same when it is posted again.
 *
 * What it returns rejects where the receiver answers anything but 2xx, or nothing in time. No message
 * of an error contains the URL, which is a secret with many receivers.
 */
export function createAlarmWebhook(options: AlarmWebhookOptions) {
  return async (alarm: NewAlarm & { readonly id: number }): Promise<void> => {
    const { kind, publication, date, text, at } = alarm;
    const body = JSON.stringify({ kind, publication, date, text, at: new Date(at).toISOString() });
    const keys = options.secret === undefined ? [] : [options.secret];
    const signature = signWebhook(`alarm-${alarm.id}`, body, { keys, at: options.clock() });
    const response = await fetch(options.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...signature },
      // Following a redirect would send the alarm to an address that was not configured.
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
    }).catch((error: Error) => describeFailure(error, options.timeoutMs));
    if (typeof response === 'string') throw new Error(response);
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  };
}
