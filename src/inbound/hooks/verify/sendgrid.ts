import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { hookToleranceMs } from '../../../domain/inbound/hook.ts';
import type { HookRequest, HookVerdict } from '../../../domain/inbound/hook.ts';
import { hashOf } from './hook-check.ts';
import type { HookCheck } from './hook-check.ts';

const signatureHeader = 'x-twilio-email-event-webhook-signature';
const timeHeader = 'x-twilio-email-event-webhook-timestamp';

/** Checks a signed event webhook of SendGrid: ECDSA on P-256 with SHA-256 over timestamp and body, base64 of DER. */
export function verifySendgrid({ headers, body }: HookRequest, { keys, now }: HookCheck): HookVerdict {
  const { [signatureHeader]: signature = '', [timeHeader]: time = '' } = headers;
  if (signature === '' || time === '') return { kind: 'refused', why: 'unsigned' };
  if (!/^\d{1,12}$/u.test(time)) return { kind: 'refused', why: 'malformed' };
  if (Math.abs(Number(time) * 1000 - now) > hookToleranceMs) return { kind: 'refused', why: 'old' };
  const signed = Buffer.concat([Buffer.from(time), body]);
  const given = Buffer.from(signature, 'base64');
  const isSigned = keys.some((key) => isSignedBy(key, signed, given));
  // A signature can be made again for the same content, so the content identifies the request.
  return isSigned
    ? { kind: 'accepted', id: hashOf(time, body) }
    : { kind: 'refused', why: 'wrong-signature' };
}

function isSignedBy(key: string, signed: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify('sha256', signed, readKey(key), signature);
  } catch {
    return false;
  }
}

/** @param text base64 of a SubjectPublicKeyInfo, as SendGrid shows it */
function readKey(text: string): KeyObject {
  return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
}
