import { Webhook } from 'standardwebhooks';

import { hookToleranceMs } from '../../../domain/inbound/hook.ts';
import type { HookRequest, HookVerdict } from '../../../domain/inbound/hook.ts';
import type { HookCheck } from './hook-check.ts';

/**
 * Checks a request signed as Standard Webhooks asks (github.com/standard-webhooks/standard-webhooks). Svix, which sends
 * for Resend, writes the same headers with its own prefix.
 */
export function verifyStandard(
  { headers, body }: HookRequest,
  { keys, now, prefixes }: HookCheck & { readonly prefixes: readonly string[] },
): HookVerdict {
  const prefix = prefixes.find((each) => headers[`${each}signature`] !== undefined);
  const id = headers[`${prefix}id`] ?? '';
  const time = headers[`${prefix}timestamp`] ?? '';
  const signature = headers[`${prefix}signature`] ?? '';
  if (id === '' || time === '' || signature === '') return { kind: 'refused', why: 'unsigned' };
  if (!/^\d{1,12}$/u.test(time)) return { kind: 'refused', why: 'malformed' };
  if (Math.abs(Number(time) * 1000 - now) > hookToleranceMs) return { kind: 'refused', why: 'old' };
  const signed = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature };
  return keys.some((key) => isSigned(key, body, signed))
    ? { kind: 'accepted', id }
    : { kind: 'refused', why: 'wrong-signature' };
}

function isSigned(key: string, body: Uint8Array, headers: Readonly<Record<string, string>>): boolean {
  try {
    new Webhook(key).verify(Buffer.from(body), headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
