import { createHmac } from 'node:crypto';

/**
 * Makes the header of a request as Standard Webhooks 1.0 lays down: `webhook-signature` has, for each key, `v1,` and the
 * HMAC-SHA-256, in Base64, of `<webhook-id>.<webhook-timestamp>.<body>`, with spaces between them.
 *
 * @param options.keys none for a request that is not signed
 * @param options.at epoch milliseconds
 */
export function signWebhook(
  id: string,
  body: string,
  { keys, at }: { readonly keys: readonly (string | Uint8Array)[]; readonly at: number },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (keys.length === 0) return headers;
  const signatures = keys.map((key) => {
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { ...headers, 'webhook-signature': signatures.join(' ') };
}

/** Says why a request of `fetch` failed, in words of our own, because its errors may name the URL. */
export function describeFailure({ name, cause }: Error, timeoutMs: number): string {
  if (name === 'TimeoutError') return `it did not answer in ${timeoutMs / 1_000} s`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  return `it could not be reached: ${code}`;
}
