import { createHmac, timingSafeEqual } from 'node:crypto';

import { hookToleranceMs } from '../../../domain/inbound/hook.ts';
import type { HookRequest, HookVerdict } from '../../../domain/inbound/hook.ts';
import { at, parseJson, textAt } from '../json.ts';
import type { HookCheck } from './hook-check.ts';

/**
 * Checks a Mailgun webhook: an HMAC-SHA-256, hexadecimal, of its timestamp and token, which are in the body beside it.
 * The events are not signed, so a token is good for one request only.
 */
export function verifyMailgun({ body }: HookRequest, { keys, now }: HookCheck): HookVerdict {
  const signed = at(parseJson(body), 'signature');
  const [time, token, signature] = ['timestamp', 'token', 'signature'].map((name) => textAt(signed, name));
  if (!time || !token || !signature) return { kind: 'refused', why: 'unsigned' };
  if (!/^\d{1,12}$/u.test(time)) return { kind: 'refused', why: 'malformed' };
  if (Math.abs(Number(time) * 1000 - now) > hookToleranceMs) return { kind: 'refused', why: 'old' };
  const given = Buffer.from(signature, 'hex');
  const isSigned = keys.some((key) => {
    const expected = createHmac('sha256', key).update(time).update(token).digest();
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  // Where the timestamp ends and the token begins is not signed, hence both.
  return isSigned ? { kind: 'accepted', id: `${time}${token}` } : { kind: 'refused', why: 'wrong-signature' };
}
